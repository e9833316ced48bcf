//! Transparent huge pages: what is set, and whether memory really gets them.

use common::size;
use stage4_hugepages::{huge_buffer, is_huge_by_smaps};

use super::check::Check;
use super::patient::Patient;
use measured::machine::HugePages;

pub fn checks(patient: &Patient) -> Vec<Check> {
    // SAFETY: this request takes no pointers.
    let disabled = unsafe { libc::prctl(libc::PR_GET_THP_DISABLE, 0, 0, 0, 0) } == 1;
    let huge_pages = &patient.machine.huge_pages;
    let got = huge_pages.size.and_then(got_one);
    vec![judge(huge_pages, disabled, got)]
}

fn judge(huge_pages: &HugePages, disabled_here: bool, got: Option<bool>) -> Check {
    let missing = |finding: &str| {
        Check::missing(
            "huge pages",
            finding,
            "stages 4 and 5 warn, and work with ordinary pages",
        )
    };
    let (Some(enabled), Some(page)) = (huge_pages.enabled.as_deref(), huge_pages.size) else {
        return missing("none (no /sys/kernel/mm/transparent_hugepage)");
    };
    if enabled == "never" {
        return missing("switched off for this machine")
            .mended_by("echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled");
    }
    if disabled_here {
        return missing(
            "switched off for this process and what it starts (PR_SET_THP_DISABLE): \
             start from a plain shell",
        );
    }
    let page = size::format(page as u64);
    let finding = match enabled {
        "madvise" => format!("{page}, for memory that asks (madvise)"),
        enabled => format!("{page} ({enabled})"),
    };
    match got {
        Some(false) => Check::limited(
            "huge pages",
            format!("{finding}, yet none was free just now"),
            "memory is full or fragmented: stages 4 and 5 may get ordinary pages",
        )
        .mended_by("echo 1 | sudo tee /proc/sys/vm/compact_memory"),
        Some(true) => Check::ok("huge pages", format!("{finding}; tried")),
        None => Check::ok("huge pages", finding),
    }
}

/// Whether memory as stage 4 takes it gets a huge page, if the kernel lets that be seen.
fn got_one(huge_page: usize) -> Option<bool> {
    let memory = huge_buffer(huge_page).ok()?;
    is_huge_by_smaps(&memory).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::doctor::check::Verdict;

    fn modes(enabled: &str) -> HugePages {
        HugePages {
            enabled: Some(enabled.to_owned()),
            size: Some(2 << 20),
        }
    }

    #[test]
    fn on_off_and_used_up() {
        for (modes, disabled_here, got, verdict, words) in [
            (
                modes("madvise"),
                false,
                Some(true),
                Verdict::Ok,
                "2MiB, for memory that asks",
            ),
            (modes("always"), false, None, Verdict::Ok, "2MiB (always)"),
            (
                modes("always"),
                false,
                Some(false),
                Verdict::Limited,
                "none was free",
            ),
            (
                modes("always"),
                true,
                Some(false),
                Verdict::Missing,
                "this process",
            ),
            (
                modes("never"),
                false,
                None,
                Verdict::Missing,
                "this machine",
            ),
            (HugePages::default(), false, None, Verdict::Missing, "none"),
        ] {
            let check = judge(&modes, disabled_here, got);
            assert_eq!(check.verdict, verdict, "{check:?}");
            assert!(check.finding.contains(words), "{check:?}");
        }
        let remedy = judge(&modes("never"), false, None).remedy.unwrap();
        assert!(remedy.contains("echo madvise"), "{remedy}");
    }
}
