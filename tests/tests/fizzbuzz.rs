//! The fastest FizzBuzz, beside a plain one: every byte, whatever the reader does.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{PipeReader, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tests::child::refuse;
use tests::{has, program, run_pair, start_pair, start_writer, wait, wait_until};

const MIB: usize = 1 << 20;

/// The lines from `start` on, made one by one: so many bytes of them, if there are as many.
fn plain(start: u64, bytes: usize) -> Vec<u8> {
    let mut text = String::with_capacity(bytes + 30);
    for number in start..=u64::MAX {
        match (number % 3, number % 5) {
            (0, 0) => text.push_str("FizzBuzz\n"),
            (0, _) => text.push_str("Fizz\n"),
            (_, 0) => text.push_str("Buzz\n"),
            _ => writeln!(text, "{number}").unwrap(),
        }
        if text.len() >= bytes {
            break;
        }
    }
    text.truncate(bytes);
    text.into_bytes()
}

fn assert_same(got: &[u8], wanted: &[u8], what: &str) {
    let wrong = got.iter().zip(wanted).position(|(one, two)| one != two);
    assert_eq!((wrong, got.len()), (None, wanted.len()), "{what}");
}

fn from(start: u64) -> (Child, PipeReader) {
    start_writer(program("beyond-fizzbuzz").args(["--start", &start.to_string()]))
}

/// Reads so many bytes from `start` on, and compares them.
fn assert_right(start: u64, bytes: usize) {
    let (writer, mut pipe) = from(start);
    let mut got = vec![0; bytes];
    pipe.read_exact(&mut got).unwrap();
    drop(pipe);
    wait(writer).assert_clean();
    assert_same(&got, &plain(start, bytes), &format!("from {start}"));
}

#[test]
fn around_all_powers_of_ten() {
    assert_right(1, 40 * MIB);
    for zeros in 5..20 {
        let power = 10_u64.pow(zeros);
        assert_right(power.saturating_sub(700_000).max(1), 16 * MIB);
    }
    for start in [
        1 << 32,
        1 << 63,
        (1 << 63) - 800_000,
        399_999,
        400_000,
        400_001,
    ] {
        assert_right(start, 8 * MIB);
    }
}

#[test]
fn the_last_number_ends_it() {
    for count in [1, 20, 300_000, 1_000_000] {
        let start = u64::MAX - count + 1;
        let (writer, mut pipe) = from(start);
        let mut got = Vec::new();
        pipe.read_to_end(&mut got).unwrap();
        wait(writer).assert_clean();
        assert_same(&got, &plain(start, 64 * MIB), "the end");
    }
}

/// Sizes that fit no page, rests, and a second of nothing while the pipe is full.
#[test]
fn slow_and_odd_readers() {
    let wanted = plain(1, 24 * MIB);
    for most in [1_009, 4_097, 262_144, 3_000_001] {
        let (writer, mut pipe) = from(1);
        let mut got = vec![0; wanted.len()];
        let (mut at, mut reads) = (0, 0);
        while at < got.len() {
            let end = got.len().min(at + most);
            at += pipe.read(&mut got[at..end]).unwrap();
            reads += 1;
            if [3, 5, 2000].contains(&reads) {
                thread::sleep(Duration::from_millis(400));
            }
        }
        drop(pipe);
        wait(writer).assert_clean();
        assert_same(&got, &wanted, &format!("by {most}"));
    }
}

/// cat is stopped and goes on, and what it copies is right.
#[test]
fn a_reader_that_is_stopped() {
    let mut writer = program("beyond-fizzbuzz");
    let (writer, mut cat) = start_pair(&mut writer, &mut Command::new("cat"));
    let mut out = cat.stdout.take().unwrap();
    let wanted = plain(1, 16 * MIB);
    let mut got = vec![0; wanted.len()];
    for part in got.chunks_mut(4 * MIB) {
        out.read_exact(part).unwrap();
        for signal in [libc::SIGSTOP, libc::SIGCONT] {
            // SAFETY: our own child, which has not been waited for.
            unsafe { libc::kill(cat.id().cast_signed(), signal) };
            thread::sleep(Duration::from_millis(100));
        }
    }
    drop(out);
    wait(writer).assert_clean();
    cat.wait().unwrap();
    assert_same(&got, &wanted, "through cat");
}

