//! Every writer into every reader of ours, by option, size of buffer, pipe and
//! piece, and by placement: the bytes asked for, and all of them right.

use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use tests::child::{first_cpu, on_cpu};
use tests::rows::{readers, writers};
use tests::stream::{Stream, assert_counts, numbered_lines};
use tests::{BEYOND_WRITERS, READERS, WRITERS, program, run, run_pair, start_writer, wait};

const MIB: usize = 1 << 20;

/// Buffer sizes that fit pages, pipes and each other in different ways.
const BUFFER_SIZES: [&str; 6] = ["1", "4095", "4097", "64K", "256K", "3M"];

const WITH_VMSPLICE: &str = "--write-with-vmsplice";

#[test]
fn every_writer_into_every_reader() {
    for writer in writers() {
        for (reader, way) in readers() {
            let bytes = if way.is_empty() {
                100_000_001
            } else {
                5_000_011
            };
            assert_counts(&mut writer.command(), program(reader).args(way), bytes);
        }
    }
}

#[test]
fn every_reader_says_it_in_words() {
    for (reader, way) in readers() {
        let mut reader = program(reader);
        reader.args(way).args(["--bytes-to-pipe", "100000001"]);
        let (writing, reading) = run_pair(&mut program("stage2-write"), &mut reader);
        writing.assert_clean();
        reading.assert_clean();
        let words = "GiB/s, 256KiB buffer, 381 iterations (100000001B piped)";
        assert!(reading.text().contains(words), "{reading:?}");
    }
}

#[test]
fn every_buffer_size_at_both_ends() {
    for size in BUFFER_SIZES {
        let bytes = if size == "1" { 10_007 } else { 10_000_019 };
        let size = ["--buf-size", size];
        for writer in WRITERS {
            let writer = Stream::of(writer, &size);
            assert_counts(&mut writer.command(), &mut program("stage3-read"), bytes);
            writer.taken(bytes);
        }
        for reader in READERS {
            let mut writer = program("stage2-write");
            assert_counts(&mut writer, program(reader).args(size), bytes);
        }
    }
}

#[test]
fn every_knob_of_write() {
    let plain: [&[&str]; 5] = [
        &[],
        &["--huge-page"],
        &["--pipe-size=4K"],
        &["--lock-memory"],
        &["--buf-size=4097"],
    ];
    let spliced: [&[&str]; 6] = [
        &[],
        &["--same-buffer"],
        &["--gift"],
        &["--huge-page"],
        &["--buf-size=8K"],
        &["--buf-size=2M", "--huge-page", "--same-buffer", "--gift"],
    ];
    let waits: [&[&str]; 4] = [
        &[],
        &["--poll"],
        &["--busy-loop"],
        &["--poll", "--busy-loop"],
    ];
    for wait in waits {
        let write = Stream::of("write", wait);
        for flags in plain {
            write.clone().with(flags).taken(3_000_001);
        }
        for flags in spliced {
            write
                .clone()
                .with(flags)
                .with(&[WITH_VMSPLICE])
                .taken(3_000_001);
        }
    }
    // What nobody has written reads as zero.
    let untouched = Stream::of("write", &["--dont-touch-pages"]).saying(&[0]);
    untouched.taken(3_000_001);
    let untouched = untouched.with(&[WITH_VMSPLICE]);
    untouched.taken(3_000_001);
    untouched
        .with(&["--huge-page", "--lock-memory"])
        .taken(3_000_001);
}

#[test]
fn slots_of_every_size() {
    for size in ["1K", "4095", "4096", "4097", "20000", "32767", "32K"] {
        let writer = Stream::of("beyond-slots", &["--slot-size", size]);
        writer.line(&numbered_lines(200)).taken(3_000_001);
    }
    run(program("beyond-slots").args(["--slot-size", "33K"])).assert_fails(2, &["32KiB"]);
}

