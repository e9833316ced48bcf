//! From where a thread sleeps to what its process waits for.

use std::collections::BTreeMap;

use crate::calls::{Call, Place};
use crate::descriptors::Target;
use crate::doing::Doing;
use crate::thread_state::State;

/// How full a pipe was at the last look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Level {
    /// Bytes in it.
    pub bytes: usize,
    /// Bytes that fit.
    pub size: usize,
    /// Whether nobody has its reading end open.
    pub unread: bool,
}

/// What a process has open, as its reasons are told by it.
#[derive(Clone, Debug, Default)]
pub struct Open {
    /// What its descriptors lead to.
    pub targets: BTreeMap<i32, Target>,
    /// Which of them are pipes, as places in the list of pipes.
    pub pipes: BTreeMap<i32, usize>,
    /// The pipes that it may read from.
    pub inputs: Vec<usize>,
    /// The pipes that it may write into.
    pub outputs: Vec<usize>,
}

/// What a process does whose threads are in these states.
pub fn doing(states: &[State], open: &Open, levels: &[Option<Level>]) -> Doing {
    states
        .iter()
        .map(|&state| of_thread(state, open, levels))
        .min_by_key(|&doing| rank(doing))
        .unwrap_or(Doing::Gone)
}

/// Of several threads the one that tells most: who runs, and then who keeps the others.
fn rank(doing: Doing) -> u8 {
    match doing {
        Doing::Running => 0,
        Doing::Writing(_) => 1,
        Doing::Disk => 2,
        Doing::Reading(_) => 3,
        Doing::Network => 4,
        Doing::Terminal => 5,
        Doing::Clock => 6,
        Doing::Child => 7,
        Doing::Elsewhere | Doing::Stopped => 8,
        Doing::Gone => 9,
    }
}

fn of_thread(state: State, open: &Open, levels: &[Option<Level>]) -> Doing {
    match state {
        State::Running => Doing::Running,
        State::Gone => Doing::Gone,
        State::InCall(call) => in_call(call, open, levels),
        State::At(place, uninterruptible) => at(place, uninterruptible, open, levels),
    }
}

fn in_call(call: Call, open: &Open, levels: &[Option<Level>]) -> Doing {
    match call {
        Call::Read(fd) => match open.pipes.get(&fd) {
            Some(&pipe) => Doing::Reading(pipe),
            None => at_target(open.targets.get(&fd)),
        },
        Call::Write(fd) => match open.pipes.get(&fd) {
            Some(&pipe) => Doing::Writing(pipe),
            None => at_target(open.targets.get(&fd)),
        },
        Call::Move(from, to) => match (open.pipes.get(&from), open.pipes.get(&to)) {
            (Some(&from), _) if bytes(from, levels) == Some(0) => Doing::Reading(from),
            (_, Some(&to)) => Doing::Writing(to),
            (Some(&from), None) => match at_target(open.targets.get(&to)) {
                Doing::Elsewhere => Doing::Reading(from),
                other => other,
            },
            (None, None) => at_target(open.targets.get(&from)),
        },
        Call::Poll => by_level(open, levels).unwrap_or(match has_socket(open) {
            true => Doing::Network,
            false => Doing::Clock,
        }),
        Call::Thread => by_level(open, levels).unwrap_or(Doing::Elsewhere),
        Call::Sleep => Doing::Clock,
        Call::Child => Doing::Child,
        Call::File => Doing::Disk,
        Call::Socket => Doing::Network,
        Call::Other => Doing::Elsewhere,
    }
}

fn at(place: Place, uninterruptible: bool, open: &Open, levels: &[Option<Level>]) -> Doing {
    let emptiest = || {
        let bytes = |&pipe: &usize| bytes(pipe, levels).unwrap_or(0);
        open.inputs.iter().copied().min_by_key(bytes)
    };
    let fullest = || {
        let bytes = |&pipe: &usize| bytes(pipe, levels).unwrap_or(0);
        open.outputs.iter().copied().max_by_key(bytes)
    };
    match place {
        Place::PipeRead => emptiest().map_or(Doing::Elsewhere, Doing::Reading),
        Place::PipeWrite => fullest().map_or(Doing::Elsewhere, Doing::Writing),
        Place::Poll => in_call(Call::Poll, open, levels),
        Place::Clock => Doing::Clock,
        Place::Child => Doing::Child,
        Place::Socket => Doing::Network,
        Place::Terminal => Doing::Terminal,
        Place::Unknown if uninterruptible => Doing::Disk,
        Place::Unknown => in_call(Call::Thread, open, levels),
    }
}

