//! A process that is watched, and the kernel's own counts of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;

use bench::cpu_list;
use procfs::process::Process;

use crate::counters::Counters;
use crate::descriptors::{self, Descriptor, Known, Target};
use crate::held::Held;
use crate::program_name::program_name;
use crate::reason::Open;
use crate::seen::Counts;
use crate::small_file;
use crate::thread_state::{State, Thread};

/// More threads than this are not looked at one by one.
const MOST_THREADS: usize = 32;

/// One process. `/proc/PID` stays open, so that another one that gets its number later
/// is not taken for it.
#[derive(Debug)]
pub struct Watched {
    /// Its number.
    pub pid: i32,
    /// Its program and the first of its arguments.
    pub name: String,
    /// What it has open.
    pub open: Open,
    /// Where it can write, but for standard error.
    pub writes_to: Held,
    /// Where it can read.
    pub reads_from: Held,
    /// The kernel's counts, as they last were and as they first were.
    pub counters: Counters,
    first: Option<Counters>,
    /// The CPUs that it may use.
    pub cpus: Vec<usize>,
    /// Whether it has ended.
    pub gone: bool,
    /// Whether it has been stopped.
    pub stopped: bool,
    /// Whether its descriptors may be looked at.
    pub may_look: bool,
    process: Process,
    known: Known,
    threads: Vec<(i32, Thread)>,
    /// How often it has been counted.
    counted: u32,
    /// Seconds ready for a CPU, and switches, by thread: those of threads that ended stay.
    by_thread: BTreeMap<i32, (f64, u64)>,
}

impl Watched {
    /// The process of this number, unless it has ended.
    pub fn new(pid: i32) -> Option<Watched> {
        let process = Process::new(pid).ok()?;
        let mut new = Watched {
            pid,
            name: String::new(),
            open: Open::default(),
            writes_to: Held::default(),
            reads_from: Held::default(),
            counters: Counters::default(),
            first: None,
            cpus: Vec::new(),
            gone: false,
            stopped: false,
            may_look: true,
            process,
            known: Known::new(),
            threads: Vec::new(),
            counted: 0,
            by_thread: BTreeMap::new(),
        };
        new.count();
        Some(new)
    }

    /// Takes its counts as they are now for nothing: what it did before is not ours.
    pub fn begin_here(&mut self) {
        self.first = Some(self.counters);
    }

    /// What has been counted since the beginning.
    pub fn counted(&self) -> Counters {
        self.counters.since(self.first.unwrap_or_default())
    }

    /// Its threads' states.
    pub fn states(&mut self) -> Vec<State> {
        let states: Vec<State> = self
            .threads
            .iter()
            .map(|(_, thread)| thread.state())
            .collect();
        self.gone |= states.iter().all(|&state| state == State::Gone) && !self.process.is_alive();
        states
    }

    /// Looks at what it has open, but for these; nothing when it has ended or may not be
    /// looked at.
    pub fn look_at_descriptors(&mut self, but_for: &BTreeSet<Target>) -> Option<Vec<Descriptor>> {
        let line = self.process.open_relative("cmdline").ok();
        let line = line.and_then(|file| small_file::text(file).ok());
        let words: Vec<&str> = line
            .iter()
            .flat_map(|line| line.split('\0').filter(|word| !word.is_empty()))
            .collect();
        if !words.is_empty() {
            let name = program_name(&words);
            if name != self.name {
                // Another program now: what the shell had open before it is not its own.
                self.writes_to = Held::default();
                self.reads_from = Held::default();
                self.name = name;
            }
        }
        let all = descriptors::of(&self.process, &mut self.known);
        if all.is_err() && self.process.is_alive() {
            self.may_look = false;
        }
        let mut all = all.ok()?;
        all.retain(|open| !but_for.contains(&open.target));
        self.may_look = true;
        self.open.targets = all
            .iter()
            .map(|open| (open.number, open.target.clone()))
            .collect();
        let counts = |target: &Target| {
            matches!(
                target,
                Target::Pipe(_) | Target::File(_) | Target::Socket(_)
            )
        };
        let held = || all.iter().filter(|open| counts(&open.target));
        self.reads_from.see(held().filter(|open| open.reads));
        self.writes_to
            .see(held().filter(|open| open.writes && open.number != 2));
        Some(all)
    }

