//! Adds one look after the other to what was seen.

use crate::doing::{Awaited, Doing, Ends, awaited};
use crate::reason::Level;
use crate::seen::{Asleep, Fill};

/// Times by process and by pipe, in the order of the scene.
#[derive(Debug, Default)]
pub struct Tally {
    /// How long it was watched.
    pub seconds: f64,
    /// How many looks there were.
    pub samples: u32,
    /// How long some waited for each other.
    pub circle: f64,
    /// The longest time in which nothing moved.
    pub still: f64,
    last_moved: f64,
    /// By process.
    pub processes: Vec<ProcessTally>,
    /// By pipe.
    pub pipes: Vec<PipeTally>,
    /// What each process did at the last look.
    pub doing: Vec<Doing>,
    /// How full each pipe was then.
    pub levels: Vec<Option<Level>>,
}

/// Times of a process.
#[derive(Clone, Debug, Default)]
pub struct ProcessTally {
    /// Asleep, by reason.
    pub asleep: Asleep,
    /// It ran, was ready to, or was waited for.
    pub own: f64,
    /// Others waited for it.
    pub awaited: f64,
    /// It was there.
    pub present: f64,
}

/// Times of a pipe.
#[derive(Clone, Debug, Default)]
pub struct PipeTally {
    /// By how full it was.
    pub fill: Fill,
    /// Written to, with nobody to read.
    pub unread: f64,
    /// Waited at, for somebody who cannot be seen.
    pub outside: f64,
    /// When the first bytes were in it.
    pub first_filled: Option<f64>,
    /// When bytes were in it or somebody waited for some.
    pub last_active: f64,
}

impl Tally {
    /// Adds a look, which stands for so many seconds.
    pub fn add(
        &mut self,
        doing: Vec<Doing>,
        levels: Vec<Option<Level>>,
        ends: &[Ends],
        seconds: f64,
    ) {
        self.processes
            .resize_with(doing.len(), ProcessTally::default);
        self.pipes.resize_with(levels.len(), PipeTally::default);
        self.seconds += seconds;
        self.samples += 1;
        let moves = doing.len() != self.doing.len()
            || levels != self.levels
            || doing.contains(&Doing::Running);
        if moves {
            self.moved();
        }
        self.still = self.still.max(self.seconds - self.last_moved);
        self.add_pipes(&doing, &levels, ends, seconds);
        self.add_processes(&doing, ends, seconds);
        self.doing = doing;
        self.levels = levels;
    }

    /// Something has moved, up to now.
    pub fn moved(&mut self) {
        self.last_moved = self.seconds;
    }

    fn add_pipes(
        &mut self,
        doing: &[Doing],
        levels: &[Option<Level>],
        ends: &[Ends],
        seconds: f64,
    ) {
        for (place, pipe) in self.pipes.iter_mut().enumerate() {
            let waited_for = doing.contains(&Doing::Reading(place));
            if let Some(level) = levels[place] {
                pipe.fill.add(level.bytes, level.size, seconds);
                if level.bytes > 0 {
                    pipe.first_filled.get_or_insert(self.seconds);
                }
            }
            // What lies in a pipe that nobody reads any more is not on its way.
            let Ends { writers, readers } = &ends[place];
            let holds = levels[place].is_some_and(|level| level.bytes > 0);
            if waited_for || holds && !readers.is_empty() {
                pipe.last_active = self.seconds;
            }
            if levels[place].is_some_and(|level| level.unread) && !writers.is_empty() {
                pipe.unread += seconds;
            }
        }
    }

    fn add_processes(&mut self, doing: &[Doing], ends: &[Ends], seconds: f64) {
        let waits = awaited(doing, ends);
        for (place, pipe) in self.pipes.iter_mut().enumerate() {
            if waits.contains(&Awaited::Outside(place)) {
                pipe.outside += seconds;
            }
        }
        if waits.contains(&Awaited::Circle) {
            self.circle += seconds;
        }
        for (place, process) in self.processes.iter_mut().enumerate() {
            let is_awaited = waits.contains(&Awaited::Process(place));
            if is_awaited {
                process.awaited += seconds;
            }
            if doing[place] != Doing::Gone {
                process.present += seconds;
            }
            let asleep = &mut process.asleep;
            match doing[place] {
                Doing::Running => {
                    process.own += seconds;
                    continue;
                }
                Doing::Gone => continue,
                Doing::Reading(pipe) => {
                    add_at(&mut asleep.reading, pipe, seconds);
                    continue;
                }
                Doing::Writing(pipe) => {
                    add_at(&mut asleep.writing, pipe, seconds);
                    continue;
                }
                Doing::Disk => asleep.disk += seconds,
                Doing::Network => asleep.network += seconds,
                Doing::Clock => asleep.clock += seconds,
                Doing::Terminal => asleep.terminal += seconds,
                Doing::Child => asleep.child += seconds,
                Doing::Elsewhere | Doing::Stopped => asleep.elsewhere += seconds,
            }
            if is_awaited {
                process.own += seconds;
            }
        }
    }
}

fn add_at(times: &mut Vec<(usize, f64)>, pipe: usize, seconds: f64) {
    match times.iter_mut().find(|(known, _)| *known == pipe) {
        Some((_, time)) => *time += seconds,
        None => times.push((pipe, seconds)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends() -> [Ends; 1] {
        [Ends {
            writers: vec![0],
            readers: vec![1],
        }]
    }

    fn level(bytes: usize) -> Vec<Option<Level>> {
        vec![Some(Level {
            bytes,
            size: 100,
            unread: false,
        })]
    }

    #[test]
    fn who_is_waited_for_has_the_time() {
        let mut tally = Tally::default();
        for _ in 0..9 {
            tally.add(
                vec![Doing::Writing(0), Doing::Running],
                level(100),
                &ends(),
                0.1,
            );
        }
        tally.add(vec![Doing::Disk, Doing::Reading(0)], level(0), &ends(), 0.1);
        let [writer, reader] = &tally.processes[..] else {
            panic!("two processes");
        };
        let near = |one: f64, other: f64| (one - other).abs() < 1e-9;
        assert!(near(reader.own, 0.9) && near(reader.awaited, 0.9));
        assert!(near(writer.own, 0.1) && near(writer.asleep.disk, 0.1));
        assert!(near(writer.asleep.writing[0].1, 0.9));
        assert!(near(tally.pipes[0].fill.empty, 0.1));
        assert!(near(tally.pipes[0].fill.quarters[3], 0.9));
    }

    #[test]
    fn nothing_moves_once_all_sleep() {
        let mut tally = Tally::default();
        for _ in 0..3 {
            tally.add(
                vec![Doing::Clock, Doing::Reading(0)],
                level(0),
                &ends(),
                1.0,
            );
        }
        assert_eq!((tally.still, tally.seconds), (2.0, 3.0));
    }

    #[test]
    fn a_reader_that_left() {
        let mut tally = Tally::default();
        let mut left = ends();
        left[0].readers.clear();
        tally.add(vec![Doing::Clock], level(0), &left, 1.0);
        let unread = level(0).into_iter().flatten().map(|level| Level {
            unread: true,
            ..level
        });
        tally.add(vec![Doing::Clock], unread.map(Some).collect(), &left, 1.0);
        assert_eq!(tally.pipes[0].unread, 1.0);
    }
}
