//! A machine that is watched: each instruction of a few thousand pages' way, by function.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};

use crate::by_function::{End, PerSlot, Watch};
use crate::functions::Functions;
use crate::monitor::Monitor;
use crate::qemu::{Machine, Running};
use crate::said::Said;

/// Far more than it takes.
const LIMIT: Duration = Duration::from_secs(1200);

/// What each stage spends on a slot of the pipe, by function.
pub struct Watched {
    stages: Vec<(u8, PerSlot)>,
    /// A slot is a page.
    page_size: u64,
}

impl Watched {
    /// What an end of a stage spends for 4 KiB, by function.
    pub fn of(&self, stage: u8, end: End) -> Option<BTreeMap<String, f64>> {
        let (_, per_slot) = self.stages.iter().find(|(watched, _)| *watched == stage)?;
        let part = 4096.0 / self.page_size as f64;
        let own = per_slot.iter().filter(|((whose, _), _)| *whose == end);
        Some(
            own.map(|((_, function), count)| (function.clone(), count * part))
                .collect(),
        )
    }
}

/// Boots the machine and watches each stage. `folder` takes what QEMU and we share.
///
/// # Errors
///
/// When it does not boot, or QEMU cannot be told to write down what it runs.
pub fn watch(machine: &Machine, folder: &Path) -> Result<Watched> {
    let (socket, log) = (folder.join("monitor"), folder.join("log"));
    make_pipe(&log)?;
    // QEMU opens it when it starts, and would wait there until somebody reads.
    let reader = opened_at_once(&log)?;
    let machine = Machine {
        watched: Some((&socket, &log)),
        options: [machine.options.clone(), vec!["PLAN=functions".to_owned()]].concat(),
        ..*machine
    };
    let mut running = machine.start(LIMIT)?;
    let mut functions = Functions::default();
    let mut watched = Watched {
        stages: Vec::new(),
        page_size: 4096,
    };
    let mut heard = running.hear()?;
    drop(reader);
    while let Some(said) = heard {
        match said {
            Said::Functions(more) => functions.add(more),
            Said::Fact(name, value) if name == "page size" => watched.page_size = value.parse()?,
            Said::Watch(stage) => {
                functions.sort();
                let per_slot = stage_of(&mut running, &functions, &socket, &log, stage)?;
                watched.stages.push((stage, per_slot));
            }
            Said::End => return Ok(watched),
            Said::Check { .. } | Said::Count(_) | Said::Fact(..) => {}
        }
        heard = running.hear()?;
    }
    bail!("it ended before all was watched: {}", running.last_words())
}

/// How many slots are watched: some dozens of rounds of both ends.
fn slots_for(stage: u8) -> u64 {
    match stage {
        1 | 2 => 512,
        _ => 2048,
    }
}

fn stage_of(
    running: &mut Running,
    functions: &Functions,
    socket: &Path,
    log: &Path,
    stage: u8,
) -> Result<PerSlot> {
    let counted = thread::scope(|scope| {
        let counting = scope.spawn(|| count(functions, log, slots_for(stage)));
        let mut monitor = Monitor::of(socket)?;
        monitor.tell("stop")?;
        one_by_one(&mut monitor, "on")?;
        monitor.tell("log exec,nochain")?;
        monitor.tell("cont")?;
        // It has seen enough, or the pipe that it reads has been closed.
        let counted = counting
            .join()
            .map_err(|_| anyhow!("the counting has failed"))?;
        monitor.tell("log none")?;
        one_by_one(&mut monitor, "off")?;
        counted
    })?;
    running.go_on()?;
    counted.with_context(|| format!("stage {stage}: no round of both ends was seen"))
}

/// Has QEMU take one instruction at a time: by its name since 8.1, or the older one.
fn one_by_one(monitor: &mut Monitor, on: &str) -> Result<()> {
    monitor
        .tell(&format!("one-insn-per-tb {on}"))
        .or_else(|_| monitor.tell(&format!("singlestep {on}")))
}

/// Reads what QEMU writes down until so many slots have gone through, and then on until
/// it writes no more.
fn count(functions: &Functions, log: &Path, slots: u64) -> Result<Option<PerSlot>> {
    let mut watch = Watch::new(functions);
    let mut lines = BufReader::with_capacity(1 << 20, File::open(log)?);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 && watch.slots() < slots {
        if let Ok(text) = std::str::from_utf8(&line) {
            if let Some(address) = address(text) {
                watch.ran(address);
            } else if takes_back(text) {
                watch.not_run();
            }
        }
        line.clear();
    }
    Ok(watch.per_slot())
}

/// Opened for reading without a wait for somebody who writes.
fn opened_at_once(path: &Path) -> Result<File> {
    let mut options = File::options();
    let options = options.read(true).custom_flags(libc::O_NONBLOCK);
    options
        .open(path)
        .with_context(|| format!("cannot open {}", path.display()))
}

fn make_pipe(path: &Path) -> Result<()> {
    let name = CString::new(path.as_os_str().as_bytes())?;
    // SAFETY: the name ends with a zero byte.
    let made = unsafe { libc::mkfifo(name.as_ptr(), 0o600) };
    ensure!(
        made == 0,
        "cannot make {}: {}",
        path.display(),
        std::io::Error::last_os_error()
    );
    Ok(())
}

/// The address in a line of what QEMU has written down by `log exec`:
/// `Trace 0: 0x7f1c2c000100 [00000000/ffffffff81000000/00c0b0/ff000e00] `.
fn address(line: &str) -> Option<u64> {
    let inside = line.strip_prefix("Trace ")?.split_once('[')?.1;
    u64::from_str_radix(inside.split('/').nth(1)?, 16).ok()
}

/// Whether the line takes the last one back.
fn takes_back(line: &str) -> bool {
    line.starts_with("Stopped execution")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_qemu() {
        let line = "Trace 0: 0x7f1c2c000100 [00000000/ffffffff81000abc/00c0b0/ff000e00] ";
        assert_eq!(address(line), Some(0xffff_ffff_8100_0abc));
        assert_eq!(
            address("Stopped execution of TB chain before 0x1 [ffff]"),
            None
        );
        assert!(takes_back(
            "Stopped execution of TB chain before 0x1 [ffff]"
        ));
    }
}
