//! The clock of a reader's calls.

use std::time::Instant;

use crate::call_times::CallTimes;
use crate::context_switches::ContextSwitches;
use crate::histogram::Histogram;

/// What a reader counts: the bytes of its calls, and how long the calls took.
///
/// The clock starts when the first call has returned, whose bytes do not count: until
/// then the writer is still starting. A call takes from the return of the one before to
/// its own, so that the calls together take as long as the run.
pub struct Calls {
    bytes: u64,
    calls: u64,
    created: Instant,
    start: Option<Start>,
    /// When the call that is under way began, where it is one to be timed.
    began: Option<Instant>,
    /// Nanoseconds of its time that are the clock's: a call that is timed alone has a look in
    /// it, as hardly another has. Where all are timed, all have one, and so has the run.
    of_a_look: u64,
    /// How many calls return before the next look at the clock.
    skip: u64,
    rarity: Rarity,
    histogram: Histogram,
}

struct Start {
    at: Instant,
    bytes: u64,
    switches: ContextSwitches,
}

impl Calls {
    /// Before the first call.
    #[expect(clippy::new_without_default, reason = "it looks at the clock")]
    pub fn new() -> Calls {
        Calls {
            bytes: 0,
            calls: 0,
            rarity: Rarity::for_looks_of(nanoseconds_of_a_look()),
            histogram: Histogram::new(),
            start: None,
            began: None,
            of_a_look: 0,
            skip: 0,
            created: Instant::now(),
        }
    }

    /// All bytes that have come.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// To be told of each call that brought something, at once.
    pub fn returned(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        self.calls += 1;
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        let Some(start) = &self.start else {
            let start = Start {
                bytes: self.bytes,
                switches: ContextSwitches::of_this_thread(),
                at: Instant::now(),
            };
            self.began = Some(start.at);
            self.start = Some(start);
            return;
        };
        let now = Instant::now();
        match self.began {
            Some(began) => {
                let took = now.duration_since(began).as_nanos() as u64;
                let took = took.saturating_sub(self.of_a_look);
                self.histogram.add(took, bytes as u64);
                self.of_a_look = 0;
                let elapsed = now.duration_since(start.at).as_nanos() as f64;
                let each = elapsed / (self.calls - 1) as f64;
                (self.began, self.skip) = self.rarity.next(now, each);
            }
            None => {
                self.began = Some(now);
                self.of_a_look = self.rarity.look_ns as u64;
            }
        }
    }

    /// After the last call.
    pub fn times(&self) -> CallTimes {
        let now = Instant::now();
        let switches = ContextSwitches::of_this_thread();
        let mut times = CallTimes {
            calls: self.calls,
            bytes: self.bytes,
            seconds: now.duration_since(self.created).as_secs_f64(),
            look_ns: self.rarity.look_ns,
            voluntary: 0,
            involuntary: 0,
            histogram: self.histogram.clone(),
        };
        // After a single call there is nothing but that one to time.
        if let Some(start) = self.start.as_ref().filter(|_| self.calls > 1) {
            times.calls -= 1;
            times.bytes -= start.bytes;
            times.seconds = now.duration_since(start.at).as_secs_f64();
            times.voluntary = switches.voluntary - start.switches.voluntary;
            times.involuntary = switches.involuntary - start.switches.involuntary;
        }
        times
    }
}

/// What the looks at the clock may take of the run.
const COST: f64 = 0.01;

/// Which calls are timed: all, where a look at the clock is cheap beside them. Where it is
/// dear, a few single ones, picked at random: a writer's rhythm must not pick them.
struct Rarity {
    look_ns: f64,
    random: u64,
}

impl Rarity {
    fn for_looks_of(look_ns: f64) -> Rarity {
        Rarity {
            look_ns,
            random: std::process::id().into(),
        }
    }

    /// When the next call to be timed began, if it is the one after this; or how many to
    /// skip, where a call takes so many nanoseconds in the mean.
    fn next(&mut self, now: Instant, each: f64) -> (Option<Instant>, u64) {
        let Some(most_skipped) = most_skipped(self.look_ns, each) else {
            return (Some(now), 0);
        };
        // Knuth's linear congruence, of which the upper bits are random.
        self.random = self
            .random
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (None, (self.random >> 33) % (most_skipped + 1))
    }
}

/// The most calls to skip between two that are timed; nothing where all are to be.
fn most_skipped(look_ns: f64, each: f64) -> Option<u64> {
    if look_ns <= COST * each {
        return None;
    }
    // Two looks for a call that is timed alone, at its beginning and its end; and half of
    // the most is skipped in the mean.
    let of_so_many = 2.0 * look_ns / (COST * each);
    Some((2.0 * (of_so_many - 2.0)).ceil() as u64)
}

/// What it costs to ask for the time here: some 25 ns in most places, a system call in others.
fn nanoseconds_of_a_look() -> f64 {
    const LOOKS: u32 = 16;
    let batches = (0..8).map(|_| {
        let start = Instant::now();
        let last = (0..LOOKS).fold(start, |_, _| Instant::now());
        last.duration_since(start).as_secs_f64() * 1e9 / f64::from(LOOKS)
    });
    batches.fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_looks_take_a_hundredth_of_the_run_at_most() {
        for look_ns in [20.0, 60.0, 1000.0] {
            for each in [100.0, 1000.0, 3100.0, 60e3] {
                let cost = match most_skipped(look_ns, each) {
                    None => look_ns / each,
                    // One call goes before the one that is timed, until the clock is looked at.
                    Some(most) => 2.0 * look_ns / ((most as f64 / 2.0 + 2.0) * each),
                };
                assert!(cost <= COST, "{look_ns}, {each}: {cost}");
                assert!(cost > COST / 200.0, "{look_ns}, {each}: {cost}");
            }
        }
        assert_eq!(most_skipped(25.0, 3100.0), None);
        assert_eq!(most_skipped(25.0, 1250.0), Some(4));
    }
}
