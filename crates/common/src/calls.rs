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
        if self.start.is_none() {
            self.start = Some(Start {
                bytes: self.bytes,
                switches: ContextSwitches::of_this_thread(),
                at: Instant::now(),
            });
            self.began = self.start.as_ref().map(|start| start.at);
            return;
        }
        let now = Instant::now();
        match self.began {
            Some(began) => {
                let took = now.duration_since(began).as_nanos() as u64;
                self.histogram.add(took, bytes as u64);
                (self.began, self.skip) = self.rarity.next(now);
            }
            None => self.began = Some(now),
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

/// Which calls are timed: all, where a look at the clock is cheap. Where it is dear, a few
/// single ones, picked at random: a writer's rhythm must not pick them.
struct Rarity {
    look_ns: f64,
    /// The most calls between two that are timed; 0 where all are.
    most_skipped: u64,
    random: u64,
}

impl Rarity {
    fn for_looks_of(look_ns: f64) -> Rarity {
        const CHEAP: f64 = 60.0;
        let most_skipped = match look_ns <= CHEAP {
            true => 0,
            // Two looks for each call that is timed, and one in half as many is.
            false => (look_ns / 5.0) as u64,
        };
        Rarity {
            look_ns,
            most_skipped,
            random: std::process::id().into(),
        }
    }

    /// When the next call to be timed began, if it is the one after this; or how many to skip.
    fn next(&mut self, now: Instant) -> (Option<Instant>, u64) {
        if self.most_skipped == 0 {
            return (Some(now), 0);
        }
        // Knuth's linear congruence, of which the upper bits are random.
        self.random = self
            .random
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (None, (self.random >> 33) % (self.most_skipped + 1))
    }
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
