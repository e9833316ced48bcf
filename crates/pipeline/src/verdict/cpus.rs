//! Who has to wait for a CPU, and what would be without that.

use crate::seen::{ProcessSeen, Seen};

/// Whose own time is this part of all is what the others wait for.
pub const BOTTLENECK: f64 = 0.8;

/// The first of several that share a single CPU, where others are idle and two would
/// not have to take turns.
pub fn on_one_cpu(seen: &Seen) -> Option<usize> {
    if seen.cpus < 2 {
        return None;
    }
    let alone = |process: &ProcessSeen| match process.only_cpus.as_deref() {
        Some([cpu]) => Some(*cpu),
        _ => None,
    };
    (0..seen.processes.len()).find(|&first| {
        let Some(cpu) = alone(&seen.processes[first]) else {
            return false;
        };
        let together: Vec<&ProcessSeen> = seen
            .processes
            .iter()
            .filter(|process| alone(process) == Some(cpu))
            .collect();
        let on_cpu: f64 = together.iter().map(|process| process.on_cpu()).sum();
        let ready: f64 = together.iter().map(|process| process.ready).sum();
        let longest = together
            .iter()
            .map(|process| process.on_cpu())
            .fold(0.0, f64::max);
        seen.part(on_cpu + ready) >= 0.8 && longest < 0.85 * on_cpu
    })
}

/// Who would work all the time if the others got a CPU whenever they are ready for one:
/// it waits for them at its pipes, but does by far most of the work.
pub fn short_of_cpus(seen: &Seen) -> Option<usize> {
    (0..seen.processes.len()).find(|&place| {
        let others = (0..seen.processes.len()).filter(|&other| other != place);
        let ready: f64 = others.map(|other| seen.processes[other].ready).sum();
        let process = &seen.processes[place];
        let with_cpus = process.own + ready.min(process.asleep.at_pipes());
        dominates(seen, place) && seen.part(with_cpus) >= BOTTLENECK
    })
}

/// Whether it is on a CPU for twice as long as any other.
pub fn dominates(seen: &Seen, process: usize) -> bool {
    let on_cpu = |place: usize| seen.processes[place].on_cpu();
    (0..seen.processes.len())
        .all(|other| other == process || on_cpu(process) >= 2.0 * on_cpu(other))
}

/// Its own time but for that in which it was ready for a CPU.
pub fn own_on_free_cpu(seen: &Seen, process: usize) -> f64 {
    seen.processes[process].own - seen.processes[process].ready
}
