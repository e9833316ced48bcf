//! What a measured number can be, and with how many decimals it is written.

use std::fmt;

use anyhow::{Result, ensure};
use serde::Serializer;

/// A number as it was read or measured, and what can be right.
pub struct Number {
    column: &'static str,
    value: f64,
    /// Whether it can be 0.
    zero: bool,
    /// More than any machine gets to.
    most: f64,
}

impl Number {
    /// GiB per second: more than nothing, and less than any memory moves.
    pub fn speed(column: &'static str, gib_per_s: f64) -> Number {
        Number::new(column, gib_per_s, false, 1e6)
    }

    /// Time for one thing, in nanoseconds or microseconds: more than none, less than hours.
    pub fn time(column: &'static str, time: f64) -> Number {
        Number::new(column, time, false, 1e12)
    }

    /// How many there are of something that there must be, such as bytes.
    pub fn some(column: &'static str, count: u64) -> Number {
        Number::new(column, count as f64, false, 1e18)
    }

    /// How often something happened, which may be never.
    pub fn count(column: &'static str, count: f64) -> Number {
        Number::new(column, count, true, 1e12)
    }

    /// A part of a whole.
    pub fn part(column: &'static str, part: f64) -> Number {
        Number::new(column, part, true, 1.0)
    }

    fn new(column: &'static str, value: f64, zero: bool, most: f64) -> Number {
        Number {
            column,
            value,
            zero,
            most,
        }
    }

    /// Whether it can be right.
    ///
    /// # Errors
    ///
    /// Where it cannot: NaN is none of these, nor is a negative number.
    pub fn check(&self) -> Result<()> {
        let enough = self.value > 0.0 || self.zero && self.value == 0.0;
        ensure!(enough && self.value <= self.most, "{self}");
        Ok(())
    }
}

impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Number {
            column,
            value,
            zero,
            most,
        } = self;
        let least = if *zero { "0 or more" } else { "more than 0" };
        write!(
            out,
            "{column} is {value:?}, but must be {least}, and at most {most}"
        )
    }
}

/// Writes a figure with `N` decimals, which is as exact as it was measured; a very
/// small one as it is.
pub(crate) fn decimals<const N: usize, S: Serializer>(
    value: &f64,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match *value > 0.0 && *value < 0.01 {
        true => serializer.serialize_f64(*value),
        false => serializer.collect_str(&format_args!("{value:.N$}")),
    }
}

/// The same for one that may be missing.
pub(crate) fn decimals_if_any<const N: usize, S: Serializer>(
    value: &Option<f64>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => decimals::<N, S>(value, serializer),
        None => serializer.serialize_none(),
    }
}
