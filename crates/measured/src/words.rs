//! Figures as people read them.

use std::fmt;

use crate::statistics::Estimate;

/// A figure as precise as it is worth: one decimal from 1 to 100, and never a 0 for
/// what is more.
pub fn figure(value: f64) -> String {
    if value > 0.0 && value < 0.01 {
        // As many decimals as it takes to show one digit.
        let decimals = -value.log10().floor() as usize;
        format!("{value:.decimals$}")
    } else if value < 1.0 {
        format!("{value:.2}")
    } else if value < 99.95 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

impl Estimate {
    /// What stands in parentheses behind the median: the interval, `3.5 to 3.9`, or how few
    /// runs it comes from, `2 runs`.
    pub fn beside(&self, run: &str, figure: impl Fn(f64) -> String) -> String {
        match (self.interval(), self.count) {
            (Some([low, high]), _) => format!("{} to {}", figure(low), figure(high)),
            (None, 1) => format!("1 {run}"),
            (None, few) => format!("{few} {run}s"),
        }
    }
}

/// A whole number, with a comma between thousands.
pub fn whole(count: f64) -> String {
    let digits = format!("{count:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The median and its interval: `3.7 (3.5 to 3.9)`.
impl fmt::Display for Estimate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} ({})",
            figure(self.median),
            self.beside("run", figure)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        let read = [0.0, 385.0, 24_385.4, 1_234_567.0].map(whole);
        assert_eq!(read, ["0", "385", "24,385", "1,234,567"]);
    }

    #[test]
    fn figures_are_as_precise_as_they_are_worth() {
        assert_eq!(
            [0.0004, 0.756, 3.7, 62.46, 303.7].map(figure),
            ["0.0004", "0.76", "3.7", "62.5", "304"]
        );
        let estimate = Estimate {
            median: 3.7,
            low: 0.9,
            high: 120.0,
            count: 5,
        };
        assert_eq!(estimate.to_string(), "3.7 (0.90 to 120)");
        let few = |count| Estimate { count, ..estimate }.to_string();
        assert_eq!([4, 1].map(few), ["3.7 (4 runs)", "3.7 (1 run)"]);
    }
}
