//! The rows and columns of the matrix: who writes, and who reads.

use crate::stream::{Stream, numbered_lines};
use crate::{BEYOND_WRITERS, READERS, WRITERS};

/// Every writer as it is.
pub fn writers() -> Vec<Stream> {
    let each = WRITERS.into_iter().chain(BEYOND_WRITERS);
    let mut writers: Vec<_> = each.map(|writer| Stream::of(writer, &[])).collect();
    writers.push(Stream::of("write", &[]));
    writers.push(Stream::of("write", &["--write-with-vmsplice"]));
    writers
}

/// Every way to read.
pub fn readers() -> Vec<(&'static str, &'static [&'static str])> {
    let mut readers: Vec<(_, &[&str])> = READERS.map(|reader| (reader, &[] as &[&str])).to_vec();
    let ways: [&[&str]; 8] = [
        &[],
        &["--huge-page", "--lock-memory"],
        &["--busy-loop"],
        &["--poll", "--dont-touch-pages"],
        &["--poll", "--busy-loop"],
        &["--read-with-splice"],
        &["--read-with-splice", "--gift", "--poll"],
        &["--read-with-splice", "--busy-loop", "--poll"],
    ];
    readers.extend(ways.map(|way| ("read", way)));
    readers
}

/// The writers that can say a line, with lines that fill a slot but for a rest,
/// exactly, many times, and one that takes most of it.
pub fn lines() -> Vec<Stream> {
    let lines = [
        numbered_lines(800),
        "y".to_owned(),
        String::new(),
        "0123456789".to_owned(),
        "z".repeat(4095),
        "seven..".to_owned(),
    ];
    let of_large_slots = [numbered_lines(5000), "0123456789abcde".repeat(2184)];
    let each = BEYOND_WRITERS
        .into_iter()
        .flat_map(|writer| lines.iter().map(move |line| (writer, line)));
    let large = of_large_slots.iter().map(|line| ("beyond-slots", line));
    let mut streams: Vec<_> = each
        .chain(large)
        .map(|(writer, line)| Stream::of(writer, &[]).line(line))
        .collect();
    streams.push(Stream::of("beyond-memfd", &["--sendfile"]).line(&lines[0]));
    streams
}
