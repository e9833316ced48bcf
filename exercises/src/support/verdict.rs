//! What the rounds of a race say, and how it is told.

use super::fault::Fault;

/// Rounds that agree so well are not noise.
const NARROW: f64 = 1.15;

/// What the rounds say.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// At least so fast; the median ratio.
    Enough(f64),
    /// Slower, even with the error of the race against it.
    TooSlow {
        /// The ratio that was asked for.
        needed: f64,
        /// The median.
        ratio: f64,
        /// How many times as fast as itself a program can seem here.
        error: f64,
    },
    /// That cannot be told.
    Unclear {
        /// The ratio that was asked for.
        needed: f64,
        /// The lower end of the range that the rounds leave.
        low: f64,
        /// The upper end.
        high: f64,
        /// How many times as fast as itself a program can seem here.
        error: f64,
    },
}

impl Verdict {
    /// The ratio of a race that was won. One that was lost, or may have been, is told
    /// with a question about what could be faster.
    ///
    /// # Errors
    ///
    /// When it was lost, or is unclear.
    pub fn or_fault(
        self,
        baseline: &str,
        question: &str,
        read: &'static str,
    ) -> Result<f64, Fault> {
        match self {
            Verdict::Enough(ratio) => Ok(ratio),
            Verdict::TooSlow {
                needed,
                ratio,
                error,
            } => Err(Fault::wrong(
                format!("{needed}x {baseline}, or more"),
                format!("{ratio:.2}x ({}): {question}", itself(error)),
                read,
            )),
            Verdict::Unclear {
                needed, low, high, ..
            } if low < needed && needed < NARROW * high && high < NARROW * low => {
                let text = format!("{low:.2}x to {high:.2}x {baseline}, and it takes {needed}x");
                Err(Fault::OnTheLine(format!("{text}\n{question}")))
            }
            unclear => Err(Fault::Noisy(unclear.in_words(baseline))),
        }
    }

    /// What became of it: `0.90x to 1.20x the speed of …, and it takes 1x`.
    pub fn in_words(&self, baseline: &str) -> String {
        match *self {
            Verdict::Enough(ratio) => format!("{ratio:.2}x {baseline}"),
            Verdict::TooSlow { needed, ratio, .. } => {
                format!("{ratio:.2}x {baseline}, and it takes {needed}x")
            }
            Verdict::Unclear { low, high, .. } if high < low => "no round told anything".to_owned(),
            Verdict::Unclear {
                needed,
                low,
                high,
                error,
            } => format!(
                "{low:.2}x to {high:.2}x {baseline} ({}), and it takes {needed}x",
                itself(error)
            ),
        }
    }
}

/// What can be told apart here, in words.
fn itself(error: f64) -> String {
    format!("here and now one and the same program can seem {error:.2}x as fast as itself")
}

/// The true median lies, with at least 95% certainty, between two of the sorted
/// ratios: those that leave out as few at each end as a fair coin would allow.
pub fn judge(needed: f64, ratios: &[f64], error: f64) -> Verdict {
    let mut sorted = ratios.to_vec();
    sorted.sort_by(f64::total_cmp);
    let left_out = left_out(sorted.len());
    let (low, high) = (sorted[left_out], sorted[sorted.len() - 1 - left_out]);
    let ratio = sorted[sorted.len() / 2];
    if low >= needed {
        Verdict::Enough(ratio)
    } else if high * error < needed {
        Verdict::TooSlow {
            needed,
            ratio,
            error,
        }
    } else {
        Verdict::Unclear {
            needed,
            low,
            high,
            error,
        }
    }
}

/// How many of `rounds` can be left out at each end: the chance that so few lie
/// below the median, or fewer, is under 2.5%.
fn left_out(rounds: usize) -> usize {
    let mut chance = 0.5_f64.powi(i32::try_from(rounds).unwrap_or(i32::MAX));
    let mut total = chance;
    let mut count = 0;
    while total < 0.025 {
        chance *= (rounds - count) as f64 / (count + 1) as f64;
        total += chance;
        count += 1;
    }
    count.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_rounds_leave_out_one_at_each_end() {
        // The 95% interval of the median by order statistics, from the tables.
        for (rounds, count) in [(6, 0), (9, 1), (12, 2), (20, 5), (31, 9)] {
            assert_eq!(left_out(rounds), count, "{rounds}");
        }
    }

    fn around(middle: f64) -> Vec<f64> {
        (0..9)
            .map(|round| middle + f64::from(round - 4) / 10.0)
            .collect()
    }

    #[test]
    fn a_clear_race_is_judged_and_an_unclear_one_is_not() {
        let judge = |ratios: &[f64]| judge(1.5, ratios, 1.05);
        assert!(matches!(judge(&around(2.0)), Verdict::Enough(_)));
        assert!(matches!(judge(&around(1.0)), Verdict::TooSlow { .. }));
        assert!(matches!(judge(&around(1.5)), Verdict::Unclear { .. }));
        // One wild round does not decide.
        let mut wild = around(1.0);
        wild[8] = 90.0;
        assert!(matches!(judge(&wild), Verdict::TooSlow { .. }));
    }

    /// What is slower by less than a program seems slower than itself is not blamed; what
    /// is faster passes all the same.
    #[test]
    fn nobody_is_blamed_for_the_error_of_the_race() {
        let slow = judge(1.5, &around(1.0), 1.2);
        assert!(matches!(slow, Verdict::Unclear { .. }));
        assert!(matches!(slow.or_fault("", "", ""), Err(Fault::Noisy(_))));
        assert!(matches!(judge(1.5, &around(2.0), 1.5), Verdict::Enough(_)));
    }
}
