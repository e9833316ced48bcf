//! Every writer and every reader with other people's programs at the other end.

use std::fs::{File, OpenOptions};
use std::process::{Command, Stdio};
use std::thread;

use tests::rows::{lines, readers, writers};
use tests::stream::numbered_lines;
use tests::{BEYOND_WRITERS, has, program, run, run_pair, wait};

#[test]
fn into_head_and_dd_with_odd_blocks() {
    for writer in writers().into_iter().chain(lines()) {
        writer.through(&["head", "-c", "20000003"], 20_000_003);
        for block in [1021, 4097, 70_001] {
            let size = format!("bs={block}");
            let dd = ["dd", "status=none", "iflag=fullblock", "count=500", &size];
            writer.through(&dd, 500 * block);
        }
    }
}

#[test]
fn into_pv() {
    if !has("pv") {
        eprintln!("pv is not installed: nothing tried");
        return;
    }
    for writer in writers().into_iter().chain(lines()) {
        writer.through(&["pv", "-q", "-S", "-s", "30000001"], 30_000_001);
    }
}

#[test]
fn counted_by_wc() {
    for writer in writers() {
        let counted = writer.output_of(&["sh", "-c", "head -c 20000003 | wc -c"]);
        assert_eq!(String::from_utf8_lossy(&counted).trim(), "20000003");
    }
}

/// cmp(1) against the same text from yes(1).
#[test]
fn into_cmp() {
    for writer in BEYOND_WRITERS {
        let line = numbered_lines(700);
        let script = "yes \"$1\" | cmp -n 300000007 - <(\"$2\" --line \"$1\") && echo same";
        let mut bash = Command::new("bash");
        bash.args(["-c", script, "bash", &line])
            .arg(tests::program_path(writer));
        let ending = run(&mut bash);
        assert_eq!(ending.text(), "same\n", "{writer}: {ending:?}");
    }
}

#[test]
fn other_writers_into_every_reader() {
    for (reader, way) in readers() {
        for (writer, argument) in [("yes", "a line"), ("cat", "/dev/zero")] {
            let (_, reading) = run_pair(
                Command::new(writer).arg(argument),
                program(reader)
                    .args(way)
                    .args(["--bytes-to-pipe", "50000017"]),
            );
            reading.assert_clean();
        }
    }
}

/// Named pipes are pipes too.
#[test]
fn through_a_fifo() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    assert!(
        Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap()
            .success()
    );
    let path = fifo.clone();
    // Each end waits in open(2) for the other.
    let writing = thread::spawn(move || {
        let end = OpenOptions::new().write(true).open(path).unwrap();
        let mut writer = program("stage4-write");
        wait(writer.stdout(end).stderr(Stdio::piped()).spawn().unwrap())
    });
    let mut reader = program("stage3-read");
    let reader = reader.args(["--bytes-to-pipe", "10M"]);
    run(reader.stdin(File::open(&fifo).unwrap())).assert_clean();
    // `reader` keeps the fifo's reading end open for as long as it lives.
    reader.stdin(Stdio::null());
    writing.join().unwrap().assert_clean();
}
