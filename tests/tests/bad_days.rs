//! What can go wrong does, for real; each time with its message and exit code.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::fd::{FromRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use tests::child::{
    checked, first_cpu, in_child, interruptible, pin, refuse, without_capabilities,
    without_huge_pages,
};
use tests::{READERS, WRITERS, program, run, run_pair, start_pair, start_writer, wait};

#[test]
fn standard_output_that_is_no_pipe() {
    let path = std::env::temp_dir().join(format!("fast-pipes-file-{}", std::process::id()));
    for writer in WRITERS {
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
        in_child(&mut command, || checked(close(libc::STDOUT_FILENO)));
        wait(command.stderr(Stdio::piped()).spawn().unwrap()).assert_fails(1, &words);
    }
    fs::remove_file(path).unwrap();
}

#[test]
fn standard_input_that_is_no_pipe() {
    for reader in READERS {
        let words = ["not a pipe", "stage1-write | ", reader];
        let from = |input: Stdio| run(program(reader).stdin(input));

        let this_file = tests::workspace().join("Cargo.toml");
        from(File::open(this_file).unwrap().into()).assert_fails(1, &words);
        from(File::open("/dev/zero").unwrap().into()).assert_fails(1, &words);
        let (_master, terminal) = terminal();
        from(terminal.into()).assert_fails(1, &words);

        let mut command = program(reader);
        in_child(&mut command, || checked(close(libc::STDIN_FILENO)));
        run(&mut command).assert_fails(1, &words);
    }
}

#[test]
fn input_that_ends_early() {
    for reader in READERS {
        let (pipe, _) = io::pipe().unwrap();
        run(program(reader).stdin(pipe))
            .assert_fails(1, &["ended early", "0 of 10737418240 bytes"]);

        let (_, reading) = run_pair(
            Command::new("head").args(["-c", "70001", "/dev/zero"]),
            program(reader).args(["--bytes-to-pipe", "1G"]),
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
fn the_reader_is_killed() {
    for writer in WRITERS {
        let (writing, mut reading) = start_pair(
            &mut program(writer),
            program("stage3-read").args(["--bytes-to-pipe", "1T"]),
        );
        thread::sleep(Duration::from_millis(200));
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
        thread::sleep(Duration::from_millis(200));
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
        thread::sleep(Duration::from_millis(200));
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
fn vmsplice_refused() {
    for (errno, words) in [
        (libc::EPERM, "not permitted"),
        (libc::ENOSYS, "not implemented"),
    ] {
        for writer in ["stage2-write", "stage4-write", "stage5-write"] {
            let mut command = program(writer);
            refuse(&mut command, libc::SYS_vmsplice, errno);
            let (writing, reading) = run_pair(&mut command, &mut program("stage1-read"));
            writing.assert_fails(1, &["vmsplice failed", words, "seccomp"]);
            reading.assert_fails(1, &["0 of 10737418240 bytes", "does it say why"]);
        }
    }
}

#[test]
fn splice_refused() {
    for (errno, words) in [
        (libc::EPERM, "not permitted"),
        (libc::ENOSYS, "not implemented"),
    ] {
        for reader in ["stage3-read", "stage5-read"] {
            let mut command = program(reader);
            refuse(&mut command, libc::SYS_splice, errno);
            let (writing, reading) = run_pair(&mut program("stage2-write"), &mut command);
            reading.assert_fails(1, &["splice failed", words, "seccomp"]);
            writing.assert_clean();
        }
    }
}

#[test]
fn huge_pages_switched_off_for_the_process() {
    for writer in ["stage4-write", "stage5-write"] {
        let mut command = program(writer);
        in_child(&mut command, without_huge_pages);
        let (writing, reading) = run_pair(
            &mut command,
            program("stage1-read").args(["--bytes-to-pipe", "10M"]),
        );
        assert_eq!(writing.code, 0);
        assert!(
            writing
                .stderr
                .contains("warning: the buffers are not on huge pages"),
            "{writing:?}"
        );
        assert!(
            writing.stderr.contains("for this process")
                || writing.stderr.contains("for this machine")
        );
        reading.assert_clean();

        let (writing, _) = run_pair(
            command.arg("--check-huge-page"),
            &mut program("stage1-read"),
        );
        writing.assert_fails(1, &["not on huge pages"]);
    }
}

/// Both witnesses: the kernel's page flags for root, smaps for everybody.
#[test]
fn huge_pages_are_seen_with_root_and_without() {
    let enabled = fs::read_to_string("/sys/kernel/mm/transparent_hugepage/enabled")
        .unwrap_or("[never]".into());
    for drop_privileges in [false, true] {
        let mut command = program("stage4-write");
        if drop_privileges {
            in_child(&mut command, without_capabilities);
        }
        let (writing, _) = run_pair(
            command.arg("--check-huge-page"),
            program("stage1-read").args(["--bytes-to-pipe", "10M"]),
        );
        if enabled.contains("[never]") {
            writing.assert_fails(1, &["not on huge pages"]);
            continue;
        }
        assert_eq!(writing.code, 0, "{writing:?}");
        // SAFETY: takes nothing and cannot fail.
        let root = unsafe { libc::geteuid() } == 0;
        let witness = if root && !drop_privileges {
            "/proc/kpageflags"
        } else {
            "/proc/self/smaps"
        };
        assert!(writing.stderr.contains(witness), "{writing:?}");
    }
}

#[test]
fn both_busy_loops_on_one_cpu() {
    let cpu = first_cpu();
    let mut writer = program("stage5-write");
    in_child(&mut writer, move || pin(cpu));
    let mut reader = program("stage5-read");
    in_child(&mut reader, move || pin(cpu));
    let (writing, reading) = run_pair(&mut writer, &mut reader);
    reading.assert_fails(1, &["cannot share its CPU", "taskset"]);
    writing.assert_clean();
}

#[test]
fn blocking_ends_on_one_cpu() {
    let cpu = first_cpu();
    for (writer, reader) in [
        ("stage1-write", "stage1-read"),
        ("stage4-write", "stage3-read"),
    ] {
        let mut writer = program(writer);
        in_child(&mut writer, move || pin(cpu));
        let mut reader = program(reader);
        in_child(&mut reader, move || pin(cpu));
        let (writing, reading) = run_pair(&mut writer, reader.args(["--bytes-to-pipe", "100M"]));
        writing.assert_clean();
        reading.assert_clean();
    }
}

#[test]
fn a_pipe_larger_than_an_unprivileged_user_may_have() {
    let mut command = program("stage1-write");
    in_child(&mut command, without_capabilities);
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
    in_child(&mut command, without_capabilities);
    let (writing, reading) = run_pair(
        command.args(["--buf-size", "16M"]),
        program("stage1-read").args(["--bytes-to-pipe", "100M"]),
    );
    writing.assert_clean();
    reading.assert_clean();
}

fn close(fd: libc::c_int) -> libc::c_int {
    // SAFETY: only called in a child that is about to become another program.
    unsafe { libc::close(fd) }
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

fn signal(process: i32, signal: i32) {
    // SAFETY: takes numbers; the process is a child that we have not waited for.
    checked(unsafe { libc::kill(process, signal) }).unwrap();
}

fn signal_group(group: i32, number: i32) {
    signal(-group, number);
}
