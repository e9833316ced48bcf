//! What a pipeline waits for: a pure function of what was seen.

use serde::Serialize;

use crate::bound;
use crate::seen::{ProcessSeen, Seen};
use cpus::{BOTTLENECK, dominates, on_one_cpu, own_on_free_cpu, short_of_cpus};

/// What it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It was over before enough could be seen.
    TooFew,
    /// There is no pipe in it.
    NoPipe,
    /// Nothing has moved for a long time.
    Stalled,
    /// A reader has left, and its writer goes on without noticing.
    ReaderLeft,
    /// Two of its processes are kept on one CPU.
    OneCpu,
    /// One of them takes all of its input before anything comes out.
    Buffers,
    /// One of them writes few bytes at a time.
    SmallWrites,
    /// One of them reads few bytes at a time.
    SmallReads,
    /// One of them works all the time.
    Busy,
    /// One of them waits for a disk.
    Disk,
    /// One of them sleeps by the clock.
    Clock,
    /// One of them waits for a socket.
    Network,
    /// One of them waits for somebody to type.
    Terminal,
    /// One of them waits for programs that it starts.
    Child,
    /// One of them waits for something that has no name here.
    Elsewhere,
    /// What feeds it or takes what it gives is outside.
    Outside,
    /// The ends of a pipe take turns.
    Pipe,
    /// No single thing.
    Mixed,
}

/// What it waits for, who or where that is, and what could be gained.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// What it waits for.
    pub kind: Kind,
    /// The process, as a place in the list.
    pub process: Option<usize>,
    /// The pipe, likewise.
    pub pipe: Option<usize>,
    /// What pipes without any cost would save at most, as a part of the time.
    pub at_most: f64,
}

/// Below this, shares of time are guesses.
const FEWEST_SAMPLES: u32 = 30;
/// Fewer bytes than this for each call, and the calls cost more than the bytes.
pub const SMALL: f64 = 512.0;

/// Judges.
pub fn judge(seen: &Seen) -> Verdict {
    let verdict = |kind, process, pipe| Verdict {
        kind,
        process,
        pipe,
        at_most: bound::at_most(seen),
    };
    if seen.samples < FEWEST_SAMPLES {
        return verdict(Kind::TooFew, None, None);
    }
    if seen.pipes.is_empty() {
        return verdict(Kind::NoPipe, busiest(seen), None);
    }
    let unread = |&pipe: &usize| seen.part(seen.pipes[pipe].unread_seconds) >= 0.3;
    if let Some(pipe) = (0..seen.pipes.len()).find(unread) {
        let reader = seen.pipes[pipe].readers.first().copied();
        return verdict(Kind::ReaderLeft, reader, Some(pipe));
    }
    if seen.still_seconds >= (seen.seconds / 2.0).max(1.0) {
        return verdict(Kind::Stalled, most_awaited(seen), None);
    }
    if let Some(process) = on_one_cpu(seen) {
        return verdict(Kind::OneCpu, Some(process), None);
    }
    if let Some((process, pipe)) = buffers(seen) {
        return verdict(Kind::Buffers, Some(process), Some(pipe));
    }
    let outside = |&pipe: &usize| seen.part(seen.pipes[pipe].outside_seconds) >= 0.5;
    let busiest = busiest(seen);
    let own = busiest.map_or(0.0, |process| seen.part(seen.processes[process].own));
    if own < BOTTLENECK
        && let Some(pipe) = (0..seen.pipes.len()).find(outside)
    {
        return verdict(Kind::Outside, None, Some(pipe));
    }
    let in_turns = in_turns(seen);
    // Who waits for a CPU seems busy, though its pipe may be what it waits for else.
    let crowded = |&process: &usize| {
        in_turns.is_some()
            && seen.part(own_on_free_cpu(seen, process)) < BOTTLENECK
            && !dominates(seen, process)
    };
    if let Some(process) = busiest.filter(|place| own >= BOTTLENECK && !crowded(place)) {
        return match cause(&seen.processes[process], seen.seconds) {
            Kind::Busy => match small_calls(seen, process) {
                Some((kind, process, pipe)) => verdict(kind, Some(process), Some(pipe)),
                None => verdict(Kind::Busy, Some(process), None),
            },
            kind => verdict(kind, Some(process), None),
        };
    }
    if let Some(process) = short_of_cpus(seen) {
        return verdict(Kind::Busy, Some(process), None);
    }
    match in_turns {
        Some(pipe) => match small_calls_at(seen, pipe) {
            Some((kind, process)) => verdict(kind, Some(process), Some(pipe)),
            None => verdict(Kind::Pipe, None, Some(pipe)),
        },
        None => verdict(Kind::Mixed, busiest, None),
    }
}

