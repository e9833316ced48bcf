//! Waiting for what is sure to come, however long a busy machine takes.

use std::fs;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use crate::PATIENCE;

/// Waits until `condition` holds.
///
/// # Panics
///
/// When that outlasts all patience.
#[track_caller]
pub fn wait_until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "it did not come to that");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until the program is at its work: it has used 50 ms of CPU, and its start
/// takes less than 5.
///
/// # Panics
///
/// When it ends before, or that outlasts all patience.
#[track_caller]
pub fn wait_until_at_work(child: &Child) {
    wait_until(|| {
        let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
        // Fields 14 and 15 of proc_pid_stat(5), in ticks of 10 ms; the name, field 2, may hold anything.
        let (_, fields) = stat.rsplit_once(") ").unwrap();
        let fields: Vec<_> = fields.split(' ').collect();
        assert_ne!(fields[0], "Z", "it has ended: {stat}");
        let ticks = |field: &str| field.parse::<u64>().unwrap();
        ticks(fields[11]) + ticks(fields[12]) >= 5
    });
}
