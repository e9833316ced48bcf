//! Every writer's bytes, and every writer into every reader.

use anyhow::{Result, ensure};

use crate::program::{Checks, command, run_pair, taken};

const WRITERS: [&str; 10] = [
    "stage1-write",
    "stage2-write",
    "stage4-write",
    "stage5-write",
    "beyond-tee",
    "beyond-yes",
    "beyond-slots",
    "beyond-memfd",
    "write",
    "write --write-with-vmsplice",
];
const READERS: [&str; 6] = [
    "stage1-read",
    "stage3-read",
    "stage5-read",
    "read",
    "read --busy-loop",
    "read --read-with-splice --poll",
];
const LENGTH: usize = 5_000_011;

/// Whether one CPU has to do for both ends: some programs then refuse to run.
fn one_cpu() -> bool {
    std::thread::available_parallelism().is_ok_and(|cpus| cpus.get() == 1)
}

/// What is to be tried, by its name.
pub fn checks() -> Checks {
    let mut checks: Checks = Vec::new();
    for writer in WRITERS {
        checks.push((writer.to_owned(), Box::new(move || all_x(writer))));
    }
    for writer in WRITERS.iter().filter(|writer| writer.starts_with("beyond")) {
        checks.push((format!("{writer} --line"), Box::new(move || lines(writer))));
    }
    let spins = |end: &str| end.contains("stage5") || end.contains("busy");
    for writer in WRITERS {
        for reader in READERS {
            if one_cpu() && (spins(writer) || spins(reader)) {
                continue;
            }
            checks.push((
                format!("{writer} | {reader}"),
                Box::new(move || into(writer, reader)),
            ));
        }
    }
    if one_cpu() {
        checks.push((
            "stage 5 on one CPU".to_owned(),
            Box::new(|| {
                let [writing, reading] = run_pair(command("stage5-write"), command("stage5-read"))?;
                writing.cleanly()?;
                reading.refusing(&["cannot share its CPU"])?;
                Ok(())
            }),
        ));
    }
    checks
}

fn all_x(writer: &str) -> Result<()> {
    let bytes = taken(writer, LENGTH)?;
    let wrong = bytes.iter().position(|&byte| byte != b'X');
    ensure!(wrong.is_none(), "byte {wrong:?} of {LENGTH} is not X");
    Ok(())
}

/// A line that fills most of a page, so that nothing but its order can be right.
fn lines(writer: &str) -> Result<()> {
    let line: Vec<String> = (0..800).map(|number| number.to_string()).collect();
    let line = line.join("-");
    let bytes = taken(&format!("{writer} --line {line}"), LENGTH)?;
    let wanted = format!("{line}\n").into_bytes();
    let mut lines = bytes.chunks(wanted.len());
    ensure!(
        lines.all(|got| got == &wanted[..got.len()]),
        "a line is not what was to be said"
    );
    Ok(())
}

fn into(writer: &str, reader: &str) -> Result<()> {
    let reader = format!("{reader} --csv --bytes-to-pipe {LENGTH}");
    let [writing, reading] = run_pair(command(writer), command(&reader))?;
    writing.cleanly()?;
    let row = String::from_utf8(reading.cleanly()?.output)?;
    let count = row.split(',').nth(1);
    ensure!(
        count == Some(&LENGTH.to_string()),
        "it has read {count:?} bytes of {LENGTH}"
    );
    Ok(())
}
