//! Makes pipes larger while a pipeline runs, but for those whose writer may lend its pages:
//! their bytes are right only at the size that it chose.

use std::collections::BTreeSet;

use procfs::process::Process;

use crate::descriptors::Identity;
use crate::scene::Scene;
use crate::seen::{Counts, PipeSeen, Seen};
use crate::watched::Watched;

/// Programs read so much at their start, such as their libraries' headers.
const AT_START: u64 = 128 << 10;

/// The names of programs that put bytes into a pipe which no write(2) of theirs explains.
pub fn lenders(seen: &Seen) -> Vec<String> {
    let lends = |pipe: &&PipeSeen| {
        let sum = |places: &[usize], count: fn(&Counts) -> u64| -> u64 {
            let counts = places
                .iter()
                .filter_map(|&place| seen.processes[place].counts);
            counts.map(|counts| count(&counts)).sum()
        };
        let written = sum(&pipe.writers, |counts| counts.written);
        let read = sum(&pipe.readers, |counts| counts.read);
        let one_input = pipe.moved.reads_unknown.is_none();
        let unexplained = one_input && read > written + written / 50 + AT_START;
        let splices = |why: &String| why.contains("splices");
        unexplained || pipe.moved.writes_unknown.as_ref().is_some_and(splices)
    };
    let pipes = seen.pipes.iter().filter(lends);
    let writers = pipes.flat_map(|pipe| &pipe.writers);
    let names = writers.map(|&place| seen.processes[place].name.clone());
    names.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The size that the pipes of a running pipeline get.
pub struct Enlarge<'a> {
    size: usize,
    lenders: &'a [String],
    done: BTreeSet<Identity>,
    /// Why a pipe could not be had so large.
    pub refused: Option<String>,
}

impl<'a> Enlarge<'a> {
    /// So large, but for what these write.
    pub fn to(size: usize, lenders: &'a [String]) -> Enlarge<'a> {
        Enlarge {
            size,
            lenders,
            done: BTreeSet::new(),
            refused: None,
        }
    }

    /// Makes those larger that are known by now, and not yet so large.
    pub fn look(&mut self, scene: &mut Scene) {
        for pipe in &mut scene.pipes {
            let ends = &pipe.now;
            if self.done.contains(&pipe.identity)
                || ends.writers.is_empty()
                || ends.readers.is_empty()
            {
                continue;
            }
            // Another size was somebody's choice.
            if pipe.size() != Some(default_size()) {
                continue;
            }
            let writers = || ends.writers.iter().map(|&place| &scene.processes[place]);
            if writers().any(|it| self.lenders.contains(&it.name)) {
                continue;
            }
            // What is in it was written, not lent.
            let written: u64 = writers().map(written).sum();
            let bytes = pipe.bytes().unwrap_or(usize::MAX) as u64;
            if written == 0 || written < bytes {
                continue;
            }
            self.done.insert(pipe.identity.clone());
            if let Err(error) = pipe.set_size(self.size) {
                self.refused = Some(error.to_string());
            }
        }
    }
}

fn written(process: &Watched) -> u64 {
    let io = Process::new(process.pid).and_then(|process| process.io());
    io.map_or(0, |io| io.wchar)
}

/// What a pipe has that nobody has changed: 16 slots (pipe(7)).
fn default_size() -> usize {
    16 * common::page_size()
}
