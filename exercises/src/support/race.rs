//! Is one program at least so many times as fast as another?
//!
//! Only ratios are looked at, each of two runs next to each other in time, at the same
//! distance of the CPUs. First the second program races itself: how far from 1 that comes
//! is how far off a ratio can be here, and nobody is blamed for so little.

use std::time::{Duration, Instant};

use bench::hand_over::{self, Distance};
use bench::placement::Placement;

use super::fault::Fault;
use super::verdict::{Verdict, judge};

const CALIBRATION: usize = 5;
const FEWEST_ROUNDS: usize = 9;
const MOST_ROUNDS: usize = 31;
/// A race takes seconds; on a machine that drags it out so long, nothing can be judged.
const MOST_TIME: Duration = Duration::from_secs(30);

/// What the rounds of two programs have told.
pub struct Race {
    ratios: Vec<f64>,
    error: f64,
}

/// Runs a program: its speed, if the run tells it.
pub type Runner<'a> = dyn FnMut() -> Result<Option<f64>, Fault> + 'a;

/// Runs both in turn, until it is clear whether `yours` reaches each of the
/// `needed` times the speed of `baseline`.
///
/// # Errors
///
/// Those of the runs.
pub fn run(
    needed: &[f64],
    cpus: &Placement,
    yours: &mut Runner,
    baseline: &mut Runner,
) -> Result<Race, Fault> {
    // The first runs find cold caches and sleeping CPUs, and do not count.
    yours()?;
    baseline()?;
    let start = Instant::now();
    let mut race = Race {
        ratios: Vec::new(),
        error: 1.0,
    };
    let mut calibrated = 0;
    for turn in 0.. {
        let rounds = race.ratios.len();
        let clear = rounds >= FEWEST_ROUNDS
            && needed
                .iter()
                .all(|&needed| !matches!(race.verdict(needed), Verdict::Unclear { .. }));
        if clear || rounds == MOST_ROUNDS || start.elapsed() > MOST_TIME {
            break;
        }
        let itself = calibrated < CALIBRATION;
        let ratio = at_one_distance(cpus, || {
            if itself {
                let first = baseline()?;
                return Ok(ratio(first, baseline()?));
            }
            // Who goes first alternates: what drifts does not favor one.
            if turn % 2 == 0 {
                let mine = yours()?;
                Ok(ratio(mine, baseline()?))
            } else {
                let base = baseline()?;
                Ok(ratio(yours()?, base))
            }
        })?;
        let Some(ratio) = ratio else { continue };
        if itself {
            race.error = race.error.max(ratio).max(1.0 / ratio);
            calibrated += 1;
        } else {
            race.ratios.push(ratio);
        }
    }
    Ok(race)
}

fn ratio(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    Some(one? / other?)
}

/// What this tells, unless a host has moved the CPUs meanwhile.
fn at_one_distance(
    cpus: &Placement,
    round: impl FnOnce() -> Result<Option<f64>, Fault>,
) -> Result<Option<f64>, Fault> {
    let Some(before) = hand_over::nanoseconds(cpus)? else {
        return round();
    };
    let told = round()?;
    let after = hand_over::nanoseconds(cpus)?;
    Ok(told.filter(|_| Distance::all_along(Some(before), after).is_some()))
}

impl Race {
    /// Whether `needed` times the speed of the baseline was reached.
    pub fn verdict(&self, needed: f64) -> Verdict {
        let (ratios, error) = (&self.ratios, self.error);
        if ratios.len() < FEWEST_ROUNDS {
            return Verdict::Unclear {
                needed,
                low: ratios.iter().copied().fold(f64::INFINITY, f64::min),
                high: ratios.iter().copied().fold(0.0, f64::max),
                error,
            };
        }
        judge(needed, ratios, error)
    }

    /// How many times as fast, in half of the rounds or more.
    pub fn median(&self) -> f64 {
        let mut sorted = self.ratios.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_race_that_hardly_was_one_has_no_verdict() {
        let race = Race {
            ratios: vec![0.1; FEWEST_ROUNDS - 1],
            error: 1.0,
        };
        assert!(matches!(race.verdict(1.0), Verdict::Unclear { .. }));
    }
}
