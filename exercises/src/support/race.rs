//! Is one program at least so many times as fast as another?
//!
//! Only ratios are looked at, each of two runs next to each other in time, so
//! that what slows the machine slows both.

use std::time::{Duration, Instant};

use super::report::Fault;
use super::verdict::{Verdict, judge};

const FEWEST_ROUNDS: usize = 9;
const MOST_ROUNDS: usize = 31;
/// A race takes seconds; on a machine that drags it out so long, nothing can be judged.
const MOST_TIME: Duration = Duration::from_secs(30);

/// How much slower a quarter of a quiet machine's runs may be than another quarter.
const CALM: f64 = 1.25;

/// One run of a program.
pub struct Run {
    /// Bytes per second.
    pub speed: f64,
    /// Whether an end was kept from the CPU that should have been its own.
    pub starved: bool,
}

/// The rounds of two programs.
pub struct Race {
    ratios: Vec<f64>,
    baseline: Vec<f64>,
    starved: usize,
}

/// Runs both in turn, until it is clear whether `yours` reaches each of the
/// `needed` times the speed of `baseline`.
///
/// # Errors
///
/// Those of the runs.
pub fn run(
    needed: &[f64],
    mut yours: impl FnMut() -> Result<Run, Fault>,
    mut baseline: impl FnMut() -> Result<Run, Fault>,
) -> Result<Race, Fault> {
    let start = Instant::now();
    // The first runs find cold caches and sleeping CPUs, and do not count.
    yours()?;
    baseline()?;
    let mut race = Race {
        ratios: Vec::new(),
        baseline: Vec::new(),
        starved: 0,
    };
    loop {
        // Who goes first alternates: what drifts does not favor one.
        let (mine, base) = if race.ratios.len().is_multiple_of(2) {
            let mine = yours()?;
            (mine, baseline()?)
        } else {
            let base = baseline()?;
            (yours()?, base)
        };
        race.ratios.push(mine.speed / base.speed);
        race.baseline.push(base.speed);
        race.starved += usize::from(mine.starved || base.starved);
        let rounds = race.ratios.len();
        let clear = rounds >= FEWEST_ROUNDS
            && needed
                .iter()
                .all(|&needed| !matches!(race.verdict(needed), Verdict::Unclear { .. }));
        if clear || rounds == MOST_ROUNDS || start.elapsed() > MOST_TIME {
            return Ok(race);
        }
    }
}

impl Race {
    /// Whether `needed` times the speed of the baseline was reached.
    pub fn verdict(&self, needed: f64) -> Verdict {
        let verdict = judge(needed, &self.ratios);
        let slow = match verdict {
            Verdict::TooSlow { ratio, .. } => Some(ratio),
            _ => None,
        };
        // Who waits for the other end suffers more than who does not: a nearly fast
        // enough program is not blamed for a machine at whose mercy it was, and no
        // program where two ends that should spin often had no CPU.
        let starved = slow.is_some() && 4 * self.starved > self.ratios.len();
        let disturbed = quartile(&self.baseline, 3) > CALM * quartile(&self.baseline, 1);
        if self.ratios.len() < FEWEST_ROUNDS
            || starved
            || disturbed && slow.is_some_and(|ratio| ratio > needed / 2.0)
        {
            let low = self.ratios.iter().copied().fold(f64::INFINITY, f64::min);
            let high = self.ratios.iter().copied().fold(0.0, f64::max);
            return Verdict::Unclear { needed, low, high };
        }
        verdict
    }
}

/// The value below which so many quarters of the values lie.
fn quartile(values: &[f64], quarters: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(sorted.len() - 1) * quarters / 4]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disturbed_baseline_blames_nobody_who_is_near() {
        let race = |ratio: f64, disturbed: bool| Race {
            ratios: vec![ratio; 9],
            starved: 0,
            baseline: (0..9)
                .map(|round| {
                    if disturbed && round % 2 == 0 {
                        30.0
                    } else {
                        60.0
                    }
                })
                .collect(),
        };
        assert!(matches!(
            race(0.9, false).verdict(1.0),
            Verdict::TooSlow { .. }
        ));
        assert!(matches!(
            race(0.9, true).verdict(1.0),
            Verdict::Unclear { .. }
        ));
        assert!(matches!(
            race(0.3, true).verdict(1.0),
            Verdict::TooSlow { .. }
        ));
        assert!(matches!(race(2.0, true).verdict(1.0), Verdict::Enough(_)));
        // However slow it was, where it had no CPU.
        let starved = |ratio: f64| Race {
            starved: 3,
            ..race(ratio, false)
        };
        let verdict = starved(0.3).verdict(1.0);
        assert!(matches!(verdict, Verdict::Unclear { .. }));
        assert!(matches!(verdict.or_fault("", "", ""), Err(Fault::Noisy(_))));
        assert!(matches!(starved(2.0).verdict(1.0), Verdict::Enough(_)));
    }
}
