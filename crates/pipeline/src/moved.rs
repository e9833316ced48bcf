//! How many bytes went through a pipe, by what its two ends say of themselves: where they
//! cannot know, that is said, and nothing is guessed.

use crate::doing::Ends;
use crate::held::Held;
use crate::seen::Moved;
use crate::watched::Watched;

/// Fewer bytes than this are what every program reads at its start.
const FEW: u64 = 16 << 10;

/// Bytes and calls at one end.
struct End {
    bytes: u64,
    calls: u64,
}

/// What went through the pipe of these ends; `filled` if any bytes were ever found in it.
pub fn through(ends: &Ends, processes: &[Watched], filled: bool) -> Moved {
    let writers: Vec<&Watched> = ends
        .writers
        .iter()
        .map(|&place| &processes[place])
        .collect();
    let readers: Vec<&Watched> = ends
        .readers
        .iter()
        .map(|&place| &processes[place])
        .collect();
    let writes = side(
        &writers,
        "writes to",
        |it| &it.writes_to,
        |counts| (counts.written, counts.write_calls),
    );
    let reads = side(
        &readers,
        "reads from",
        |it| &it.reads_from,
        |counts| (counts.read, counts.read_calls),
    );
    let bytes = |side: &Result<End, String>| side.as_ref().map_or(0, |end| end.bytes);
    let most = bytes(&writes).max(bytes(&reads));
    let checked = |side: Result<End, String>| match side {
        // Either the other end counts what this one does not, or there were bytes in the
        // pipe that nobody has counted.
        Ok(end) if end.bytes < most / 100 || filled && end.bytes == 0 => {
            Err("it splices".to_owned())
        }
        side => side,
    };
    let (writes, reads) = (checked(writes), checked(reads));
    let per_call = |side: &Result<End, String>| {
        let end = side.as_ref().ok()?;
        (end.calls > 0).then(|| end.bytes as f64 / end.calls as f64)
    };
    Moved {
        bytes: writes.as_ref().or(reads.as_ref()).ok().map(|end| end.bytes),
        per_write: per_call(&writes),
        per_read: per_call(&reads).filter(|_| bytes(&reads) > FEW),
        writes_unknown: writes.err(),
        reads_unknown: reads.err(),
    }
}

fn side(
    processes: &[&Watched],
    does: &str,
    held: fn(&Watched) -> &Held,
    counts: fn(&crate::seen::Counts) -> (u64, u64),
) -> Result<End, String> {
    if processes.is_empty() {
        return Err("who is there cannot be seen".to_owned());
    }
    let mut sum = End { bytes: 0, calls: 0 };
    let of = |process: &Watched| process.counted().io.as_ref().map(counts);
    let most = processes.iter().filter_map(|process| of(process));
    let most = most.map(|(bytes, _)| bytes).max().unwrap_or(0);
    for process in processes {
        let Some((bytes, calls)) = of(process) else {
            return Err("what it does may not be seen".to_owned());
        };
        // A shell that holds the end for the program it has started.
        if bytes < most / 100 {
            continue;
        }
        let places = held(process).all().count();
        if places > 1 && bytes > 0 {
            return Err(format!("it {does} {places} places"));
        }
        sum.bytes += bytes;
        sum.calls += calls;
    }
    Ok(sum)
}