fn busiest(seen: &Seen) -> Option<usize> {
    (0..seen.processes.len())
        .max_by(|&a, &b| seen.processes[a].own.total_cmp(&seen.processes[b].own))
}

fn most_awaited(seen: &Seen) -> Option<usize> {
    (0..seen.processes.len())
        .filter(|&process| seen.processes[process].awaited > 0.0)
        .max_by(|&a, &b| {
            let awaited = |process: usize| seen.processes[process].awaited;
            awaited(a).total_cmp(&awaited(b))
        })
}

/// Who reads to the end before its own output begins, and the pipe that it reads from.
fn buffers(seen: &Seen) -> Option<(usize, usize)> {
    let pipes = || 0..seen.pipes.len();
    (0..seen.processes.len()).find_map(|process| {
        let input = pipes().find(|&pipe| seen.pipes[pipe].readers.contains(&process))?;
        let over = seen.pipes[input].last_active;
        let output = pipes().find(|&pipe| seen.pipes[pipe].writers.contains(&process));
        let waits_for_it = |pipe: usize| {
            let begun = seen.pipes[pipe].first_filled;
            begun.is_none_or(|begun| begun >= over) && seen.readers_wait(pipe) > 0.0
        };
        let works_on = seen.part(seen.seconds - over) >= 0.15 && seen.part(over) >= 0.1;
        let process_seen = &seen.processes[process];
        (works_on && process_seen.own > 0.15 * seen.seconds && output.is_none_or(waits_for_it))
            .then_some((process, input))
    })
}

/// Why a process that all wait for takes so long. Waiting for a CPU is not a reason of
/// its own: another machine, or another hour, has one.
fn cause(process: &ProcessSeen, seconds: f64) -> Kind {
    let asleep = &process.asleep;
    let reasons = [
        (Kind::Disk, asleep.disk),
        (Kind::Network, asleep.network),
        (Kind::Clock, asleep.clock),
        (Kind::Terminal, asleep.terminal),
        (Kind::Child, asleep.child),
        (Kind::Elsewhere, asleep.elsewhere),
    ];
    let (kind, time) = reasons
        .into_iter()
        .max_by(|(_, one), (_, other)| one.total_cmp(other))
        .unwrap_or((Kind::Busy, 0.0));
    match time >= process.on_cpu().max(seconds / 4.0) {
        true => kind,
        false => Kind::Busy,
    }
}

/// Whether the one that all wait for has that from small calls: its own, or those of
/// the one before it, which it then has to take one by one.
fn small_calls(seen: &Seen, process: usize) -> Option<(Kind, usize, usize)> {
    (0..seen.pipes.len())
        .filter(|&pipe| {
            let ends = &seen.pipes[pipe];
            ends.writers.contains(&process) || ends.readers.contains(&process)
        })
        .find_map(|pipe| {
            let (kind, who) = small_calls_at(seen, pipe)?;
            let reads_as_they_come = seen.pipes[pipe].readers.contains(&process)
                && in_the_kernel(&seen.processes[process])
                && seen.pipes[pipe]
                    .moved
                    .per_read
                    .is_some_and(|bytes| bytes < SMALL);
            (who == process || reads_as_they_come).then_some((kind, who, pipe))
        })
}

fn small_calls_at(seen: &Seen, pipe: usize) -> Option<(Kind, usize)> {
    let ends = &seen.pipes[pipe];
    let small = |bytes: Option<f64>| bytes.filter(|&bytes| bytes < SMALL);
    let worth_it = |who: &Vec<usize>| {
        who.iter()
            .copied()
            .max_by(|&a, &b| {
                seen.processes[a]
                    .on_cpu()
                    .total_cmp(&seen.processes[b].on_cpu())
            })
            .filter(|&process| in_the_kernel(&seen.processes[process]))
    };
    if small(ends.moved.per_write).is_some() {
        return worth_it(&ends.writers).map(|process| (Kind::SmallWrites, process));
    }
    small(ends.moved.per_read)?;
    worth_it(&ends.readers).map(|process| (Kind::SmallReads, process))
}

/// Whether a good part of its CPU time is the kernel's.
fn in_the_kernel(process: &ProcessSeen) -> bool {
    process.system >= 0.2 * process.on_cpu()
}

/// The pipe at which both ends wait most.
fn in_turns(seen: &Seen) -> Option<usize> {
    let both = |pipe: usize| seen.writers_wait(pipe).min(seen.readers_wait(pipe));
    (0..seen.pipes.len())
        .max_by(|&a, &b| both(a).total_cmp(&both(b)))
        .filter(|&pipe| both(pipe) >= 0.05)
}

mod cpus;
#[cfg(test)]
mod tests;