    /// The processes that it has started and that still run.
    pub fn children(&self) -> Vec<i32> {
        let threads = self.threads.iter();
        threads
            .flat_map(|(thread, _)| children(self.pid, *thread))
            .collect()
    }

    /// Reads the kernel's counts, and which threads there are.
    pub fn count(&mut self) {
        let Ok(stat) = self.process.stat() else {
            self.gone |= !self.process.is_alive();
            return;
        };
        if matches!(stat.state, 'Z' | 'X') {
            self.threads.clear();
            self.gone = true;
        }
        self.stopped = matches!(stat.state, 'T' | 't');
        if self.name.is_empty() {
            self.name.clone_from(&stat.comm);
        }
        let tick = procfs::ticks_per_second() as f64;
        self.counters.user = stat.utime as f64 / tick;
        self.counters.system = stat.stime as f64 / tick;
        if let Ok(io) = self.process.io() {
            self.counters.io = Some(Counts {
                read: io.rchar,
                written: io.wchar,
                read_calls: io.syscr,
                write_calls: io.syscw,
            });
        }
        self.count_threads(stat.num_threads > 1);
    }

    fn count_threads(&mut self, several: bool) {
        let threads: Vec<i32> = match several {
            false => vec![self.pid],
            true => match self.process.tasks() {
                Ok(tasks) => tasks.flatten().map(|task| task.tid).collect(),
                Err(_) => return,
            },
        };
        self.threads.retain(|(thread, _)| threads.contains(thread));
        for &thread in &threads {
            let known = self.threads.iter().any(|(known, _)| *known == thread);
            if !known
                && !self.gone
                && self.threads.len() < MOST_THREADS
                && let Ok(new) = Thread::new(self.pid, thread)
            {
                self.threads.push((thread, new));
            }
            let folder = format!("/proc/{}/task/{thread}", self.pid);
            let (ready, switches) = self.by_thread.entry(thread).or_default();
            let times = text(&(folder.clone() + "/schedstat"));
            if let Some(Ok(delay)) = times.split(' ').nth(1).map(str::parse::<f64>) {
                *ready = delay / 1e9;
            }
            // The longest of these files, and what it tells changes little.
            if !self.counted.is_multiple_of(4) {
                continue;
            }
            let status = text(&(folder + "/status"));
            let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name));
            if let Some(Ok(count)) = field("voluntary_ctxt_switches:").map(|it| it.trim().parse()) {
                *switches = count;
            }
            if let Some(Ok(cpus)) = field("Cpus_allowed_list:").map(cpu_list::parse) {
                self.cpus = cpus.into_iter().collect();
            }
        }
        self.counted += 1;
        self.counters.ready = self.by_thread.values().map(|(ready, _)| ready).sum();
        self.counters.voluntary = self.by_thread.values().map(|(_, switches)| switches).sum();
    }
}

fn text(path: &str) -> String {
    let text = File::open(path).and_then(small_file::text);
    text.unwrap_or_default()
}

/// What this thread of this process has started.
pub fn children(pid: i32, thread: i32) -> Vec<i32> {
    let text = text(&format!("/proc/{pid}/task/{thread}/children"));
    text.split_ascii_whitespace()
        .filter_map(|it| it.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_seen() {
        let mut me = Watched::new(std::process::id() as i32).unwrap();
        assert!(me.look_at_descriptors(&BTreeSet::new()).is_some());
        assert!(me.counters.io.is_some() && !me.cpus.is_empty());
        assert!(Watched::new(i32::MAX).is_none());
    }
}
