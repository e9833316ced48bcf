//! How often to look, so that looking costs next to nothing.

use std::time::Duration;

/// The watcher's CPU time as a part of all time: its looks, its counts, its searches.
const LOOKS: f64 = 0.006;
const COUNTS: f64 = 0.0012;
const SEARCHES: f64 = 0.0008;
/// Past this in all, what is not yet due waits twice as long.
const ALL: f64 = 0.0085;

/// One of the things that the watcher does again and again: it learns what that costs, and
/// says when the next one is due.
#[derive(Debug)]
pub struct Rate {
    share: f64,
    shortest: Duration,
    longest: Duration,
    cost: f64,
}

impl Rate {
    /// How full the pipes are, and what everybody does.
    pub fn of_looks() -> Rate {
        Rate::new(LOOKS, Duration::from_millis(1), Duration::from_millis(500))
    }

    /// What the kernel counts.
    pub fn of_counts() -> Rate {
        Rate::new(COUNTS, Duration::from_millis(50), Duration::from_secs(2))
    }

    /// What is new.
    pub fn of_searches() -> Rate {
        Rate::new(SEARCHES, Duration::from_millis(250), Duration::from_secs(5))
    }

    fn new(share: f64, shortest: Duration, longest: Duration) -> Rate {
        Rate {
            share,
            shortest,
            longest,
            cost: 0.0,
        }
    }

    /// Takes note of the CPU time that one took.
    pub fn spent(&mut self, cpu: Duration) {
        self.cost += (cpu.as_secs_f64() - self.cost) / 8.0;
    }

    /// The time from one to the next, where so much of the time has been spent in all.
    pub fn interval(&self, spent: f64) -> Duration {
        let patience = if spent > ALL { 2.0 } else { 1.0 };
        let fair = Duration::from_secs_f64(self.cost / self.share * patience);
        fair.clamp(self.shortest, self.longest)
    }

    /// The same, by chance up to half more or less, so that it keeps no step with what is
    /// looked at.
    pub fn by_chance(&self, spent: f64) -> Duration {
        self.interval(spent).mul_f64(rand::random_range(0.5..1.5))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dear_looks_are_rare() {
        let mut rate = Rate::of_looks();
        assert_eq!(rate.interval(0.0), Duration::from_millis(1));
        for _ in 0..300 {
            rate.spent(Duration::from_micros(60));
        }
        let interval = |spent: f64| rate.interval(spent).as_secs_f64();
        assert!((interval(0.005) - 0.01).abs() < 1e-4);
        assert!((interval(0.009) - 0.02).abs() < 1e-4);
        for _ in 0..300 {
            rate.spent(Duration::from_micros(3));
        }
        assert_eq!(rate.interval(0.0), Duration::from_millis(1));
    }
}
