//! What the processes of a pipeline do at one moment, and who waits for whom.

/// What a process does at the moment that it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It is on a CPU, or ready for one.
    Running,
    /// It is asleep until this pipe has bytes.
    Reading(usize),
    /// It is asleep until this pipe has room.
    Writing(usize),
    /// It is asleep until a file system has done something.
    Disk,
    /// It is asleep until a socket has or takes something.
    Network,
    /// It is asleep until a time has come.
    Clock,
    /// It is asleep until somebody types.
    Terminal,
    /// It is asleep until a process ends that it has started.
    Child,
    /// It is asleep for another reason.
    Elsewhere,
    /// It has been stopped, as by Ctrl-Z.
    Stopped,
    /// It has ended.
    Gone,
}

/// Who holds the ends of a pipe, as places in the list of processes.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    /// Those that may write into it.
    pub writers: Vec<usize>,
    /// Those that may read from it.
    pub readers: Vec<usize>,
}

/// For whom a process waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// For nobody: it waits at no pipe.
    Nobody,
    /// For this one, which itself waits at no pipe.
    Process(usize),
    /// For somebody who cannot be seen, at this pipe.
    Outside(usize),
    /// For each other, in a circle.
    Circle,
}

/// For whom each process waits: from the pipe where it sleeps to whoever holds the
/// other end, and so on until somebody does not wait at a pipe.
pub fn awaited(doing: &[Doing], pipes: &[Ends]) -> Vec<Awaited> {
    (0..doing.len())
        .map(|process| match doing[process] {
            Doing::Reading(_) | Doing::Writing(_) => {
                follow(process, doing, pipes, &mut vec![process])
            }
            _ => Awaited::Nobody,
        })
        .collect()
}

fn follow(process: usize, doing: &[Doing], pipes: &[Ends], way: &mut Vec<usize>) -> Awaited {
    let (pipe, others) = match doing[process] {
        Doing::Reading(pipe) => (pipe, &pipes[pipe].writers),
        Doing::Writing(pipe) => (pipe, &pipes[pipe].readers),
        _ => return Awaited::Process(process),
    };
    let next = others
        .iter()
        .copied()
        .filter(|&other| other != process && doing[other] != Doing::Gone)
        .min_by_key(|&other| rank(doing[other]));
    match next {
        None => Awaited::Outside(pipe),
        Some(next) if way.contains(&next) => Awaited::Circle,
        Some(next) => {
            way.push(next);
            follow(next, doing, pipes, way)
        }
    }
}

/// Of several who hold an end, whose turn it is: a shell that waits for what it has
/// started holds the same ends as that, and does nothing with them.
fn rank(doing: Doing) -> u8 {
    match doing {
        Doing::Running => 0,
        Doing::Reading(_) | Doing::Writing(_) => 1,
        Doing::Disk | Doing::Network | Doing::Clock | Doing::Terminal | Doing::Stopped => 2,
        Doing::Elsewhere => 3,
        Doing::Child => 4,
        Doing::Gone => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line of processes, each with a pipe to the next.
    fn line(length: usize) -> Vec<Ends> {
        (1..length)
            .map(|reader| Ends {
                writers: vec![reader - 1],
                readers: vec![reader],
            })
            .collect()
    }

    #[test]
    fn all_wait_for_the_one_that_runs() {
        use Awaited::{Nobody, Process};
        let doing = [
            Doing::Writing(0),
            Doing::Writing(1),
            Doing::Running,
            Doing::Reading(2),
        ];
        assert_eq!(
            awaited(&doing, &line(4)),
            [Process(2), Process(2), Nobody, Process(2)]
        );
    }

    #[test]
    fn a_shell_that_waits_is_not_the_one() {
        let pipes = [Ends {
            writers: vec![0, 1],
            readers: vec![2],
        }];
        let doing = [Doing::Child, Doing::Disk, Doing::Reading(0)];
        assert_eq!(awaited(&doing, &pipes)[2], Awaited::Process(1));
        let doing = [Doing::Child, Doing::Gone, Doing::Reading(0)];
        assert_eq!(awaited(&doing, &pipes)[2], Awaited::Process(0));
    }

    #[test]
    fn circles_and_what_is_outside() {
        let pipes = [
            Ends {
                writers: vec![0],
                readers: vec![1],
            },
            Ends {
                writers: vec![1],
                readers: vec![0],
            },
        ];
        let both = [Doing::Reading(1), Doing::Reading(0)];
        assert_eq!(awaited(&both, &pipes), [Awaited::Circle; 2]);
        let alone = [Ends {
            writers: vec![0],
            readers: vec![],
        }];
        assert_eq!(awaited(&[Doing::Writing(0)], &alone), [Awaited::Outside(0)]);
    }
}
