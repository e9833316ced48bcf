//! How far apart two CPUs are: how long a word takes from the one to the other.

use std::fmt;
use std::hint;
use std::ops::Range;
use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::cpu_list;
use crate::nearness::Nearness;
use crate::placement::Placement;

/// What a word takes between two CPUs that share a cache, in nanoseconds: less is between two
/// threads of one core, and more is to another part of the chip, or to another chip.
const BY_A_CACHE: Range<f64> = 18.0..100.0;

const SAMPLES: usize = 80;
const ROUND_TRIPS: usize = 500;
const NO_THREAD: &str = "cannot start a thread to time the way between CPUs (`ulimit -u`, a container or memory sets a limit)";

/// A number on a cache line of its own.
#[repr(align(128))]
struct Word(AtomicUsize);

impl Word {
    fn wait_for(&self, number: usize) {
        while self.0.load(Ordering::Acquire) != number {
            hint::spin_loop();
        }
    }
}

/// How far apart two CPUs are; on a VM the host may move them meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Distance {
    /// Two threads of one core, which share its units: a word takes less than 18 ns.
    OneCore,
    /// It takes less than 100 ns.
    Near,
    /// It takes longer.
    Far,
}

impl Distance {
    /// Of two CPUs between which a word took so many nanoseconds before a run, and after it;
    /// nothing where they moved meanwhile. An older file may not tell what it was after.
    pub fn all_along(before: Option<f64>, after: Option<f64>) -> Option<Distance> {
        let distance = Distance::of(before?);
        (Distance::of(after.or(before)?) == distance).then_some(distance)
    }

    /// Of two CPUs between which a word takes so many nanoseconds.
    pub fn of(nanoseconds: f64) -> Distance {
        match nanoseconds {
            it if it < BY_A_CACHE.start => Distance::OneCore,
            it if it < BY_A_CACHE.end => Distance::Near,
            _ => Distance::Far,
        }
    }
}

impl fmt::Display for Distance {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Distance::OneCore => "on one core",
            Distance::Near => "near",
            Distance::Far => "far",
        })
    }
}

/// Nanoseconds from a word's being written on the writer's CPU to its being seen on the
/// reader's, or back: half of a round trip. `None` where both ends share a CPU.
///
/// It is the least of samples that last a fraction of a millisecond each: those during which
/// one of the two was off its CPU say nothing.
///
/// # Errors
///
/// When one of the CPUs may not be used, or no thread can be had.
pub fn nanoseconds(placement: &Placement) -> Result<Option<f64>> {
    if placement.nearness == Nearness::OneCpu {
        return Ok(None);
    }
    let word = Word(AtomicUsize::new(0));
    // Each tells the other that it is there. Who fails, or never came to be, drops its
    // sender: then the other does not wait.
    let (asker_is_there, for_asker) = mpsc::channel();
    let (answerer_is_there, for_answerer) = mpsc::channel();
    thread::scope(|scope| {
        let answering = thread::Builder::new()
            .spawn_scoped(scope, || {
                if meet(placement.reader, answerer_is_there, for_asker)? {
                    answer(&word);
                }
                Ok(())
            })
            .context(NO_THREAD)?;
        let asking = thread::Builder::new().spawn_scoped(scope, || {
            match meet(placement.writer, asker_is_there, for_answerer)? {
                true => Ok(Some(ask(&word))),
                false => Ok(None),
            }
        });
        let answered = move || {
            answering
                .join()
                .unwrap_or_else(|it| panic::resume_unwind(it))
        };
        let asked = asking
            .context(NO_THREAD)?
            .join()
            .unwrap_or_else(|it| panic::resume_unwind(it));
        answered().and(asked)
    })
}

/// Whether both threads are on their CPUs.
fn meet(cpu: usize, here: Sender<()>, other: Receiver<()>) -> Result<bool> {
    cpu_list::pin(cpu).with_context(|| format!("cannot run on CPU {cpu}"))?;
    Ok(here.send(()).is_ok() && other.recv().is_ok())
}

/// Says an odd number, and waits for the next even one.
fn ask(word: &Word) -> f64 {
    (0..SAMPLES)
        .map(|sample| {
            let start = Instant::now();
            for round in sample * ROUND_TRIPS..(sample + 1) * ROUND_TRIPS {
                word.0.store(2 * round + 1, Ordering::Release);
                word.wait_for(2 * round + 2);
            }
            start.elapsed().as_secs_f64() * 1e9 / (2 * ROUND_TRIPS) as f64
        })
        .fold(f64::INFINITY, f64::min)
}

fn answer(word: &Word) {
    for round in 0..SAMPLES * ROUND_TRIPS {
        word.wait_for(2 * round + 1);
        word.0.store(2 * round + 2, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_is_no_faster_and_a_second_is_too_long() {
        let placement = Placement::choose(None).unwrap();
        if let Some(nanoseconds) = nanoseconds(&placement).unwrap() {
            assert!((1.0..1e9).contains(&nanoseconds), "{nanoseconds}");
        }
        let nowhere = Placement {
            writer: placement.writer,
            reader: 1 << 20,
            nearness: Nearness::Unknown,
        };
        nanoseconds(&nowhere).unwrap_err();
    }
}
