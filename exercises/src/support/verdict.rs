//! What the rounds of a race say, and how it is told.

use super::report::Fault;

/// Rounds that agree so well are not noise.
const NARROW: f64 = 1.15;

/// What the rounds say.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// At least so fast; the median ratio.
    Enough(f64),
    /// Slower.
    TooSlow {
        /// The ratio that was asked for.
        needed: f64,
        /// The median.
        ratio: f64,
    },
    /// The rounds do not agree.
    Unclear {
        /// The ratio that was asked for.
        needed: f64,
        /// The lower end of the range that they leave.
        low: f64,
        /// The upper end.
        high: f64,
    },
}

impl Verdict {
    /// The remark of a race that was won. One that was lost, or may have been, is told
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
    ) -> Result<String, Fault> {
        match self {
            Verdict::Enough(ratio) => Ok(format!("{ratio:.2}x")),
            Verdict::TooSlow { needed, ratio } => Err(Fault::wrong(
                format!("{needed}x {baseline}, or more"),
                format!("{ratio:.2}x: {question}"),
                read,
            )),
            Verdict::Unclear { needed, low, high } => {
                let text = format!("{low:.2}x to {high:.2}x {baseline}, and it takes {needed}x");
                Err(if high < NARROW * low && needed < NARROW * high {
                    Fault::OnTheLine(format!("{text}\n{question}"))
                } else {
                    Fault::Noisy(text)
                })
            }
        }
    }
}

/// The true median lies, with at least 95% certainty, between two of the sorted
/// ratios: those that leave out as few at each end as a fair coin would allow.
pub fn judge(needed: f64, ratios: &[f64]) -> Verdict {
    let mut sorted = ratios.to_vec();
    sorted.sort_by(f64::total_cmp);
    let left_out = left_out(sorted.len());
    let (low, high) = (sorted[left_out], sorted[sorted.len() - 1 - left_out]);
    let median = sorted[sorted.len() / 2];
    if low >= needed {
        Verdict::Enough(median)
    } else if high < needed {
        Verdict::TooSlow {
            needed,
            ratio: median,
        }
    } else {
        Verdict::Unclear { needed, low, high }
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

    #[test]
    fn a_clear_race_is_judged_and_an_unclear_one_is_not() {
        let around = |middle: f64| -> Vec<f64> {
            (0..9)
                .map(|round| middle + f64::from(round - 4) / 10.0)
                .collect()
        };
        assert!(matches!(judge(1.5, &around(2.0)), Verdict::Enough(_)));
        assert!(matches!(judge(1.5, &around(1.0)), Verdict::TooSlow { .. }));
        assert!(matches!(judge(1.5, &around(1.5)), Verdict::Unclear { .. }));
        // One wild round does not decide.
        let mut wild = around(1.0);
        wild[8] = 90.0;
        assert!(matches!(judge(1.5, &wild), Verdict::TooSlow { .. }));
    }
}
