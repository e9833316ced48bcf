//! From what was tallied to what was seen: only what belongs to the pipeline, upstream first.

use crate::descriptors::{Identity, Target};
use crate::doing::Ends;
use crate::moved;
use crate::scene::Scene;
use crate::seen::{PipeSeen, ProcessSeen, Seen};
use crate::tally::Tally;
use crate::watched::Watched;
use crate::watcher::Watcher;

/// What has been seen so far.
pub fn seen(watcher: &Watcher) -> Seen {
    let (scene, tally) = (&watcher.scene, &watcher.tally);
    let ends: Vec<Ends> = (0..tally.pipes.len())
        .map(|pipe| scene.ever(pipe))
        .collect();
    let processes = in_order(shown(scene, tally, &ends), &ends);
    let place = |process: &usize| processes.iter().position(|shown| shown == process);
    let mut pipes: Vec<(usize, Vec<usize>, Vec<usize>)> = ends
        .iter()
        .enumerate()
        .map(|(pipe, ends)| {
            let places = |ends: &[usize]| ends.iter().filter_map(place).collect::<Vec<_>>();
            (pipe, places(&ends.writers), places(&ends.readers))
        })
        .filter(|(_, writers, readers)| {
            let none = writers.is_empty() && readers.is_empty();
            let one_for_both = writers.len() == 1 && writers == readers;
            !none && !one_for_both
        })
        .collect();
    pipes.sort_by_key(|(_, writers, readers)| {
        (writers.iter().min().copied(), readers.iter().min().copied())
    });
    let pipe_place = |pipe: usize| pipes.iter().position(|(shown, ..)| *shown == pipe);
    let mut seen = Seen {
        seconds: tally.seconds,
        samples: tally.samples,
        cpus: Watcher::cpus(),
        watcher_seconds: watcher.own_seconds(),
        still_seconds: tally.still,
        circle_seconds: tally.circle,
        processes: processes
            .iter()
            .map(|&process| {
                let watched = &scene.processes[process];
                let mut seen = process_seen(watched, tally, process);
                let times = [&mut seen.asleep.reading, &mut seen.asleep.writing];
                for times in times {
                    times.retain_mut(|(pipe, _)| {
                        let place = pipe_place(*pipe);
                        *pipe = place.unwrap_or_default();
                        place.is_some()
                    });
                }
                seen
            })
            .collect(),
        unseen: unseen(scene),
        ..Seen::default()
    };
    for (pipe, writers, readers) in &pipes {
        let name = |place: &usize| seen.processes[*place].name.as_str();
        let hidden = match (writers.first().map(name), readers.first().map(name)) {
            (Some(writer), None) => Some(format!("who reads what `{writer}` writes")),
            (None, Some(reader)) => Some(format!("who writes what `{reader}` reads")),
            _ => None,
        };
        let why = "not of this pipeline, another user's, or in a container";
        seen.unseen
            .extend(hidden.map(|who| format!("{who}: {why}")));
        let tallied = &tally.pipes[*pipe];
        seen.pipes.push(PipeSeen {
            name: scene.pipes[*pipe].name(),
            writers: writers.clone(),
            readers: readers.clone(),
            size: scene.pipes[*pipe].size(),
            fill: tallied.fill,
            unread_seconds: tallied.unread,
            outside_seconds: tallied.outside,
            moved: moved::through(
                &ends[*pipe],
                &scene.processes,
                tallied.first_filled.is_some(),
            ),
            first_filled: tallied.first_filled,
            last_active: tallied.last_active,
        });
    }
    seen
}

fn process_seen(watched: &Watched, tally: &Tally, process: usize) -> ProcessSeen {
    let counted = watched.counted();
    let tallied = tally.processes.get(process).cloned().unwrap_or_default();
    ProcessSeen {
        pid: watched.pid,
        name: watched.name.clone(),
        asleep: tallied.asleep,
        user: counted.user,
        system: counted.system,
        ready: counted.ready,
        own: tallied.own,
        awaited: tallied.awaited,
        counts: counted.io,
        voluntary_switches: counted.voluntary,
        only_cpus: Some(watched.cpus.clone())
            .filter(|cpus| !cpus.is_empty() && cpus.len() < Watcher::cpus()),
        ended: watched.gone,
    }
}

/// The processes that have a part in it: not the shell that only waits for them.
fn shown(scene: &Scene, tally: &Tally, ends: &[Ends]) -> Vec<usize> {
    let holds = |process: usize| {
        let all = |ends: &Ends| ends.writers.contains(&process) || ends.readers.contains(&process);
        ends.iter().any(all)
    };
    let waits_only = |process: usize| {
        let Some(times) = tally.processes.get(process) else {
            return true;
        };
        let moved = scene.processes[process].counted().io.unwrap_or_default();
        times.asleep.child >= 0.8 * times.present
            && times.asleep.at_pipes() < 0.05 * times.present
            && moved.read + moved.written < 64 << 10
    };
    let any_pipe = (0..scene.processes.len()).any(holds);
    (0..scene.processes.len())
        .filter(|&process| !waits_only(process) && (holds(process) || !any_pipe))
        .collect()
}

/// Those that write into what others read stand before these.
fn in_order(mut processes: Vec<usize>, ends: &[Ends]) -> Vec<usize> {
    let count = processes.iter().max().map_or(0, |most| most + 1);
    let mut depth = vec![0; count];
    // As often as the longest line is long; in a circle it would never be done.
    for _ in 0..count {
        for ends in ends {
            let writers = ends.writers.iter().filter(|&&it| it < count);
            let before = writers.map(|&writer| depth[writer] + 1).max().unwrap_or(0);
            for &reader in ends.readers.iter().filter(|&&it| it < count) {
                if !ends.writers.contains(&reader) {
                    depth[reader] = depth[reader].max(before.min(count));
                }
            }
        }
    }
    processes.sort_by_key(|&process| (depth[process], process));
    processes
}

fn unseen(scene: &Scene) -> Vec<String> {
    let mut unseen = Vec::new();
    for process in &scene.processes {
        if !process.may_look {
            unseen.push(format!(
                "{} (process {}) is another user's: what it holds and does cannot be seen",
                process.name, process.pid
            ));
        }
    }
    for pipe in &scene.pipes {
        let has_name = matches!(pipe.identity, Identity::Named(..));
        if has_name {
            unseen.push(format!(
                "how full {} is: it has a name, and whoever opens it would be noticed",
                pipe.name()
            ));
        } else if pipe.size().is_none() {
            unseen.push(format!("how full {} is: it is another user's", pipe.name()));
        }
    }
    unseen
}

/// Whether a process writes to this terminal otherwise than by standard error.
pub fn writes_to_terminal(scene: &Scene) -> bool {
    scene.processes.iter().any(|process| {
        let open = &process.open;
        let holds_pipe = !open.inputs.is_empty() || !open.outputs.is_empty();
        let terminal = |(number, target): (&i32, &Target)| {
            *number != 2 && *number != 0 && matches!(target, Target::Terminal(_))
        };
        !process.gone && holds_pipe && open.targets.iter().any(terminal)
    })
}
