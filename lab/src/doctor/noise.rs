//! What else is running just now, here and on the host.

use std::thread;
use std::time::Duration;

use super::Patient;
use super::check::Check;

/// Long enough for about a hundred ticks of the kernel's clock.
const LOOK: Duration = Duration::from_millis(500);

/// Shares of all CPUs' time, above which figures should not be trusted.
const MUCH_LOAD: f64 = 0.10;
const MUCH_STOLEN: f64 = 0.01;

/// Looks for half a second; nothing else of ours should run meanwhile.
pub fn check(patient: &Patient) -> Check {
    let look = || Ticks::parse(&patient.roots.text("proc/stat")?);
    let before = look();
    thread::sleep(LOOK);
    let load = patient.roots.text("proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next();
    judge(before.zip(look()), load)
}

/// Time that the CPUs have spent, in ticks.
#[derive(Clone, Copy)]
struct Ticks {
    busy: u64,
    stolen: u64,
    all: u64,
}

impl Ticks {
    /// The line `cpu  user nice system idle iowait irq softirq steal …`: proc_stat(5).
    fn parse(stat: &str) -> Option<Ticks> {
        let line = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
        let ticks: Vec<u64> = line
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()
            .ok()?;
        let &[user, nice, system, idle, iowait, irq, softirq, stolen, ..] = &ticks[..] else {
            return None;
        };
        let busy = user + nice + system + irq + softirq;
        Some(Ticks {
            busy,
            stolen,
            all: busy + idle + iowait + stolen,
        })
    }
}

fn judge(looks: Option<(Ticks, Ticks)>, load: Option<&str>) -> Check {
    let elapsed = looks
        .map(|(before, after)| after.all.saturating_sub(before.all))
        .filter(|&elapsed| elapsed > 0);
    let (Some((before, after)), Some(elapsed)) = (looks, elapsed) else {
        return Check::limited(
            "load",
            "/proc/stat does not tell",
            "close what else is running before you measure any stage",
        );
    };
    let share = |before: u64, after: u64| after.saturating_sub(before) as f64 / elapsed as f64;
    let (busy, stolen) = (
        share(before.busy, after.busy),
        share(before.stolen, after.stolen),
    );
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

    fn ticks(line: &str) -> Option<Ticks> {
        Ticks::parse(line)
    }

    #[test]
    fn idle_busy_and_stolen() {
        let before = ticks("cpu  100 0 100 1000 0 0 0 0 0 0\ncpu0 1 2 3\n");
        for (after, verdict, finding) in [
            (
                "cpu  101 0 101 1098 0 0 0 0 0 0",
                Verdict::Ok,
                "2% busy, 0% stolen",
            ),
            (
                "cpu  150 0 100 1050 0 0 0 0 0 0",
                Verdict::Limited,
                "50% busy",
            ),
            (
                "cpu  100 0 100 1090 0 0 0 10 0 0",
                Verdict::Limited,
                "10% stolen",
            ),
        ] {
            let check = judge(before.zip(ticks(after)), Some("0.50"));
            assert_eq!(check.verdict, verdict, "{check:?}");
            assert!(check.finding.starts_with(finding) || check.finding.contains(finding));
            assert!(check.finding.ends_with("load average 0.50"));
        }
    }

    #[test]
    fn a_kernel_that_does_not_tell() {
        assert!(ticks("").is_none());
        assert!(ticks("cpu  1 2 3").is_none());
        let stopped = ticks("cpu  1 0 1 1 0 0 0 0");
        assert_eq!(judge(stopped.zip(stopped), None).verdict, Verdict::Limited);
        assert_eq!(judge(None, None).verdict, Verdict::Limited);
    }
}
