//! No program grows with what goes through it.

use std::fs;
use std::process::Child;
use std::thread;
use std::time::Duration;

use tests::{READERS, WRITERS, program, start_pair, wait};

const LIMIT_KIB: u64 = 10 * 1024;

#[test]
fn every_program_stays_under_10_mib_of_memory() {
    for bytes in ["1G", "1T"] {
        for writer in WRITERS {
            let reader = READERS[2];
            check(writer, reader, bytes);
        }
        for reader in READERS {
            check("stage4-write", reader, bytes);
        }
    }
}

fn check(writer: &str, reader: &str, bytes: &str) {
    let (writing, mut reading) = start_pair(
        &mut program(writer),
        program(reader).args(["--bytes-to-pipe", bytes]),
    );
    let mut peaks = (0, 0);
    for _ in 0..100 {
        thread::sleep(Duration::from_millis(5));
        peaks = (
            peaks.0.max(peak_kib(&writing)),
            peaks.1.max(peak_kib(&reading)),
        );
    }
    let _ = reading.kill();
    wait(reading);
    wait(writing).assert_clean();
    assert!(
        peaks.0 > 0 && peaks.1 > 0,
        "{writer} | {reader} ended before it was seen"
    );
    assert!(peaks.0 < LIMIT_KIB, "{writer}: {} KiB", peaks.0);
    assert!(peaks.1 < LIMIT_KIB, "{reader}: {} KiB", peaks.1);
}

/// The most memory it has had at once: VmHWM in proc_pid_status(5). Zero once it has ended.
fn peak_kib(child: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"));
    peak.map_or(0, |kib| kib.trim().parse().unwrap())
}
