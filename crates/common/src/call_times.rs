//! What a reader's calls took.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Error, Result};

use crate::histogram::Histogram;

/// The calls of a run, without the first.
///
/// As a line for programs, and read back from it:
/// `calls=40959 bytes=10737156096 seconds=1.5 look_ns=24.1 voluntary=17023 involuntary=12 histogram=…`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallTimes {
    /// How many there were, timed or not.
    pub calls: u64,
    /// The bytes that they brought.
    pub bytes: u64,
    /// How long they took together.
    pub seconds: f64,
    /// What a look at the clock costs here, in nanoseconds.
    pub look_ns: f64,
    /// How often the reader gave its CPU away meanwhile: it slept (`ru_nvcsw`, getrusage(2)).
    pub voluntary: u64,
    /// How often its CPU was taken away from it (`ru_nivcsw`).
    pub involuntary: u64,
    /// How long those that were timed took.
    pub histogram: Histogram,
}

impl fmt::Display for CallTimes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "calls={} bytes={} seconds={:.9} look_ns={:.1} voluntary={} involuntary={} histogram={}",
            self.calls,
            self.bytes,
            self.seconds,
            self.look_ns,
            self.voluntary,
            self.involuntary,
            self.histogram
        )
    }
}

impl FromStr for CallTimes {
    type Err = Error;

    fn from_str(line: &str) -> Result<CallTimes> {
        let (facts, histogram) = line
            .split_once("histogram=")
            .context("there is no histogram=")?;
        let fact = |name: &str| {
            let mut words = facts.split_whitespace();
            words
                .find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
                .with_context(|| format!("there is no {name}="))
        };
        let number = |name| -> Result<u64> {
            fact(name)?
                .parse()
                .with_context(|| format!("{name} is no number"))
        };
        let real = |name| -> Result<f64> {
            fact(name)?
                .parse()
                .with_context(|| format!("{name} is no number"))
        };
        Ok(CallTimes {
            calls: number("calls")?,
            bytes: number("bytes")?,
            seconds: real("seconds")?,
            look_ns: real("look_ns")?,
            voluntary: number("voluntary")?,
            involuntary: number("involuntary")?,
            histogram: histogram.parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_read_back() {
        let times = CallTimes {
            calls: 3,
            bytes: 3 << 18,
            seconds: 0.000009,
            look_ns: 24.1,
            voluntary: 1,
            involuntary: 0,
            histogram: "3072:3:262144".parse().unwrap(),
        };
        assert_eq!(times.to_string().parse::<CallTimes>().unwrap(), times);
        for junk in [
            "",
            "calls=1",
            "histogram=",
            "calls=x bytes=1 seconds=1 look_ns=1 voluntary=1 involuntary=1 histogram=",
        ] {
            junk.parse::<CallTimes>().unwrap_err();
        }
    }
}