fn at_target(target: Option<&Target>) -> Doing {
    match target {
        Some(Target::File(_)) => Doing::Disk,
        Some(Target::Socket(_)) => Doing::Network,
        Some(Target::Terminal(_)) => Doing::Terminal,
        Some(Target::Pipe(_) | Target::Device | Target::Other) | None => Doing::Elsewhere,
    }
}

/// Where a call does not say which descriptor it waits for, the pipes do: who sleeps
/// beside an empty input waits for it, and beside a full output for that.
fn by_level(open: &Open, levels: &[Option<Level>]) -> Option<Doing> {
    let level = |pipe: usize| levels.get(pipe).copied().flatten();
    let full = |&&pipe: &&usize| level(pipe).is_some_and(|it| it.bytes > it.size / 4 * 3);
    let empty = |&&pipe: &&usize| level(pipe).is_some_and(|it| it.bytes == 0);
    let full = open.outputs.iter().find(full).copied().map(Doing::Writing);
    full.or_else(|| open.inputs.iter().find(empty).copied().map(Doing::Reading))
}

fn bytes(pipe: usize, levels: &[Option<Level>]) -> Option<usize> {
    levels.get(pipe).copied().flatten().map(|level| level.bytes)
}

fn has_socket(open: &Open) -> bool {
    let mut targets = open.targets.values();
    targets.any(|target| matches!(target, Target::Socket(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Standard input is pipe 0, standard output pipe 1, and 5 is a file.
    fn open() -> Open {
        Open {
            targets: BTreeMap::from([(5, Target::File("x".to_owned()))]),
            pipes: BTreeMap::from([(0, 0), (1, 1)]),
            inputs: vec![0],
            outputs: vec![1],
        }
    }

    fn levels(input: usize, output: usize) -> [Option<Level>; 2] {
        [input, output].map(|bytes| {
            Some(Level {
                bytes,
                size: 100,
                unread: false,
            })
        })
    }

    #[test]
    fn a_call_that_names_its_descriptor() {
        let is = |call| doing(&[State::InCall(call)], &open(), &levels(50, 50));
        assert_eq!(is(Call::Read(0)), Doing::Reading(0));
        assert_eq!(is(Call::Write(1)), Doing::Writing(1));
        assert_eq!(is(Call::Read(5)), Doing::Disk);
        assert_eq!(is(Call::Read(9)), Doing::Elsewhere);
        assert_eq!(is(Call::Move(0, 1)), Doing::Writing(1));
        assert_eq!(is(Call::Sleep), Doing::Clock);
    }

    #[test]
    fn one_that_does_not_is_told_by_the_pipes() {
        let is =
            |call, input, output| doing(&[State::InCall(call)], &open(), &levels(input, output));
        assert_eq!(is(Call::Poll, 0, 50), Doing::Reading(0));
        assert_eq!(is(Call::Poll, 0, 100), Doing::Writing(1));
        assert_eq!(is(Call::Poll, 50, 50), Doing::Clock);
        assert_eq!(is(Call::Thread, 50, 50), Doing::Elsewhere);
        assert_eq!(is(Call::Move(0, 1), 0, 50), Doing::Reading(0));
    }

    #[test]
    fn the_place_alone() {
        let is = |place, input, output| {
            doing(&[State::At(place, false)], &open(), &levels(input, output))
        };
        assert_eq!(is(Place::PipeRead, 7, 0), Doing::Reading(0));
        assert_eq!(is(Place::PipeWrite, 7, 0), Doing::Writing(1));
        assert_eq!(is(Place::Unknown, 0, 0), Doing::Reading(0));
        assert_eq!(is(Place::Unknown, 50, 100), Doing::Writing(1));
        let disk = [State::At(Place::Unknown, true)];
        assert_eq!(doing(&disk, &open(), &levels(50, 50)), Doing::Disk);
    }

    #[test]
    fn of_several_threads_the_one_that_runs() {
        let threads = [State::InCall(Call::Read(0)), State::Running, State::Gone];
        assert_eq!(doing(&threads, &open(), &levels(0, 0)), Doing::Running);
        assert_eq!(
            doing(&threads[..1], &open(), &levels(0, 0)),
            Doing::Reading(0)
        );
        assert_eq!(doing(&[State::Gone], &open(), &levels(0, 0)), Doing::Gone);
    }
}
