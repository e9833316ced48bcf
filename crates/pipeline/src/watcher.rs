//! Looks at a pipeline again and again, as often as it may.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use bench::cpu_list;
use rustix::time::{ClockId, clock_gettime};

use crate::descriptors::Identity;
use crate::doing::Doing;
use crate::rate::Rate;
use crate::scene::Scene;
use crate::tally::Tally;

/// Every so many looks at least, the kernel's counts are read, and new processes looked for.
const LOOKS_PER_COUNT: u32 = 20;
const LOOKS_PER_SEARCH: u32 = 50;
/// In the beginning there is something new every few milliseconds.
const FIRST_SEARCH: Duration = Duration::from_millis(2);
const LAST_SEARCH: Duration = Duration::from_millis(250);
const COUNT: Duration = Duration::from_millis(50);

/// The watching itself.
#[derive(Debug)]
pub struct Watcher {
    /// What is watched.
    pub scene: Scene,
    /// What has been seen.
    pub tally: Tally,
    rate: Rate,
    roots: Vec<i32>,
    last_look: Instant,
    last_count: (Instant, u32),
    last_search: (Instant, u32),
    search_after: Duration,
    cpu_before: Duration,
    cpu_first: Duration,
}

impl Watcher {
    /// Watches all that these processes start, but for these pipes.
    pub fn of_children(roots: Vec<i32>, not_ours: BTreeSet<Identity>) -> Watcher {
        Watcher::new(Scene::without(not_ours), roots)
    }

    /// Watches these processes, and what they start from now on.
    pub fn of(pids: &[i32]) -> Watcher {
        let mut scene = Scene::default();
        for &pid in pids {
            if let Some(place) = scene.add(pid) {
                scene.processes[place].begin_here();
            }
        }
        Watcher::new(scene, Vec::new())
    }

    fn new(scene: Scene, roots: Vec<i32>) -> Watcher {
        let (now, cpu) = (Instant::now(), own_cpu_time());
        let mut new = Watcher {
            scene,
            tally: Tally::default(),
            rate: Rate::new(),
            roots,
            last_look: now,
            last_count: (now, 0),
            last_search: (now, 0),
            search_after: FIRST_SEARCH,
            cpu_before: cpu,
            cpu_first: cpu,
        };
        new.scene.look_around(&new.roots);
        new
    }

    /// Looks once.
    pub fn look(&mut self) {
        let seconds = self.last_look.elapsed();
        self.last_look = Instant::now();
        let looks = self.tally.samples;
        let due = |last: (Instant, u32), after: Duration, least: u32| {
            last.0.elapsed() >= after && looks >= last.1 + least
        };
        // At first, when there is nearly nothing to see, it looks for new ones at any price.
        let least = if looks < 200 { 0 } else { LOOKS_PER_SEARCH };
        if due(self.last_search, self.search_after, least) {
            self.search();
        }
        if due(self.last_count, COUNT, LOOKS_PER_COUNT) {
            self.count();
        }
        let levels = self.scene.levels();
        let doing: Vec<Doing> = self
            .scene
            .processes
            .iter_mut()
            .map(|process| match process {
                gone if gone.gone => Doing::Gone,
                stopped if stopped.stopped => Doing::Stopped,
                process => {
                    let states = process.states();
                    crate::reason::doing(&states, &process.open, &levels)
                }
            })
            .collect();
        let ends = self.scene.ends();
        self.tally.add(doing, levels, &ends, seconds.as_secs_f64());
        let cpu = own_cpu_time();
        self.rate.spent(cpu.saturating_sub(self.cpu_before));
        self.cpu_before = cpu;
    }

    fn search(&mut self) {
        let known = (self.scene.processes.len(), self.scene.pipes.len());
        self.scene.look_around(&self.roots);
        let new = known != (self.scene.processes.len(), self.scene.pipes.len());
        self.search_after = match new {
            true => FIRST_SEARCH,
            false => (self.search_after * 2).min(LAST_SEARCH),
        };
        self.last_search = (Instant::now(), self.tally.samples);
    }

    fn count(&mut self) {
        for process in self.scene.processes.iter_mut().filter(|process| !process.gone) {
            process.count();
        }
        for pipe in &mut self.scene.pipes {
            if !pipe.now.writers.is_empty() {
                pipe.look_at_size();
            }
        }
        self.last_count = (Instant::now(), self.tally.samples);
    }

    /// Looks a last time at what can still be seen.
    pub fn finish(&mut self) {
        self.count();
    }

    /// The time since the last look does not count: all was stopped.
    pub fn skip(&mut self) {
        self.last_look = Instant::now();
    }

    /// How long to wait for the next look.
    pub fn pause(&self) -> Duration {
        self.rate.next()
    }

    /// CPU time of this process since the watching began.
    pub fn own_seconds(&self) -> f64 {
        own_cpu_time().saturating_sub(self.cpu_first).as_secs_f64()
    }

    /// How many CPUs there are for who is watched.
    pub fn cpus() -> usize {
        cpu_list::allowed().len()
    }
}

fn own_cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
