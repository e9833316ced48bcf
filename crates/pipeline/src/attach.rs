//! Watches a pipeline that already runs, and changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use procfs::process::{Process, all_processes};

use crate::account;
use crate::descriptors::{self, Identity, Known, Target};
use crate::seen::Seen;
use crate::signals::{Signals, Wish};
use crate::view::View;
use crate::watcher::Watcher;

/// Watches for so long the process, and all that hang together with it by pipes.
///
/// # Errors
///
/// When there is no such process, or this user may not look at it.
pub fn watch(pid: i32, longest: Duration, view: &mut View) -> Result<Seen> {
    // Its folder can be had even where /proc hides what is in it.
    let process = Process::new(pid).and_then(|process| process.stat().map(|_| process));
    let Ok(process) = process else {
        bail!(match hidden_by_proc() {
            true => format!(
                "there is no process {pid}, or it is another user's: /proc hides those here (hidepid)\n\
                 start the watcher as that user, or as root"
            ),
            false => format!("there is no process {pid}"),
        });
    };
    if descriptors::of(&process, &mut Known::new()).is_err() {
        bail!(
            "process {pid} is another user's, or in a container: what it holds cannot be seen\n\
             start the watcher as that user, or as root"
        );
    }
    // What this process was given too, such as a log, holds nothing together.
    let mine = Process::myself().and_then(|me| descriptors::of(&me, &mut Known::new()));
    let mine: BTreeSet<Target> = mine?.into_iter().map(|open| open.target).collect();
    let together = connected(pid, &mine)?;
    let mut signals = Signals::new().context("cannot take signals")?;
    let mut watcher = Watcher::of(&together, mine);
    let start = Instant::now();
    while start.elapsed() < longest && !watcher.scene.is_over() {
        signals.wait(None, watcher.pause())?;
        match signals.wishes().first() {
            Some(Wish::Continued) => watcher.skip(),
            Some(_) => break,
            None => {}
        }
        watcher.look();
        view.draw(&watcher);
    }
    watcher.finish();
    view.clear();
    Ok(account::seen(&watcher))
}

/// Whether /proc shows other users' processes to nobody but root: proc(5).
fn hidden_by_proc() -> bool {
    let mounts = Process::myself().and_then(|me| me.mountinfo());
    mounts.is_ok_and(|mounts| {
        let mut of_proc = mounts.into_iter().filter(|mount| mount.fs_type == "proc");
        of_proc.any(|mount| {
            let hides = mount.super_options.get("hidepid").cloned().flatten();
            hides.is_some_and(|how| how != "0" && how != "off")
        })
    })
}

/// The process, and those that hold an end of a pipe that one of these holds.
fn connected(pid: i32, but_for: &BTreeSet<Target>) -> Result<Vec<i32>> {
    let mut holders: BTreeMap<Identity, Vec<i32>> = BTreeMap::new();
    let mut held: BTreeMap<i32, Vec<Identity>> = BTreeMap::new();
    let me = std::process::id() as i32;
    let all = all_processes().context("cannot read /proc")?;
    for process in all.flatten().filter(|process| process.pid != me) {
        let ends = ends_of(&process, but_for);
        for pipe in &ends {
            holders.entry(pipe.clone()).or_default().push(process.pid);
        }
        held.insert(process.pid, ends);
    }
    let mut found = vec![pid];
    let mut known = BTreeSet::from([pid]);
    let mut next = 0;
    while next < found.len() {
        for pipe in held.get(&found[next]).into_iter().flatten() {
            for &other in holders.get(pipe).into_iter().flatten() {
                if known.insert(other) {
                    found.push(other);
                }
            }
        }
        next += 1;
    }
    Ok(found)
}

/// The pipes of which it holds one end: who holds both talks to itself, or shares them
/// with a crowd, as the programs under make do.
fn ends_of(process: &Process, but_for: &BTreeSet<Target>) -> Vec<Identity> {
    let open = descriptors::of(process, &mut Known::new()).unwrap_or_default();
    let holds = |pipe: &Identity, end: fn(&descriptors::Descriptor) -> bool| {
        open.iter()
            .any(|open| end(open) && open.target == Target::Pipe(pipe.clone()))
    };
    let pipes: BTreeSet<&Identity> = open
        .iter()
        // What goes to standard error holds nothing together.
        .filter(|open| open.number != 2 && !but_for.contains(&open.target))
        .filter_map(|open| match &open.target {
            Target::Pipe(pipe) => Some(pipe),
            _ => None,
        })
        .collect();
    pipes
        .into_iter()
        .filter(|pipe| !(holds(pipe, |open| open.reads) && holds(pipe, |open| open.writes)))
        .cloned()
        .collect()
}
