//! Whether the buffers are on huge pages, and what is said of it.

use std::fs;

use tests::child::{without_capabilities, without_huge_pages};
use tests::{Ending, program, run_pair};

/// Whether this machine gives any.
fn allowed() -> bool {
    let modes = fs::read_to_string("/sys/kernel/mm/transparent_hugepage/enabled");
    modes.is_ok_and(|modes| !modes.contains("[never]"))
}

#[test]
fn switched_off_for_the_process() {
    for writer in ["stage4-write", "stage5-write"] {
        let mut command = program(writer);
        without_huge_pages(&mut command);
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
fn seen_with_root_and_without() {
    // SAFETY: takes nothing and cannot fail.
    let root = unsafe { libc::geteuid() } == 0;
    let write: &[&str] = &["--huge-page", "--write-with-vmsplice"];
    for (writer, options) in [
        ("stage4-write", &[][..]),
        ("stage5-write", &[]),
        ("write", write),
    ] {
        for drop_privileges in [false, true] {
            let mut command = program(writer);
            if drop_privileges {
                without_capabilities(&mut command);
            }
            let (writing, _) = run_pair(
                command.args(options).arg("--check-huge-page"),
                program("stage1-read").args(["--bytes-to-pipe", "10M"]),
            );
            if !allowed() {
                writing.assert_fails(1, &["not on huge pages"]);
                continue;
            }
            assert_eq!(writing.code, 0, "{writing:?}");
            let witness = if root && !drop_privileges {
                "/proc/kpageflags"
            } else {
                "/proc/self/smaps"
            };
            assert!(writing.stderr.contains(witness), "{writing:?}");
        }
    }
}

#[test]
fn locked_and_checked() {
    if allowed() {
        let flags = ["--huge_page", "--check_huge_page", "--lock_memory"];
        let writing = write(&flags);
        writing.assert_fails(1, &["one mapping", "--buf-size 2MiB"]);
        let writing = write(&[&flags[..], &["--buf_size=2MiB"]].concat());
        assert_eq!(writing.code, 0, "{writing:?}");
    }
    // Without --huge_page there is nothing to check.
    write(&["--check_huge_page"]).assert_clean();
}

fn write(flags: &[&str]) -> Ending {
    let few = ["--bytes_to_pipe", "1M"];
    run_pair(program("write").args(flags), program("read").args(few)).0
}
