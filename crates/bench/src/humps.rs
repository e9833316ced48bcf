//! What a reader's calls did, told from how long they took: awake, asleep, off the CPU.

use std::fmt;

use common::{Bin, CallTimes};

use crate::nearness::Nearness;
use crate::valleys;

/// Fewer calls than these show no humps.
const FEWEST: u64 = 100;
/// A call that lasts longer, in nanoseconds, is one whose end, or whose other end, was off
/// its CPU: a scheduler's turn is longer, and no sleep that the other end ends itself is.
/// Unless calls are long in themselves.
pub const OFF_THE_CPU: f64 = 1e6;
const TIMES_OTHERS: f64 = 10.0;

/// From where on a call was off the CPU, where others take so long in the median.
fn off_the_cpu(median: f64) -> f64 {
    OFF_THE_CPU.max(TIMES_OTHERS * median)
}

/// What the calls of one run did.
///
/// The rule: the valleys of the histogram ([`valleys::borders`]) say where calls *may* be
/// told apart, and the kernel's count of the reader's voluntary switches says which calls
/// slept: the longest ones, as many as that. Where no valley lies there, within five in a
/// hundred calls, nothing is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Humps {
    /// Some calls slept, some did not.
    Both {
        /// Those that did not.
        awake: Hump,
        /// Those that did.
        slept: Hump,
    },
    /// No call slept, or hardly one.
    Awake(Hump),
    /// Every call slept, or nearly.
    Slept(Hump),
    /// That cannot be told.
    Unclear(Why),
}

/// Calls of one kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hump {
    /// Which part of all timed calls they are.
    pub share: f64,
    /// What half of them took less than, in nanoseconds.
    pub median: f64,
    /// What they took in the mean.
    pub mean: f64,
    /// GiB/s, if every call had taken the median.
    pub gib_per_s: f64,
}

/// Why the calls cannot be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Fewer than 100 were timed.
    TooFew,
    /// The ends took turns on one CPU.
    Turns,
    /// The reader did not sleep, but the writer did.
    WriterSlept,
    /// No valley lies where as many calls are longer as slept.
    NoValley,
}

impl fmt::Display for Why {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Why::TooFew => "too few calls to tell",
            Why::Turns => "the ends take turns on one CPU",
            Why::WriterSlept => "the writer sleeps within the reader's calls",
            Why::NoValley => "calls that slept took no longer than others",
        })
    }
}

impl Humps {
    /// Of the reader's calls, where the two ends are so near; `writer_sleeps` is how often
    /// the other end gave its CPU away.
    pub fn tell(times: &CallTimes, writer_sleeps: u64, nearness: Nearness) -> Humps {
        if nearness == Nearness::OneCpu {
            return Humps::Unclear(Why::Turns);
        }
        let timed = times.histogram.calls();
        if timed < FEWEST {
            return Humps::Unclear(Why::TooFew);
        }
        let each = |count: u64| count as f64 / times.calls as f64;
        let calls = Calls(times.histogram.bins().collect());
        let slept = each(times.voluntary);
        if slept <= 0.02 {
            return calls.all_awake(each(writer_sleeps));
        }
        if slept >= 0.98 {
            return calls.all_slept();
        }
        // What chance does to the share among few that were timed comes on top.
        let tolerance = 0.05 + 3.0 * (slept * (1.0 - slept) / timed as f64).sqrt();
        let distance = |border: f64| (calls.share_from(border) - slept).abs();
        let border = valleys::borders(&times.histogram)
            .into_iter()
            .filter(|&border| border < off_the_cpu(calls.between(0.0, border).median))
            .min_by(|&one, &other| distance(one).total_cmp(&distance(other)));
        match border {
            Some(border) if distance(border) <= tolerance => {
                let awake = calls.between(0.0, border);
                let asleep = calls.between(border, off_the_cpu(awake.median));
                match slept < 0.95 {
                    true => Humps::Both {
                        awake,
                        slept: asleep,
                    },
                    // The few that did not came at odd moments: no sample of being awake.
                    false => Humps::Slept(asleep),
                }
            }
            _ if slept <= 0.05 => calls.all_awake(each(writer_sleeps)),
            _ if slept >= 0.95 => calls.all_slept(),
            _ => Humps::Unclear(Why::NoValley),
        }
    }

    /// The calls that did not sleep.
    pub fn awake(&self) -> Option<Hump> {
        match *self {
            Humps::Both { awake, .. } | Humps::Awake(awake) => Some(awake),
            Humps::Slept(_) | Humps::Unclear(_) => None,
        }
    }

    /// Which part of the calls slept, where that can be told.
    pub fn share_slept(&self) -> Option<f64> {
        match self {
            Humps::Both { slept, .. } | Humps::Slept(slept) => Some(slept.share),
            Humps::Awake(_) => Some(0.0),
            Humps::Unclear(_) => None,
        }
    }

    /// The calls that slept.
    pub fn slept(&self) -> Option<Hump> {
        match *self {
            Humps::Both { slept, .. } | Humps::Slept(slept) => Some(slept),
            Humps::Awake(_) | Humps::Unclear(_) => None,
        }
    }
}

/// Bins with their times, the shortest first.
struct Calls(Vec<(f64, Bin)>);

impl Calls {
    /// Those whose time is at least `from` and less than `to`.
    fn between(&self, from: f64, to: f64) -> Hump {
        let bins = self.0.iter().filter(|(time, _)| (from..to).contains(time));
        let (mut calls, mut bytes, mut nanoseconds) = (0, 0, 0.0);
        for (time, bin) in bins.clone() {
            calls += bin.calls;
            bytes += bin.bytes;
            nanoseconds += time * bin.calls as f64;
        }
        let mut before = 0;
        let median = bins.clone().find(|(_, bin)| {
            before += bin.calls;
            2 * before >= calls
        });
        let median = median.map_or(f64::NAN, |&(time, _)| time);
        let each = bytes as f64 / calls as f64;
        Hump {
            share: calls as f64 / self.count() as f64,
            median,
            mean: nanoseconds / calls as f64,
            gib_per_s: each / f64::from(1 << 30) / (median / 1e9),
        }
    }

    fn all_awake(&self, writer_slept: f64) -> Humps {
        match writer_slept > 0.05 {
            true => Humps::Unclear(Why::WriterSlept),
            false => Humps::Awake(self.on_the_cpu()),
        }
    }

    fn all_slept(&self) -> Humps {
        Humps::Slept(self.on_the_cpu())
    }

    fn on_the_cpu(&self) -> Hump {
        self.between(0.0, off_the_cpu(self.between(0.0, f64::INFINITY).median))
    }

    fn share_from(&self, border: f64) -> f64 {
        let above = self.0.iter().filter(|(time, _)| *time >= border);
        above.map(|(_, bin)| bin.calls).sum::<u64>() as f64 / self.count() as f64
    }

    fn count(&self) -> u64 {
        self.0.iter().map(|(_, bin)| bin.calls).sum()
    }
}
