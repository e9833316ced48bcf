//! What else went on while the runs ran.

use std::fs;

/// CPU time since the machine started, in ticks: the first line of proc_stat(5).
#[derive(Clone, Copy, Default)]
pub struct CpuTime {
    /// Given to this machine and used, or idle.
    pub all: u64,
    /// Not idle.
    pub busy: u64,
    /// Wanted, and given to another virtual machine.
    pub stolen: u64,
}

impl CpuTime {
    /// Reads the counters; all zero where there are none.
    pub fn now() -> CpuTime {
        CpuTime::parse(&fs::read_to_string("/proc/stat").unwrap_or_default())
    }

    /// Reads the counters in the text of a `/proc/stat`.
    pub fn parse(stat: &str) -> CpuTime {
        let line = stat.lines().next().unwrap_or_default();
        let counts: Vec<u64> = line
            .split_whitespace()
            .skip(1)
            .map_while(|count| count.parse().ok())
            .collect();
        let count = |index: usize| counts.get(index).copied().unwrap_or(0);
        // user nice system idle iowait irq softirq steal; guest time is in user.
        let idle = count(3) + count(4);
        let stolen = count(7);
        let busy = (0..8).map(count).sum::<u64>() - idle - stolen;
        CpuTime {
            all: busy + idle + stolen,
            busy,
            stolen,
        }
    }

    /// The part of the CPU time since `before` that was stolen.
    pub fn stolen_since(&self, before: &CpuTime) -> f64 {
        ratio(self.stolen, before.stolen, self.all, before.all)
    }

    /// The part of the CPU time since `before` in which something ran.
    pub fn busy_since(&self, before: &CpuTime) -> f64 {
        ratio(self.busy, before.busy, self.all, before.all)
    }
}

/// Saturating, because the kernel's idle counters sometimes step back.
fn ratio(part: u64, part_before: u64, whole: u64, whole_before: u64) -> f64 {
    match whole.saturating_sub(whole_before) {
        0 => 0.0,
        // Nor is a part more than its whole, when they have.
        whole => (part.saturating_sub(part_before) as f64 / whole as f64).min(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counters_are_told_apart() {
        let before = CpuTime::parse("cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 2 3\n");
        let after = CpuTime::parse("cpu  130 0 70 830 60 0 0 10 0 0\n");
        assert_eq!(after.busy_since(&before), 0.5);
        assert_eq!(after.stolen_since(&before), 0.1);
        assert_eq!(after.stolen_since(&after), 0.0);
        assert_eq!(CpuTime::parse("").all, 0);
    }
}
