//! System calls that the kernel refuses, as in a container: seccomp(2), for real.

use tests::child::refuse;
use tests::{program, run, run_pair};

/// What a container gives, and how the C library puts it.
const ERRORS: [(i32, &str); 2] = [
    (libc::EPERM, "not permitted"),
    (libc::ENOSYS, "not implemented"),
];

#[test]
fn to_writers() {
    for (writer, option, call, name) in [
        ("stage2-write", None, libc::SYS_vmsplice, "vmsplice"),
        ("stage4-write", None, libc::SYS_vmsplice, "vmsplice"),
        ("stage5-write", None, libc::SYS_vmsplice, "vmsplice"),
        (
            "write",
            Some("--write-with-vmsplice"),
            libc::SYS_vmsplice,
            "vmsplice",
        ),
        ("beyond-lend-once", None, libc::SYS_vmsplice, "vmsplice"),
        ("beyond-lend-once", None, libc::SYS_tee, "tee or splice"),
        ("beyond-tee", None, libc::SYS_tee, "tee"),
        ("beyond-yes", None, libc::SYS_tee, "tee"),
        ("beyond-yes", None, libc::SYS_splice, "splice"),
        ("beyond-memfd", None, libc::SYS_splice, "splice"),
        ("beyond-memfd", None, libc::SYS_memfd_create, "memfd_create"),
        ("beyond-slots", None, libc::SYS_tee, "tee"),
        ("beyond-slots", None, libc::SYS_splice, "splice"),
    ] {
        for (errno, words) in ERRORS {
            let mut command = program(writer);
            refuse(command.args(option), call, errno);
            let (writing, reading) = run_pair(&mut command, &mut program("stage1-read"));
            writing.assert_fails(1, &[&format!("{name} failed"), words, "seccomp"]);
            reading.assert_fails(1, &["0 of 10737418240 bytes", "does it say why"]);
        }
    }
    let mut command = program("beyond-slots");
    refuse(&mut command, libc::SYS_socketpair, libc::EPERM);
    let (writing, _) = run_pair(&mut command, &mut program("stage1-read"));
    writing.assert_fails(1, &["socketpair failed", "seccomp"]);
}

#[test]
fn to_who_has_both_ends() {
    for (way, call, words) in [
        ("vmsplice-null", libc::SYS_vmsplice, "sending failed"),
        ("vmsplice-null", libc::SYS_splice, "receiving failed"),
        ("socket", libc::SYS_socketpair, "socketpair failed"),
        ("read", libc::SYS_pipe2, "pipe2 failed"),
    ] {
        let mut command = program("beyond-beside");
        refuse(&mut command, call, libc::EPERM);
        run(command.arg(way)).assert_fails(1, &[words, "seccomp"]);
    }
}

#[test]
fn to_readers() {
    for (reader, option) in [
        ("stage3-read", None),
        ("stage5-read", None),
        ("read", Some("--read-with-splice")),
    ] {
        for (errno, words) in ERRORS {
            let mut command = program(reader);
            refuse(command.args(option), libc::SYS_splice, errno);
            let (writing, reading) = run_pair(&mut program("stage2-write"), &mut command);
            reading.assert_fails(1, &["splice failed", words, "seccomp"]);
            writing.assert_clean();
        }
    }
}

#[test]
fn memory_that_may_not_be_locked() {
    let mut command = program("write");
    refuse(&mut command, libc::SYS_mlock, libc::EPERM);
    let (writing, _) = run_pair(command.arg("--lock-memory"), &mut program("read"));
    writing.assert_fails(1, &["cannot lock 256KiB", "ulimit -l"]);
}

#[test]
fn page_faults_that_may_not_be_counted_are_a_note() {
    let mut command = program("write");
    refuse(&mut command, libc::SYS_perf_event_open, libc::EACCES);
    let (writing, reading) = run_pair(
        command.arg("--verbose"),
        program("read").arg("--bytes_to_pipe=1M"),
    );
    assert_eq!(writing.code, 0, "{writing:?}");
    assert!(
        writing.stderr.contains("page faults: not counted"),
        "{writing:?}"
    );
    assert!(
        writing.stderr.contains("perf_event_paranoid"),
        "{writing:?}"
    );
    reading.assert_clean();
}
