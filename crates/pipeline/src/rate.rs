//! How often to look, so that looking costs next to nothing.

use std::time::Duration;

/// The watcher's CPU time as a part of all time, which it keeps to on average.
const SHARE: f64 = 0.007;
/// Looks are never nearer to each other than this, nor farther apart.
const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_millis(500);

/// Learns what a look costs, and says when the next one is due.
#[derive(Debug)]
pub struct Rate {
    cost: f64,
}

impl Rate {
    /// Begins at full rate.
    pub fn new() -> Rate {
        Rate { cost: 0.0 }
    }

    /// Takes note of the CPU time since the last look, the wakening and all included.
    pub fn spent(&mut self, cpu: Duration) {
        // A mean over the last 30 or so: among these are some that look for new processes.
        self.cost += (cpu.as_secs_f64() - self.cost) / 30.0;
    }

    /// The time to the next look on average.
    pub fn interval(&self) -> Duration {
        Duration::from_secs_f64(self.cost / SHARE).clamp(SHORTEST, LONGEST)
    }

    /// The time to the next look: by chance up to half more or less, so that it keeps no
    /// step with what it looks at.
    pub fn next(&self) -> Duration {
        self.interval().mul_f64(rand::random_range(0.5..1.5))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dear_looks_are_rare() {
        let mut rate = Rate::new();
        assert_eq!(rate.interval(), SHORTEST);
        for _ in 0..300 {
            rate.spent(Duration::from_micros(70));
        }
        let interval = rate.interval().as_secs_f64();
        assert!((interval - 0.01).abs() < 1e-4, "{interval}");
        for _ in 0..300 {
            rate.spent(Duration::from_micros(3));
        }
        assert_eq!(rate.interval(), SHORTEST);
    }
}
