//! No program grows with what goes through it.

use std::fs;
use std::io::{self, Read, Write};
use std::process::{Child, Stdio};

use tests::{BEYOND_WRITERS, READERS, WRITERS, program, start_writer, wait};

const LIMIT_KIB: u64 = 10 * 1024;
const MIB: usize = 1 << 20;
const THROUGH_IT: usize = 256 * MIB;

#[test]
fn every_writer_stays_under_10_mib_of_memory() {
    let mut buffer = vec![0; MIB];
    for writer in WRITERS.into_iter().chain(BEYOND_WRITERS).chain(["write"]) {
        let (writing, mut pipe) = start_writer(&mut program(writer));
        for _ in 0..THROUGH_IT / MIB {
            pipe.read_exact(&mut buffer).unwrap();
        }
        assert_small(writer, &writing);
        drop(pipe);
        wait(writing).assert_clean();
    }
}

#[test]
fn every_reader_stays_under_10_mib_of_memory() {
    let buffer = vec![b'X'; MIB];
    for reader in READERS.into_iter().chain(["read"]) {
        let (reading_end, mut pipe) = io::pipe().unwrap();
        let mut command = program(reader);
        command.args(["--bytes-to-pipe", "1T"]).stdin(reading_end);
        let reading = command.stderr(Stdio::piped()).spawn().unwrap();
        // `command` would keep the reading end open, and nobody would see its end.
        drop(command);
        for _ in 0..THROUGH_IT / MIB {
            pipe.write_all(&buffer).unwrap();
        }
        assert_small(reader, &reading);
        drop(pipe);
        wait(reading).assert_fails(1, &["ended early", "of 1099511627776 bytes"]);
    }
}

/// The most memory it has had at once: VmHWM in proc_pid_status(5).
#[track_caller]
fn assert_small(name: &str, child: &Child) {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"));
    let peak: u64 = peak.expect("it has memory").trim().parse().unwrap();
    assert!(peak < LIMIT_KIB, "{name}: {peak} KiB");
}
