//! How large a pipe this user gets, by asking for one: pipe(7).

use std::io;

use common::{pipe, size};

use super::check::Check;
use super::patient::Patient;

/// What stages 2 to 5 make of their pipe: as large as a buffer.
const STAGES_WANT: usize = 256 << 10;

pub fn check(patient: &Patient) -> Check {
    let limits = &patient.machine.pipes;
    let allowed = limits.max_size.and_then(|max| usize::try_from(max).ok());
    let wanted = allowed.unwrap_or(STAGES_WANT);
    let Ok((_reader, writer)) = io::pipe() else {
        return Check::missing("pipe size", "no pipe can be had", "no stage can run");
    };
    if pipe::set_size(&writer, wanted).is_ok() {
        if wanted < STAGES_WANT {
            return Check::limited(
                "pipe size",
                format!("up to {}", size::format(wanted as u64)),
                "less than a buffer: stages 2 to 5 put theirs in by parts, more slowly",
            )
            .mended_by("sudo sysctl fs.pipe-max-size=1048576");
        }
        let in_all = match limits.user_pages_soft {
            None => String::new(),
            Some(0) => "; no limit for all of a user's".to_owned(),
            Some(pages) => {
                let bytes = pages * patient.machine.kernel.page_size as u64;
                format!("; {} for all of a user's", size::format(bytes))
            }
        };
        return Check::ok(
            "pipe size",
            format!("up to {}{in_all}", size::format(wanted as u64)),
        );
    }
    let got = pipe::set_size(&writer, STAGES_WANT);
    let refused = format!(
        "{} refused: your pipes are at their limit",
        size::format(wanted as u64)
    );
    let check = match got {
        Ok(_) => Check::limited(
            "pipe size",
            refused,
            "the stages run; larger buffers may not",
        ),
        Err(_) => Check::missing("pipe size", refused, "stages 2 to 5 stop; stage 1 runs"),
    };
    let pages = limits.user_pages_soft.unwrap_or(16384).max(16384) * 4;
    check.mended_by(format!("sudo sysctl fs.pipe-user-pages-soft={pages}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::doctor::check::Verdict;
    use crate::doctor::patient::tests::patient;
    use bench::nearness::Nearness;

    #[test]
    fn small_ordinary_and_not_told() {
        for (files, verdict, words) in [
            (
                vec![("proc/sys/fs/pipe-max-size", "65536")],
                Verdict::Limited,
                "up to 64KiB",
            ),
            (
                vec![
                    ("proc/sys/fs/pipe-max-size", "524288"),
                    ("proc/sys/fs/pipe-user-pages-soft", "0"),
                ],
                Verdict::Ok,
                "up to 512KiB; no limit",
            ),
            (vec![], Verdict::Ok, "up to 256KiB"),
        ] {
            let check = check(&patient(&files, Nearness::SharedCache));
            assert_eq!(check.verdict, verdict, "{check:?}");
            assert!(check.finding.contains(words), "{check:?}");
        }
    }
}
