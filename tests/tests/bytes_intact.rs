//! Every writer into every reader, ours and others': the bytes asked for, all X.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tests::{READERS, WRITERS, has, program, run_pair, start_pair, start_writer, wait};

const MIB: usize = 1 << 20;

/// Buffer sizes that fit pages, pipes and each other in different ways.
const BUFFER_SIZES: [&str; 6] = ["1", "4095", "4097", "64K", "256K", "3M"];

#[test]
fn every_writer_into_every_reader() {
    for writer in WRITERS {
        for reader in READERS {
            let (writing, reading) = run_pair(
                &mut program(writer),
                program(reader).args(["--bytes-to-pipe", "100000001"]),
            );
            writing.assert_clean();
            reading.assert_clean();
            let line = reading.text();
            assert!(
                line.contains("GiB/s, 256KiB buffer, 381 iterations (100000001B piped)"),
                "{line}"
            );
        }
    }
}

#[test]
fn every_buffer_size_at_both_ends() {
    for size in BUFFER_SIZES {
        let bytes = if size == "1" { "10007" } else { "10000019" };
        for writer in WRITERS {
            let reader = "stage3-read";
            let (writing, reading) = run_pair(
                program(writer).args(["--buf-size", size]),
                program(reader).args(["--bytes-to-pipe", bytes, "--csv"]),
            );
            writing.assert_clean();
            reading.assert_clean();
            assert_eq!(
                reading.text().split(',').nth(1),
                Some(bytes),
                "{writer} {size}"
            );

            let (writing, got) = take(
                &mut program(writer),
                &["--buf-size", size],
                bytes.parse().unwrap(),
            );
            assert_all_x(&got, bytes.parse().unwrap());
            writing.assert_clean();
        }
        for reader in READERS {
            let (_, reading) = run_pair(
                &mut program("stage2-write"),
                program(reader).args(["--bytes-to-pipe", bytes, "--csv", "--buf-size", size]),
            );
            reading.assert_clean();
            assert_eq!(
                reading.text().split(',').nth(1),
                Some(bytes),
                "{reader} {size}"
            );
        }
    }
}

/// A reader takes no byte more than it was asked to: the rest stays in the pipe.
#[test]
fn readers_take_exactly_what_they_should() {
    for reader in READERS {
        let (mut left, mut pipe) = io::pipe().unwrap();
        let child = program(reader)
            .args(["--bytes-to-pipe", "300001", "--buf-size", "4097"])
            .stdin(left.try_clone().unwrap())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        pipe.write_all(&vec![b'X'; 300_001]).unwrap();
        pipe.write_all(b"the rest").unwrap();
        drop(pipe);
        wait(child).assert_clean();
        let mut rest = String::new();
        left.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "the rest", "{reader}");
    }
}

#[test]
fn every_writer_into_head() {
    for writer in WRITERS {
        through_tool(
            writer,
            Command::new("head").args(["-c", "50000017"]),
            50_000_017,
        );
    }
}

#[test]
fn every_writer_into_dd_with_odd_blocks() {
    for writer in WRITERS {
        for block in [1021, 4097, 70_001] {
            let size = format!("bs={block}");
            let dd = ["status=none", "iflag=fullblock", "count=500", &size];
            through_tool(writer, Command::new("dd").args(dd), 500 * block);
        }
    }
}

#[test]
fn every_writer_into_pv() {
    if !has("pv") {
        eprintln!("pv is not installed: nothing tried");
        return;
    }
    for writer in WRITERS {
        through_tool(
            writer,
            Command::new("pv").args(["-q", "-S", "-s", "30000001"]),
            30_000_001,
        );
    }
}

#[test]
fn every_writer_is_counted_by_wc() {
    for writer in WRITERS {
        let (writing, mut head) = start_pair(
            &mut program(writer),
            Command::new("head").args(["-c", "20000003"]),
        );
        let counted = tests::run(
            Command::new("wc")
                .arg("-c")
                .stdin(head.stdout.take().unwrap()),
        );
        assert_eq!(counted.text().trim(), "20000003");
        wait(head).assert_clean();
        wait(writing).assert_clean();
    }
}

/// A byte at a time for a while, then a second of nothing, then the rest.
#[test]
fn every_writer_into_a_slow_reader() {
    let threads = WRITERS.map(|writer| {
        thread::spawn(move || {
            let (child, mut pipe) = start_writer(&mut program(writer));
            let mut got = vec![0; 10 * MIB];
            for byte in &mut got[..10_000] {
                pipe.read_exact(std::slice::from_mut(byte)).unwrap();
            }
            pipe.read_exact(&mut got[10_000..5 * MIB]).unwrap();
            thread::sleep(Duration::from_secs(1));
            pipe.read_exact(&mut got[5 * MIB..]).unwrap();
            drop(pipe);
            assert_all_x(&got, 10 * MIB);
            wait(child).assert_clean();
        })
    });
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn other_writers_into_every_reader() {
    for reader in READERS {
        for (writer, argument) in [("yes", "a line"), ("cat", "/dev/zero")] {
            let (_, reading) = run_pair(
                Command::new(writer).arg(argument),
                program(reader).args(["--bytes-to-pipe", "50000017"]),
            );
            reading.assert_clean();
        }
    }
}

/// Named pipes are pipes too.
#[test]
fn through_a_fifo() {
    let fifo = std::env::temp_dir().join(format!("fast-pipes-fifo-{}", std::process::id()));
    assert!(
        Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap()
            .success()
    );
    let mut reader = program("stage3-read");
    let reader = reader
        .args(["--bytes-to-pipe", "10M"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let path = fifo.clone();
    let writing = thread::spawn(move || {
        let end = std::fs::OpenOptions::new().write(true).open(path).unwrap();
        wait(
            program("stage4-write")
                .stdout(end)
                .stderr(Stdio::piped())
                .spawn()
                .unwrap(),
        )
    });
    let reading = wait(
        reader
            .stdin(std::fs::File::open(&fifo).unwrap())
            .spawn()
            .unwrap(),
    );
    // `reader` keeps the fifo's reading end open for as long as it lives.
    reader.stdin(Stdio::null());
    std::fs::remove_file(&fifo).unwrap();
    reading.assert_clean();
    writing.join().unwrap().assert_clean();
}

#[track_caller]
fn through_tool(writer: &str, tool: &mut Command, bytes: usize) {
    let (writing, reading) = run_pair(&mut program(writer), tool);
    writing.assert_clean();
    reading.assert_clean();
    assert_all_x(&reading.stdout, bytes);
}

/// Reads `bytes` from the writer, and then closes the pipe.
fn take(writer: &mut Command, args: &[&str], bytes: usize) -> (tests::Ending, Vec<u8>) {
    let (child, mut pipe): (Child, _) = start_writer(writer.args(args));
    let mut got = vec![0; bytes];
    pipe.read_exact(&mut got).unwrap();
    drop(pipe);
    (wait(child), got)
}

#[track_caller]
fn assert_all_x(bytes: &[u8], length: usize) {
    assert_eq!(bytes.len(), length);
    assert_eq!(bytes.iter().position(|&byte| byte != b'X'), None);
}
