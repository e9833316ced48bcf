//! Stages that run for as long as somebody looks at what they run.

use std::fs;
use std::io;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use bench::stages::STAGES;
use common::say;
use kernels::said::Said;

/// Names the kernel's functions, then runs each stage that makes progress on one CPU
/// until a line comes.
pub fn watch() -> Result<()> {
    name_functions()?;
    for stage in STAGES.iter().filter(|stage| !stage.never_sleeps()) {
        let mut writer = Command::new(stage.writer)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", stage.writer))?;
        let pipe = writer.stdout.take().expect("its output is a pipe");
        let mut reader = Command::new(stage.reader)
            .args(["--bytes-to-pipe", "1T"])
            .stdin(pipe)
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", stage.reader))?;
        // Until both are at work.
        thread::sleep(Duration::from_millis(300));
        say(Said::Watch(stage.number));
        io::stdin().read_line(&mut String::new())?;
        reader.kill()?;
        reader.wait()?;
        writer.wait()?;
    }
    Ok(())
}

/// Says where each of the kernel's functions begins.
fn name_functions() -> Result<()> {
    let table = fs::read_to_string("/proc/kallsyms").context("the kernel has no names")?;
    let mut functions: Vec<(u64, String)> = Vec::new();
    for line in table.lines() {
        let mut words = line.split_whitespace();
        let (Some(address), Some("t" | "T" | "w" | "W"), Some(name), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            continue;
        };
        // What stands before a function, where nothing runs.
        if !name.starts_with("__pfx_") {
            functions.push((u64::from_str_radix(address, 16)?, name.to_owned()));
        }
    }
    functions.sort();
    for some in functions.chunks(64) {
        say(Said::Functions(some.to_vec()));
    }
    Ok(())
}
