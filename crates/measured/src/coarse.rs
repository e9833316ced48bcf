//! How long a run's calls took, as coarsely as a picture needs it.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Error, Result, ensure};
use common::Histogram;
use serde::{Deserialize, Serialize};

/// Bins for each doubling of the time.
const BINS: f64 = 8.0;

/// Calls by their time: `3327:950 3629:12`, the middle of a bin in nanoseconds, and its calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Coarse(Vec<(u64, u64)>);

impl Coarse {
    /// Each bin's middle in nanoseconds, and its calls, the shortest first.
    pub fn bins(&self) -> impl Iterator<Item = (f64, u64)> {
        self.0.iter().map(|&(time, calls)| (time as f64, calls))
    }
}

impl From<&Histogram> for Coarse {
    fn from(histogram: &Histogram) -> Coarse {
        let mut bins: Vec<(u64, u64)> = Vec::new();
        for (time, bin) in histogram.bins() {
            let number = (time.max(1.0).log2() * BINS).floor();
            let middle = ((number + 0.5) / BINS).exp2().round() as u64;
            match bins.last_mut() {
                Some((last, calls)) if *last == middle => *calls += bin.calls,
                _ => bins.push((middle, bin.calls)),
            }
        }
        Coarse(bins)
    }
}

impl fmt::Display for Coarse {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bins = self.0.iter().map(|(time, calls)| format!("{time}:{calls}"));
        out.write_str(&bins.collect::<Vec<_>>().join(" "))
    }
}

impl FromStr for Coarse {
    type Err = Error;

    fn from_str(text: &str) -> Result<Coarse> {
        let bins = text.split_whitespace().map(|bin| {
            let (time, calls) = bin
                .split_once(':')
                .with_context(|| format!("{bin} is no nanoseconds:calls"))?;
            let number = |number: &str| {
                let number: u64 = number
                    .parse()
                    .with_context(|| format!("{bin} is no nanoseconds:calls"))?;
                ensure!(
                    (1..1 << 53).contains(&number),
                    "{bin} has a number that cannot be"
                );
                Ok(number)
            };
            Ok((number(time)?, number(calls)?))
        });
        let bins = bins.collect::<Result<Vec<_>>>()?;
        ensure!(bins.is_sorted(), "the times do not rise");
        Ok(Coarse(bins))
    }
}

impl From<Coarse> for String {
    fn from(coarse: Coarse) -> String {
        coarse.to_string()
    }
}

impl TryFrom<String> for Coarse {
    type Error = Error;

    fn try_from(text: String) -> Result<Coarse> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_call_is_lost_and_the_text_is_read_back() {
        let mut fine = Histogram::new();
        for time in (1..2000).map(|step| step * 37) {
            fine.add(time, 1);
        }
        let coarse = Coarse::from(&fine);
        assert_eq!(
            coarse.bins().map(|(_, calls)| calls).sum::<u64>(),
            fine.calls()
        );
        assert_eq!(coarse.to_string().parse::<Coarse>().unwrap(), coarse);
        let time = |bins: Vec<(f64, u64)>| {
            bins.iter()
                .map(|(time, calls)| time * *calls as f64)
                .sum::<f64>()
        };
        let fine = time(fine.bins().map(|(time, bin)| (time, bin.calls)).collect());
        assert!((time(coarse.bins().collect()) / fine - 1.0).abs() < 0.01);
        for junk in ["1", "1:0", "1:-1", "a:1", "1:NaN", "9:1 8:1", "1:1e300"] {
            junk.parse::<Coarse>().unwrap_err();
        }
    }
}
