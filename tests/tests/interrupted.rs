//! Killed, stopped, interrupted: the other end notices, and nothing is left behind.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use tests::child::{checked, interruptible};
use tests::processes::kill;
use tests::rows::{readers, writers};
use tests::stream::Stream;
use tests::{
    READERS, WRITERS, program, start_pair, start_writer, wait, wait_until, wait_until_at_work,
};

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

/// A call that waits fails with EINTR when the program handles a signal, unless the
/// handler says otherwise (`SA_RESTART`): this one does not.
const HANDLER: &str = "
#include <signal.h>
static void nothing(int number) { (void)number; }
__attribute__((constructor)) static void handle(void)
{
    struct sigaction action = { .sa_handler = nothing };
    sigaction(SIGUSR1, &action, 0);
}
";
/// How long the other end rests after each piece, so that calls have to wait.
const REST: Duration = Duration::from_micros(300);

#[test]
fn a_storm_of_signals_changes_no_byte() {
    let (_folder, handler) = handler();
    let sendfile = Stream::of("beyond-memfd", &["--sendfile"]);
    for writer in writers().into_iter().chain([sendfile]) {
        let mut command = writer.command();
        let (writing, mut pipe) = start_writer(command.env("LD_PRELOAD", &handler));
        let mut bytes = vec![b'?'; 2_000_003];
        in_a_storm(&writing, || {
            for part in bytes.chunks_mut(70_001) {
                thread::sleep(REST);
                pipe.read_exact(part)
                    .unwrap_or_else(|error| panic!("{writer:?}: {error}"));
            }
        });
        drop(pipe);
        writer.assert_begins(&bytes, 2_000_003);
        wait(writing).assert_clean();
    }
    for (reader, way) in readers() {
        let (pipe, mut input) = io::pipe().unwrap();
        let mut command = program(reader);
        command
            .args(way)
            .args(["--csv", "--bytes-to-pipe", "49850"]);
        command.env("LD_PRELOAD", &handler).stdin(pipe);
        let reading = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let reading = reading.spawn().unwrap();
        drop(command);
        in_a_storm(&reading, || {
            for _ in 0..50 {
                thread::sleep(REST);
                // Who gives up closes the pipe, and says why below.
                let _ = input.write_all(&[b'X'; 997]);
            }
        });
        let ending = wait(reading);
        ending.assert_clean();
        assert_eq!(ending.text().split(',').nth(1), Some("49850"), "{ending:?}");
    }
}

/// A library that installs the handler in whatever loads it.
fn handler() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (source, library) = (folder.path().join("a.c"), folder.path().join("a.so"));
    fs::write(&source, HANDLER).unwrap();
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .status();
    assert!(compiled.unwrap().success(), "Rust needs cc, too");
    (folder, library)
}

/// Does `work` while one signal after the other comes to the program.
fn in_a_storm(child: &Child, work: impl FnOnce()) {
    let id = i32::try_from(child.id()).unwrap();
    wait_until(|| {
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        // A program that has ended catches nothing, and has no such line but as a zombie.
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        assert!(
            caught.is_some() && !status.contains("State:\tZ"),
            "the program ended before its work began: run it with the same arguments to see why"
        );
        let caught = u64::from_str_radix(caught.unwrap_or("0").trim(), 16).unwrap();
        caught & 1 << (libc::SIGUSR1 - 1) != 0
    });
    let over = AtomicBool::new(false);
    let worked = thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                kill(id, libc::SIGUSR1);
                thread::sleep(REST / 10);
            }
        });
        // The storm ends all the same.
        let worked = panic::catch_unwind(AssertUnwindSafe(work));
        over.store(true, Ordering::Relaxed);
        worked
    });
    worked.unwrap_or_else(|panic| panic::resume_unwind(panic));
}

fn signal(process: i32, signal: i32) {
    // SAFETY: takes numbers; the process is a child that we have not waited for.
    checked(unsafe { libc::kill(process, signal) }).unwrap();
}

fn signal_group(group: i32, number: i32) {
    signal(-group, number);
}