/// Reads of random sizes, with rests between them, from a pipe of any size.
#[test]
fn however_the_stream_is_cut() {
    let mut streams = writers();
    for size in ["4K", "8K", "64K", "256K", "1M"] {
        let size = ["--pipe-size", size];
        streams.push(Stream::of("stage1-write", &size));
        let line = numbered_lines(801);
        streams.extend(BEYOND_WRITERS.map(|writer| Stream::of(writer, &size).line(&line)));
    }
    for stream in streams {
        let mut random: u32 = 1;
        stream.taken_by(8 * MIB, |pipe, rest| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if random.is_multiple_of(61) {
                thread::sleep(Duration::from_millis(2));
            }
            let most = rest.len().min(1 + (random >> 8) as usize % 100_003);
            pipe.read(&mut rest[..most]).unwrap()
        });
    }
}

/// A byte at a time for a while, then a second of nothing, then the rest.
#[test]
fn into_a_slow_reader() {
    let lines = BEYOND_WRITERS.map(|writer| Stream::of(writer, &[]).line(&numbered_lines(802)));
    let streams = writers().into_iter().chain(lines);
    let slow = |stream: Stream| {
        let mut reads = 0;
        stream.taken_by(20 * MIB, |pipe, rest| {
            reads += 1;
            let most = if reads <= 10_000 {
                1
            } else {
                rest.len().min(5 * MIB)
            };
            if reads == 10_002 {
                thread::sleep(Duration::from_secs(1));
            }
            pipe.read(&mut rest[..most]).unwrap()
        });
    };
    let threads: Vec<_> = streams
        .map(|stream| thread::spawn(move || slow(stream)))
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Stage 5 refuses that, as bad_days.rs has it.
#[test]
fn both_ends_on_one_cpu() {
    let cpu = first_cpu();
    let mut writers = writers();
    writers.retain(|writer| *writer != Stream::of("stage5-write", &[]));
    for writer in writers {
        for reader in ["stage1-read", "stage3-read"] {
            let mut writer = writer.command();
            on_cpu(&mut writer, cpu);
            let mut reader = program(reader);
            on_cpu(&mut reader, cpu);
            assert_counts(&mut writer, &mut reader, 20 * MIB);
        }
    }
}

/// A reader takes no byte more than it was asked to: the rest stays in the pipe.
#[test]
fn readers_take_exactly_what_they_should() {
    for (reader, way) in readers() {
        let (mut left, mut pipe) = io::pipe().unwrap();
        let child = program(reader)
            .args(way)
            .args(["--bytes-to-pipe", "300001", "--buf-size", "4097"])
            .stdin(left.try_clone().unwrap())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        pipe.write_all(&[b'X'; 300_001]).unwrap();
        pipe.write_all(b"the rest").unwrap();
        drop(pipe);
        wait(child).assert_clean();
        let mut rest = String::new();
        left.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "the rest", "{reader} {way:?}");
    }
}

/// The writers of stages 2 to 5 may not fill a buffer before the pipe has let go of
/// it: the pipe holds at most as much. Bytes that are all X cannot tell.
#[test]
fn the_pipe_is_no_larger_than_its_writer_needs() {
    for (writer, arguments, wanted) in [
        ("stage1-write", &["--pipe-size=128K"][..], 128 << 10),
        ("stage2-write", &[], 256 << 10),
        ("stage4-write", &[], 256 << 10),
        ("stage5-write", &[], 256 << 10),
        ("stage2-write", &["--buf-size=64K"], 64 << 10),
        ("stage4-write", &["--buf-size=192K"], 128 << 10),
        ("stage5-write", &["--buf-size=1M"], 1 << 20),
        ("write", &["--pipe-size=128K"], 128 << 10),
        ("write", &[WITH_VMSPLICE], 128 << 10),
        ("beyond-tee", &["--pipe-size=64K"], 64 << 10),
        ("beyond-yes", &[], 1 << 20),
        ("beyond-slots", &[], 1 << 20),
        ("beyond-memfd", &[], 1 << 20),
    ] {
        let (writing, mut pipe) = start_writer(&mut Stream::of(writer, arguments).command());
        pipe.read_exact(&mut [0]).unwrap();
        // SAFETY: this request takes no argument and writes no memory.
        let size = unsafe { libc::fcntl(pipe.as_raw_fd(), libc::F_GETPIPE_SZ) };
        drop(pipe);
        wait(writing).assert_clean();
        assert_eq!(size, wanted, "{writer} {arguments:?}");
    }
}
