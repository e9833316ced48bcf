//! What one run tells of a program's speed, however busy the machine was.

use std::time::Duration;

use bench::humps::{Humps, Why};
use bench::nearness::Nearness;
use common::CallTimes;

/// One run of a program, seen from the other end of its pipe.
pub struct Run {
    /// What the reader's calls took.
    pub calls: CallTimes,
    /// How often the writer slept meanwhile.
    pub writer_sleeps: u64,
    /// The CPU time of the program.
    pub cpu_time: Duration,
    /// That of the other end.
    pub my_cpu_time: Duration,
    /// How near the two CPUs are.
    pub nearness: Nearness,
}

impl Run {
    /// Bytes per second of CPU time that both ends took together. On a quiet CPU that
    /// both share, it is the speed.
    pub fn by_cpu_time(&self) -> f64 {
        self.calls.bytes as f64 / (self.cpu_time + self.my_cpu_time).as_secs_f64()
    }

    /// Bytes per second of CPU time that the program itself took: what it could do if
    /// it never had to wait. Nothing for one that waits in a loop.
    pub fn by_its_cpu_time(&self) -> f64 {
        self.calls.bytes as f64 / self.cpu_time.as_secs_f64()
    }

    /// Bytes per second of the calls during which both ends were awake, and on their CPUs.
    pub fn awake(&self) -> Option<f64> {
        let awake = self.humps().awake()?;
        Some(awake.gib_per_s * f64::from(1 << 30))
    }

    /// Whether the program slept so often that no call is known to have found it awake.
    pub fn program_sleeps(&self) -> bool {
        self.humps() == Humps::Unclear(Why::WriterSlept)
    }

    fn humps(&self) -> Humps {
        Humps::tell(&self.calls, self.writer_sleeps, self.nearness)
    }
}
