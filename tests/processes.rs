//! Which processes there are, and signals for them.

use std::fs;
use std::iter;

/// A live process, from its line of proc_pid_stat(5).
#[derive(Clone, Debug)]
pub struct Process {
    /// Its id.
    pub id: i32,
    /// The first 15 bytes of its program's name.
    pub name: String,
    /// Who has started it, or looks after it since that one has gone.
    pub parent: i32,
    group: i32,
}

/// The live processes, without zombies.
fn processes() -> Vec<Process> {
    let entries = fs::read_dir("/proc").expect("there is a /proc");
    let process = |stat: String| {
        let (start, rest) = stat.rsplit_once(") ")?;
        let (id, name) = start.split_once(" (")?;
        let fields: Vec<_> = rest.split(' ').collect();
        Some(Process {
            id: id.parse().ok()?,
            name: name.to_owned(),
            parent: fields[1].parse().ok()?,
            group: fields[2].parse().ok()?,
        })
        .filter(|_| fields[0] != "Z")
    };
    let stats =
        entries.filter_map(|entry| fs::read_to_string(entry.ok()?.path().join("stat")).ok());
    stats.filter_map(process).collect()
}

/// Those of this process group.
pub fn members(group: i32) -> Vec<Process> {
    let mut members = processes();
    members.retain(|process| process.group == group);
    members
}

/// Those that this process has started, and all below them.
pub fn descendants(ancestor: i32) -> Vec<Process> {
    let all = processes();
    let parent = |&id: &i32| Some(all.iter().find(|process| process.id == id)?.parent);
    let is_below = |process: &&Process| {
        iter::successors(Some(process.parent), parent).any(|above| above == ancestor)
    };
    all.iter().filter(is_below).cloned().collect()
}

/// Whether it still runs.
pub fn is_alive(process: &Process) -> bool {
    processes()
        .iter()
        .any(|other| other.id == process.id && other.name == process.name)
}

/// Sends a signal to a process or, with a negative id, to a group of them.
pub fn kill(id: i32, signal: i32) {
    // SAFETY: takes numbers and no pointers.
    unsafe { libc::kill(id, signal) };
}
