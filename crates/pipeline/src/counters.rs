//! The kernel's own counts of a process.

use crate::seen::Counts;

/// What the kernel counts of a process.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counters {
    /// Seconds on a CPU in user mode.
    pub user: f64,
    /// Seconds on a CPU in the kernel.
    pub system: f64,
    /// Seconds ready for a CPU.
    pub ready: f64,
    /// How often it gave its CPU away.
    pub voluntary: u64,
    /// Bytes and calls, where this user may know.
    pub io: Option<Counts>,
}

impl Counters {
    /// What has been counted since then.
    pub fn since(self, first: Counters) -> Counters {
        Counters {
            user: self.user - first.user,
            system: self.system - first.system,
            ready: self.ready - first.ready,
            voluntary: self.voluntary.saturating_sub(first.voluntary),
            io: self.io.map(|now| {
                let first = first.io.unwrap_or_default();
                Counts {
                    read: now.read.saturating_sub(first.read),
                    written: now.written.saturating_sub(first.written),
                    read_calls: now.read_calls.saturating_sub(first.read_calls),
                    write_calls: now.write_calls.saturating_sub(first.write_calls),
                }
            }),
        }
    }
}
