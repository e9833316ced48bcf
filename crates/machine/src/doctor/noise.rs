//! What else is running just now, here and on the host.

use std::thread;
use std::time::Duration;

use super::check::Check;
use super::patient::Patient;
use crate::noise::CpuTime;

/// Long enough for about a hundred ticks of the kernel's clock.
const LOOK: Duration = Duration::from_millis(500);

/// Shares of all CPUs' time, above which figures should not be trusted.
const MUCH_LOAD: f64 = 0.10;
const MUCH_STOLEN: f64 = 0.01;

/// Looks for half a second; nothing else of ours should run meanwhile.
pub fn check(patient: &Patient) -> Check {
    let look = || CpuTime::parse(&patient.roots.text("proc/stat").unwrap_or_default());
    let before = look();
    thread::sleep(LOOK);
    let load = patient.roots.text("proc/loadavg").unwrap_or_default();
    judge(before, look(), load.split_whitespace().next())
}

fn judge(before: CpuTime, after: CpuTime, load: Option<&str>) -> Check {
    if after.all == before.all {
        return Check::limited(
            "load",
            "/proc/stat does not tell",
            "close what else is running before you measure any stage",
        );
    }
    let busy = after.busy_since(&before);
    let stolen = after.stolen_since(&before);
    let mut finding = format!(
        "{:.0}% busy, {:.0}% stolen by the host",
        busy * 100.0,
        stolen * 100.0
    );
    if let Some(load) = load {
        finding += &format!(", load average {load}");
    }
    if stolen > MUCH_STOLEN {
        Check::limited(
            "load",
            finding,
            "the host runs others on these CPUs: measure all stages later",
        )
    } else if busy > MUCH_LOAD {
        Check::limited(
            "load",
            finding,
            "other programs run: close them, or the figures of all stages will vary",
        )
        .mended_by("top")
    } else {
        Check::ok("load", finding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::doctor::check::Verdict;

    #[test]
    fn idle_busy_and_stolen() {
        let before = CpuTime::parse("cpu  100 0 100 1000 0 0 0 0 0 0\ncpu0 1 2 3\n");
        for (after, verdict, finding) in [
            ("cpu  101 0 101 1098 0 0 0 0 0 0", Verdict::Ok, "2% busy"),
            (
                "cpu  150 0 100 1050 0 0 0 0 0 0",
                Verdict::Limited,
                "50% busy",
            ),
            (
                "cpu  100 0 100 1090 0 0 0 10 0 0",
                Verdict::Limited,
                "0% busy, 10% stolen",
            ),
        ] {
            let check = judge(before, CpuTime::parse(after), Some("0.50"));
            assert_eq!(check.verdict, verdict, "{check:?}");
            assert!(check.finding.starts_with(finding), "{check:?}");
            assert!(check.finding.ends_with("load average 0.50"), "{check:?}");
        }
    }

    #[test]
    fn a_kernel_that_does_not_tell() {
        let nothing = CpuTime::parse("");
        let check = judge(nothing, nothing, None);
        assert_eq!(check.verdict, Verdict::Limited);
        assert!(check.finding.contains("does not tell"), "{check:?}");
    }
}
