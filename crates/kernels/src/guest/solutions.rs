//! The solutions of the exercises: their bytes and their answers. Nothing is said of
//! their speed, which is not theirs here.

use std::io::Write;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::bad_days::has_huge_pages;
use crate::program::{Checks, command, run, run_pair, taken, wait};

const LENGTH: usize = 8_000_000;

/// Each, by its number.
pub fn checks() -> Checks {
    let checks: [fn() -> Result<()>; 8] = [
        || counts("solution1"),
        || counts("solution2"),
        counts_bytes,
        tells_huge_pages,
        || says("solution5", b"X".iter().copied().cycle()),
        || says("solution6 ab", b"ab\n".iter().copied().cycle()),
        || says("solution7", fizzbuzz()),
        finds_the_same,
    ];
    (1..)
        .zip(checks)
        .map(|(number, check)| (format!("solution{number}"), Box::new(check) as _))
        .collect()
}

fn says(line: &str, wanted: impl Iterator<Item = u8>) -> Result<()> {
    let got = taken(line, LENGTH)?;
    let wrong = got
        .iter()
        .zip(wanted)
        .position(|(got, wanted)| *got != wanted);
    ensure!(wrong.is_none(), "byte {wrong:?} of {line} is wrong");
    Ok(())
}

/// 0, 1, 2, ... as 64-bit little-endian numbers.
fn counts(program: &str) -> Result<()> {
    says(program, (0_u64..).flat_map(u64::to_le_bytes))
}

fn counts_bytes() -> Result<()> {
    let mut child = command("solution3")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start solution3")?;
    let mut input = child.stdin.take().expect("its input is a pipe");
    input.write_all(&vec![b'n'; 3_000_001])?;
    drop(input);
    let counted = wait("solution3", child)?.cleanly()?.output;
    ensure!(
        counted == b"3000001\n",
        "it counts {:?}",
        String::from_utf8_lossy(&counted)
    );
    Ok(())
}

fn tells_huge_pages() -> Result<()> {
    for (memory, truth) in [
        ("huge", "huge"),
        ("piece", "huge"),
        ("ordinary", "ordinary"),
        ("advised", "ordinary"),
        ("half", "ordinary"),
        ("huge-in-mixed", "huge"),
        ("ordinary-in-mixed", "ordinary"),
    ] {
        let ended = run(command(&format!("solution4 {memory}")))?;
        if !has_huge_pages() && memory != "ordinary" && memory != "advised" {
            continue;
        }
        // That it tells huge pages from others may be told on standard error, too.
        let answer = String::from_utf8(ended.noting("")?.output)?;
        ensure!(
            answer.trim() == truth,
            "of {memory} memory it says {}",
            answer.trim()
        );
    }
    Ok(())
}

fn fizzbuzz() -> impl Iterator<Item = u8> {
    (1_u64..).flat_map(|number| {
        let line = match (number % 3, number % 5) {
            (0, 0) => "FizzBuzz\n".to_owned(),
            (0, _) => "Fizz\n".to_owned(),
            (_, 0) => "Buzz\n".to_owned(),
            _ => format!("{number}\n"),
        };
        line.into_bytes()
    })
}

/// Mended or as they came, its three pipelines find the same.
fn finds_the_same() -> Result<()> {
    for name in ["lines", "bursts", "digest"] {
        let found = |program: &str| {
            let [writer, reader] =
                ["write", "read"].map(|end| command(&format!("{program} {name} {end}")));
            let [writing, reading] = run_pair(writer, reader)?;
            writing.cleanly()?;
            anyhow::Ok(reading.cleanly()?.output)
        };
        let [mended, came] = [found("solution8")?, found("whose-fault")?]
            .map(|found| String::from_utf8_lossy(&found).into_owned());
        ensure!(
            !mended.is_empty() && mended == came,
            "{name}: it finds {mended:?}, and {came:?} as it came"
        );
    }
    Ok(())
}