/// Programs that look, copy, or keep the end.
#[test]
fn tools_get_the_right_bytes() {
    let wanted = plain(1, 24 * MIB);
    let bytes = wanted.len().to_string();
    let head = format!("head -c {bytes}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy");
    let into_file = format!("{head} > {0}; cat {0}", file.display());
    let mut ways = vec![
        head.clone(),
        format!("dd bs=7001 iflag=fullblock status=none 2> /dev/null | {head}"),
        "dd bs=1M iflag=fullblock count=24 status=none".to_owned(),
        format!("cat | {head}"),
        format!("{head} | tail -n +1"),
        format!("{head} | tee /dev/null"),
        into_file,
    ];
    if has("pv") {
        ways.push(format!("pv -q -C | {head}"));
        ways.push(format!("{head} | pv -q"));
    }
    for way in ways {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(&way);
        let (writing, shell) = run_pair(&mut program("beyond-fizzbuzz"), &mut shell);
        writing.assert_clean();
        assert_same(&shell.stdout, &wanted, &way);
    }
}

#[test]
fn into_a_socket_and_by_splice_into_a_file() {
    let wanted = plain(1, 20 * MIB);
    let (writer, mut pipe) = from(1);
    let (mut inlet, mut outlet) = UnixStream::pair().unwrap();
    let sending = thread::spawn(move || {
        let mut part = vec![0; 60_000];
        while let Ok(count @ 1..) = pipe.read(&mut part) {
            if inlet.write_all(&part[..count]).is_err() {
                break;
            }
        }
    });
    let mut got = vec![0; wanted.len()];
    outlet.read_exact(&mut got).unwrap();
    drop(outlet);
    sending.join().unwrap();
    wait(writer).assert_clean();
    assert_same(&got, &wanted, "through a socket");

    // A file copies what is spliced into it.
    let (writer, pipe) = from(1);
    let mut file = tempfile::tempfile().unwrap();
    let mut left = wanted.len();
    while left > 0 {
        let (from, to) = (pipe.as_raw_fd(), file.as_raw_fd());
        let none = std::ptr::null_mut();
        // SAFETY: null offsets are allowed, and no other pointer is passed.
        left -= usize::try_from(unsafe { libc::splice(from, none, to, none, left, 0) }).unwrap();
    }
    drop(pipe);
    wait(writer).assert_clean();
    let mut got = Vec::new();
    std::io::Seek::rewind(&mut file).unwrap();
    file.read_to_end(&mut got).unwrap();
    assert_same(&got, &wanted, "spliced into a file");
}

fn unread(pipe: &PipeReader) -> i32 {
    let mut count = 0;
    // SAFETY: the kernel writes one number.
    unsafe { libc::ioctl(pipe.as_raw_fd(), libc::FIONREAD, &raw mut count) };
    count
}

/// Much more than the ring fits into the pipe then, and the writer may not count on it.
#[test]
fn a_reader_that_enlarges_the_pipe() {
    let (writer, mut pipe) = from(1);
    let mut got = vec![0; 40 * MIB];
    let (first, rest) = got.split_at_mut(9 * MIB);
    pipe.read_exact(first).unwrap();
    // SAFETY: this request takes a number and no pointer.
    let size = unsafe { libc::fcntl(pipe.as_raw_fd(), libc::F_SETPIPE_SZ, 16 << 20) };
    if size < 16 << 20 {
        eprintln!("skipped: a pipe of 16 MiB needs CAP_SYS_RESOURCE");
        return;
    }
    // More than it ever held before.
    wait_until(|| unread(&pipe) > 1 << 20);
    thread::sleep(Duration::from_millis(300));
    pipe.read_exact(rest).unwrap();
    drop(pipe);
    wait(writer).assert_clean();
    assert_same(&got, &plain(1, 40 * MIB), "from a larger pipe");
}

#[test]
fn where_it_cannot_run() {
    let mut writer = program("beyond-fizzbuzz");
    let ending = wait(
        writer
            .stdout(File::create("/dev/null").unwrap())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    ending.assert_fails(1, &["not a pipe"]);
    let mut writer = program("beyond-fizzbuzz");
    refuse(&mut writer, libc::SYS_vmsplice, libc::EPERM);
    let (writing, _) = run_pair(&mut writer, &mut program("stage1-read"));
    writing.assert_fails(1, &["failed", "seccomp"]);
    run_pair(
        program("beyond-fizzbuzz").args(["--start", "0"]),
        &mut program("stage1-read"),
    )
    .0
    .assert_fails(2, &["--start"]);
}
