//! All processes that one has started, and that those have started; and their end.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions};

/// For so long they may put their things in order.
const GRACE: Duration = Duration::from_millis(500);

/// All of them, without the first.
pub fn descendants(first: Pid) -> Vec<Pid> {
    let mut children: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
    for process in procfs::process::all_processes()
        .into_iter()
        .flatten()
        .flatten()
    {
        if let Ok(stat) = process.stat() {
            children.entry(stat.ppid).or_default().push(process.pid);
        }
    }
    let mut found = vec![first.as_raw_nonzero().get()];
    let mut next = 0;
    while next < found.len() {
        let new = children.remove(&found[next]).unwrap_or_default();
        found.extend(new);
        next += 1;
    }
    found[1..]
        .iter()
        .filter_map(|&pid| Pid::from_raw(pid))
        .collect()
}

/// Ends all that `first`, this process, has started: asks, and then does not ask.
pub fn end(first: Pid) {
    end_with(first, |_, _| {});
}

/// The same; says of each child how it ended, as wait(2) has it.
pub fn end_with(first: Pid, mut ended: impl FnMut(Pid, i32)) {
    let start = Instant::now();
    let mut asked: Vec<Pid> = Vec::new();
    loop {
        while let Ok(Some((pid, status))) = rustix::process::wait(WaitOptions::NOHANG) {
            ended(pid, status.as_raw());
        }
        let left = descendants(first);
        if left.is_empty() {
            return;
        }
        for process in left {
            if start.elapsed() > GRACE {
                let _ = rustix::process::kill_process(process, Signal::KILL);
            } else if !asked.contains(&process) {
                let _ = rustix::process::kill_process(process, Signal::TERM);
                // One that has been stopped could not end.
                let _ = rustix::process::kill_process(process, Signal::CONT);
                asked.push(process);
            }
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}
