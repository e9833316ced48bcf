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

/// The median and its interval: `3.7 (3.5 to 3.9)`.
impl fmt::Display for Estimate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, low, high] = [self.median, self.low, self.high].map(figure);
        write!(out, "{median} ({low} to {high})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
