//! How many calls took how long: logarithmic bins, each at most 1/64 of its time wide.
//!
//! By hand, since all that is built before the first number is seen needs libc, clap
//! and anyhow alone.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Error, Result, ensure};

/// Bins for each doubling of the time; below this many nanoseconds, each has its own.
const BINS_PER_DOUBLING: u64 = 64;
/// Ends far beyond what anybody waits for: half an hour.
const DOUBLINGS: u64 = 36;

/// How many calls took how long, and how many bytes they brought.
///
/// In words, and read back from them: `3072:950:262144 3120:12:262144`, the least
/// nanoseconds of a bin, its calls, and the bytes of one of them, in the mean.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    bins: Vec<Bin>,
}

/// Calls that took about as long as one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bin {
    /// How many there were.
    pub calls: u64,
    /// The bytes that they brought, together.
    pub bytes: u64,
}

impl Histogram {
    /// With no call in it, and room for any.
    pub fn new() -> Histogram {
        let last = bin_of(u64::MAX);
        Histogram {
            bins: vec![Bin::default(); last + 1],
        }
    }

    /// Adds a call that took so long and brought so much.
    pub fn add(&mut self, nanoseconds: u64, bytes: u64) {
        let bin = &mut self.bins[bin_of(nanoseconds)];
        bin.calls += 1;
        bin.bytes += bytes;
    }

    /// The bins that hold calls, the shortest first, each with the middle of its times in
    /// nanoseconds.
    pub fn bins(&self) -> impl Iterator<Item = (f64, Bin)> {
        self.numbered()
            .map(|(number, bin)| (f64::midpoint(start_of(number), start_of(number + 1)), bin))
    }

    /// How many calls are in it.
    pub fn calls(&self) -> u64 {
        self.bins.iter().map(|bin| bin.calls).sum()
    }

    fn numbered(&self) -> impl Iterator<Item = (usize, Bin)> {
        let bins = self.bins.iter().copied().enumerate();
        bins.filter(|(_, bin)| bin.calls > 0)
    }
}

fn bin_of(nanoseconds: u64) -> usize {
    let nanoseconds = nanoseconds.min((1 << DOUBLINGS) - 1);
    if nanoseconds < BINS_PER_DOUBLING {
        return nanoseconds as usize;
    }
    let doubling = nanoseconds.ilog2() - BINS_PER_DOUBLING.ilog2();
    let within = (nanoseconds >> doubling) % BINS_PER_DOUBLING;
    ((u64::from(doubling) + 1) * BINS_PER_DOUBLING + within) as usize
}

/// The least time in nanoseconds that falls into a bin.
fn start_of(bin: usize) -> f64 {
    let bin = bin as u64;
    let (doubling, within) = (bin / BINS_PER_DOUBLING, bin % BINS_PER_DOUBLING);
    match doubling {
        0 => within as f64,
        _ => ((BINS_PER_DOUBLING + within) << (doubling - 1)) as f64,
    }
}

impl fmt::Display for Histogram {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (number, bin)) in self.numbered().enumerate() {
            let space = if index == 0 { "" } else { " " };
            let (start, each) = (start_of(number), bin.bytes / bin.calls);
            write!(out, "{space}{start}:{}:{each}", bin.calls)?;
        }
        Ok(())
    }
}

impl FromStr for Histogram {
    type Err = Error;

    fn from_str(text: &str) -> Result<Histogram> {
        let mut histogram = Histogram::new();
        for bin in text.split_whitespace() {
            let mut numbers = bin.split(':').map(str::parse::<u64>);
            let mut next = || -> Result<u64> {
                let number = numbers
                    .next()
                    .with_context(|| format!("{bin} is too short"))?;
                number.with_context(|| format!("{bin} is no nanoseconds:calls:bytes"))
            };
            let (start, calls, each) = (next()?, next()?, next()?);
            ensure!(calls > 0, "{bin} has no calls");
            let place = &mut histogram.bins[bin_of(start)];
            place.calls += calls;
            place.bytes += calls
                .checked_mul(each)
                .with_context(|| format!("{bin} is too much"))?;
        }
        Ok(histogram)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_lies_in_its_bin_and_no_bin_is_wide() {
        let times =
            (0..4096).chain((12..36).flat_map(|bit| [(1 << bit) - 1, 1 << bit, 3 << (bit - 1)]));
        for time in times {
            let bin = bin_of(time);
            let (start, end) = (start_of(bin), start_of(bin + 1));
            assert!(
                start <= time as f64 && (time as f64) < end,
                "{time}: {start} to {end}"
            );
            assert!(
                end - start <= 1.0 || (end - start) / start <= 1.0 / 64.0,
                "{time}"
            );
        }
    }

    #[test]
    fn a_time_too_long_is_the_longest() {
        let mut histogram = Histogram::new();
        histogram.add(u64::MAX, 1);
        assert_eq!(histogram.calls(), 1);
    }

    #[test]
    fn it_is_read_back() {
        let mut histogram = Histogram::new();
        for time in [3, 3100, 3101, 54_000, 9_000_000] {
            histogram.add(time, 1 << 18);
        }
        let text = histogram.to_string();
        assert_eq!(
            text,
            "3:1:262144 3072:2:262144 53760:1:262144 8912896:1:262144"
        );
        assert_eq!(text.parse::<Histogram>().unwrap(), histogram);
        for junk in [
            "1",
            "1:0:1",
            "1:2",
            "a:1:1",
            "1:-1:1",
            "1:18446744073709551615:9",
        ] {
            junk.parse::<Histogram>().unwrap_err();
        }
    }
}
