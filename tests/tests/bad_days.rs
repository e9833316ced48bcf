//! What can go wrong does, for real; each time with its message and exit code.

use std::fs::{self, File};
use std::io;
use std::os::fd::{FromRawFd, OwnedFd};
use std::process::{Command, Stdio};

use tests::child::{checked, first_cpu, on_cpu, without_capabilities, without_standard_end};
use tests::{BEYOND_WRITERS, READERS, WRITERS, program, run, run_pair, start_writer, wait};

#[test]
fn standard_output_that_is_no_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    for writer in WRITERS.into_iter().chain(BEYOND_WRITERS).chain(["write"]) {
        let words = ["not a pipe", &format!("{writer} | "), "stage1-read"];
        let onto = |output: Stdio| {
            wait(
                program(writer)
                    .stdout(output)
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap(),
            )
        };

        let ending = onto(File::create(&path).unwrap().into());
        ending.assert_fails(1, &words);
        ending.assert_fails(1, &["a file"]);
        assert_eq!(
            fs::metadata(&path).unwrap().len(),
            0,
            "nothing may be written"
        );

        let (_master, terminal) = terminal();
        let ending = onto(terminal.into());
        ending.assert_fails(1, &words);
        ending.assert_fails(1, &["a terminal"]);

        onto(File::create("/dev/null").unwrap().into()).assert_fails(1, &words);

        let (reading_end, _writing_end) = io::pipe().unwrap();
        onto(reading_end.into()).assert_fails(1, &["reading end of a pipe"]);

        let mut command = program(writer);
        without_standard_end(&mut command, libc::STDOUT_FILENO);
        wait(command.stderr(Stdio::piped()).spawn().unwrap()).assert_fails(1, &words);
    }
}

#[test]
fn standard_input_that_is_no_pipe() {
    for reader in READERS.into_iter().chain(["read"]) {
        let words = ["not a pipe", "stage1-write | ", reader];
        let from = |input: Stdio| run(program(reader).stdin(input));

        let this_file = tests::workspace().join("Cargo.toml");
        from(File::open(this_file).unwrap().into()).assert_fails(1, &words);
        from(File::open("/dev/zero").unwrap().into()).assert_fails(1, &words);
        let (_master, terminal) = terminal();
        from(terminal.into()).assert_fails(1, &words);

        let mut command = program(reader);
        without_standard_end(&mut command, libc::STDIN_FILENO);
        run(&mut command).assert_fails(1, &words);
    }
}

#[test]
fn input_that_ends_early() {
    let read =
        ["--csv", "--read-with-splice", "--busy-loop", "--poll"].map(|way| ("read", Some(way)));
    for (reader, way) in READERS.map(|reader| (reader, None)).into_iter().chain(read) {
        let (pipe, _) = io::pipe().unwrap();
        run(program(reader).args(way).stdin(pipe))
            .assert_fails(1, &["ended early", "0 of 10737418240 bytes"]);

        let (_, reading) = run_pair(
            Command::new("head").args(["-c", "70001", "/dev/zero"]),
            program(reader).args(way).args(["--bytes-to-pipe", "1G"]),
        );
        reading.assert_fails(1, &["70001 of 1073741824 bytes"]);
        assert_eq!(reading.text(), "", "no figure for what was not read");
    }
}

#[test]
fn nobody_takes_the_readers_line() {
    let (_, reading) = {
        let (writer, pipe) = start_writer(&mut program("stage1-write"));
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut command = program("stage1-read");
        command
            .args(["--bytes-to-pipe", "1M"])
            .stdin(pipe)
            .stdout(full)
            .stderr(Stdio::piped());
        let reading = wait(command.spawn().unwrap());
        drop(command);
        (wait(writer), reading)
    };
    reading.assert_fails(1, &["cannot print the result", "No space left"]);
}

#[test]
fn sizes_that_make_no_sense() {
    for name in WRITERS.into_iter().chain(READERS) {
        for size in ["0", "", "x", "-1", "1.5G", "16E", "99999999999999999999"] {
            let ending = run(program(name).arg(format!("--buf-size={size}")));
            ending.assert_fails(2, &["--buf-size", &format!("'{size}'")]);
            assert!(
                ending.stderr.contains("256KiB") || ending.stderr.contains("too large"),
                "{ending:?}"
            );
        }
    }
    for reader in READERS {
        run(program(reader).args(["--bytes-to-pipe", "0"]))
            .assert_fails(2, &["zero makes no sense"]);
    }
    run(program("stage1-write").args(["--pipe-size", "0"]))
        .assert_fails(2, &["zero makes no sense"]);
}

#[test]
fn buffers_past_all_memory() {
    for writer in WRITERS {
        let (writing, reading) = run_pair(
            program(writer).args(["--buf-size", "1E"]),
            &mut program("stage1-read"),
        );
        writing.assert_fails(1, &["1EiB", "smaller --buf-size"]);
        reading.assert_fails(1, &["0 of 10737418240 bytes"]);
    }
    let (writing, reading) = run_pair(
        &mut program("stage1-write"),
        program("stage1-read").args(["--buf-size", "1E"]),
    );
    writing.assert_clean();
    reading.assert_fails(1, &["1EiB", "smaller --buf-size"]);
}

#[test]
fn both_busy_loops_on_one_cpu() {
    let cpu = first_cpu();
    let mut writer = program("stage5-write");
    on_cpu(&mut writer, cpu);
    let mut reader = program("stage5-read");
    on_cpu(&mut reader, cpu);
    let (writing, reading) = run_pair(&mut writer, &mut reader);
    reading.assert_fails(1, &["cannot share its CPU", "taskset"]);
    writing.assert_clean();
}

#[test]
fn a_pipe_larger_than_an_unprivileged_user_may_have() {
    let mut command = program("stage1-write");
    without_capabilities(&mut command);
    let (writing, reading) = run_pair(
        command.args(["--pipe-size", "2G"]),
        &mut program("stage1-read"),
    );
    writing.assert_fails(
        1,
        &[
            "cannot make the pipe 2GiB large",
            "pipe-max-size",
            "ask for less",
        ],
    );
    reading.assert_fails(1, &["0 of"]);

    // Where the lesson only needs the pipe to be no larger, it takes what it may have.
    let mut command = program("stage2-write");
    without_capabilities(&mut command);
    let (writing, reading) = run_pair(
        command.args(["--buf-size", "16M"]),
        program("stage1-read").args(["--bytes-to-pipe", "100M"]),
    );
    writing.assert_clean();
    reading.assert_clean();
}

/// A new terminal: who holds it, and what a program would have it as.
fn terminal() -> (OwnedFd, OwnedFd) {
    let (mut master, mut slave) = (-1, -1);
    let none = std::ptr::null_mut();
    // SAFETY: two numbers to write to, and null for all that may be null.
    let result = unsafe {
        libc::openpty(
            &raw mut master,
            &raw mut slave,
            none,
            none.cast(),
            none.cast(),
        )
    };
    checked(result).unwrap();
    // SAFETY: just opened, and nobody else has it.
    let master = unsafe { OwnedFd::from_raw_fd(master) };
    // SAFETY: likewise.
    let slave = unsafe { OwnedFd::from_raw_fd(slave) };
    (master, slave)
}
