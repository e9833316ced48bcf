//! Killed, stopped, interrupted: the other end notices, and nothing is left behind.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::Stdio;

use tests::child::{checked, interruptible};
use tests::{READERS, WRITERS, program, start_pair, start_writer, wait, wait_until_at_work};

#[test]
fn the_reader_is_killed() {
    for writer in WRITERS {
        let (writing, mut reading) = start_pair(
            &mut program(writer),
            program("stage3-read").args(["--bytes-to-pipe", "1T"]),
        );
        wait_until_at_work(&reading);
        reading.kill().unwrap();
        reading.wait().unwrap();
        wait(writing).assert_clean();
    }
}

#[test]
fn the_writer_is_killed() {
    for reader in READERS {
        let (mut writing, reading) = start_pair(
            &mut program("stage4-write"),
            program(reader).args(["--bytes-to-pipe", "1T"]),
        );
        wait_until_at_work(&reading);
        writing.kill().unwrap();
        writing.wait().unwrap();
        wait(reading).assert_fails(1, &["ended early", "of 1099511627776 bytes"]);
    }
}

#[test]
fn control_c_leaves_nothing_behind() {
    for (writer, reader) in [
        ("stage1-write", "stage1-read"),
        ("stage5-write", "stage5-read"),
    ] {
        let (writing, pipe) = start_writer(interruptible(program(writer).process_group(0)));
        let group = i32::try_from(writing.id()).unwrap();
        let mut command = program(reader);
        command
            .args(["--bytes-to-pipe", "1T"])
            .stdin(pipe)
            .process_group(group)
            .stdout(Stdio::null());
        let reading = interruptible(&mut command).spawn().unwrap();
        drop(command);
        wait_until_at_work(&reading);
        signal_group(group, libc::SIGINT);
        assert_eq!(wait(reading).code, -libc::SIGINT);
        assert_eq!(wait(writing).code, -libc::SIGINT);
    }
}

/// As by Ctrl-Z and `fg`.
#[test]
fn stopped_and_continued() {
    for writer in WRITERS {
        let (writing, mut pipe) = start_writer(&mut program(writer));
        let id = i32::try_from(writing.id()).unwrap();
        let mut bytes = vec![0; 100_000];
        for _ in 0..50 {
            signal(id, libc::SIGSTOP);
            signal(id, libc::SIGCONT);
            pipe.read_exact(&mut bytes).unwrap();
            assert!(bytes.iter().all(|&byte| byte == b'X'));
        }
        drop(pipe);
        wait(writing).assert_clean();
    }
}

fn signal(process: i32, signal: i32) {
    // SAFETY: takes numbers; the process is a child that we have not waited for.
    checked(unsafe { libc::kill(process, signal) }).unwrap();
}

fn signal_group(group: i32, number: i32) {
    signal(-group, number);
}
