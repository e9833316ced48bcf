//! A user whose pipes are at their limit. It has a test binary of its own,
//! because the limit is the user's: no other test may run beside it.

use std::io;
use std::os::fd::AsRawFd;

use tests::child::without_capabilities;
use tests::{program, run_pair};

#[test]
fn a_user_at_the_pipe_quota_is_told_so() {
    let soft = std::fs::read_to_string("/proc/sys/fs/pipe-user-pages-soft").unwrap();
    let pages: usize = soft.trim().parse().unwrap();
    if pages == 0 || pages > 1 << 16 {
        eprintln!("no quota to run into: {pages} pages");
        return;
    }
    let mut pipes = Vec::new();
    for _ in 0..=pages / 256 {
        let (reader, writer) = io::pipe().unwrap();
        // SAFETY: this request takes a number; a refusal is the limit reached.
        unsafe { libc::fcntl(writer.as_raw_fd(), libc::F_SETPIPE_SZ, 1 << 20) };
        pipes.push((reader, writer));
    }
    for writer in ["stage2-write", "stage4-write", "stage5-write"] {
        let mut command = program(writer);
        without_capabilities(&mut command);
        let (writing, _) = run_pair(&mut command, &mut program("stage1-read"));
        writing.assert_fails(
            1,
            &["cannot make the pipe 256KiB large", "pipe-user-pages-soft"],
        );
    }
    // More than anybody's pipe may hold is not what stands in the way.
    let mut command = program("stage2-write");
    without_capabilities(&mut command);
    let (writing, _) = run_pair(
        command.args(["--buf-size", "64M"]),
        &mut program("stage1-read"),
    );
    writing.assert_fails(1, &["pipe-user-pages-soft"]);
}
