//! Looks at a pipeline again and again, as often as it may.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use bench::cpu_list;
use rustix::time::{ClockId, clock_gettime};

use crate::descriptors::Target;
use crate::doing::Doing;
use crate::rate::Rate;
use crate::scene::Scene;
use crate::tally::Tally;

/// In the beginning there is something new every few milliseconds.
const FIRST_SEARCH: Duration = Duration::from_millis(2);

/// Where a search finds nothing new, the next one is so many times as far off: they are
/// most of what the start costs.
const PATIENCE: u32 = 4;

/// The watching itself.
#[derive(Debug)]
pub struct Watcher {
    /// What is watched.
    pub scene: Scene,
    /// What has been seen.
    pub tally: Tally,
    roots: Vec<i32>,
    looks: Rate,
    counts: Rate,
    searches: Rate,
    start: Instant,
    last_look: Instant,
    last_count: Instant,
    last_search: Instant,
    search_after: Duration,
    after_look: Duration,
}

impl Watcher {
    /// Watches all that these processes start, but for what these descriptors lead to.
    pub fn of_children(roots: Vec<i32>, not_ours: BTreeSet<Target>) -> Watcher {
        Watcher::new(Scene::without(not_ours), roots)
    }

    /// Watches these processes, and what they start from now on, likewise.
    pub fn of(pids: &[i32], not_ours: BTreeSet<Target>) -> Watcher {
        let mut scene = Scene::without(not_ours);
        for &pid in pids {
            if let Some(place) = scene.add(pid) {
                scene.processes[place].begin_here();
            }
        }
        Watcher::new(scene, Vec::new())
    }

    fn new(scene: Scene, roots: Vec<i32>) -> Watcher {
        let now = Instant::now();
        let mut new = Watcher {
            scene,
            tally: Tally::default(),
            roots,
            looks: Rate::of_looks(),
            counts: Rate::of_counts(),
            searches: Rate::of_searches(),
            start: now,
            last_look: now,
            last_count: now,
            last_search: now,
            search_after: FIRST_SEARCH,
            after_look: own_cpu_time(),
        };
        new.search();
        new
    }

    /// Looks once.
    pub fn look(&mut self) {
        let seconds = self.last_look.elapsed();
        self.last_look = Instant::now();
        let spent = self.spent();
        let patient = self.searches.interval(spent).min(self.search_after);
        if self.last_search.elapsed() >= patient {
            self.search();
        }
        if self.last_count.elapsed() >= self.counts.interval(spent) {
            self.count();
        }
        // The wakening is a part of what a look costs.
        let apart = own_cpu_time();
        let woken = apart.saturating_sub(self.after_look);
        let levels = self.scene.levels();
        let alone = levels.is_empty();
        let doing: Vec<Doing> = self
            .scene
            .processes
            .iter_mut()
            .map(|process| match process {
                gone if gone.gone => Doing::Gone,
                stopped if stopped.stopped => Doing::Stopped,
                // Such as the shell: it has no part in it, and is not worth a look.
                other if other.open.pipes.is_empty() && !alone => Doing::Elsewhere,
                process => {
                    let states = process.states();
                    crate::reason::doing(&states, &process.open, &levels)
                }
            })
            .collect();
        let ends = self.scene.ends();
        self.tally.add(doing, levels, &ends, seconds.as_secs_f64());
        let now = own_cpu_time();
        let look = now.saturating_sub(apart);
        // With a search or a count in it, it is not the wakening alone.
        self.looks.spent(look + woken.min(look / 2));
        self.after_look = now;
    }

    fn search(&mut self) {
        let before = own_cpu_time();
        let known = (self.scene.processes.len(), self.scene.pipes.len());
        self.scene.look_around(&self.roots);
        let new = known != (self.scene.processes.len(), self.scene.pipes.len());
        self.search_after = match new {
            true => FIRST_SEARCH,
            false => self.search_after.saturating_mul(PATIENCE),
        };
        self.searches.spent(own_cpu_time().saturating_sub(before));
        self.last_search = Instant::now();
    }

    fn count(&mut self) {
        let before = own_cpu_time();
        for process in &mut self.scene.processes {
            if process.gone {
                continue;
            }
            let before = process.counters;
            process.count();
            // What comes and goes between two looks is counted all the same.
            if process.counters.io != before.io {
                self.tally.moved();
            }
        }
        for pipe in &mut self.scene.pipes {
            if !pipe.now.writers.is_empty() {
                pipe.look_at_size();
            }
        }
        self.counts.spent(own_cpu_time().saturating_sub(before));
        self.last_count = Instant::now();
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
        self.looks.by_chance(self.spent())
    }

    /// CPU time of this process as a part of the time since the watching began.
    fn spent(&self) -> f64 {
        // In the first moments any look would be too much.
        let time = self.start.elapsed().as_secs_f64().max(0.5);
        self.own_seconds() / time
    }

    /// CPU time of this process, since it was started.
    pub fn own_seconds(&self) -> f64 {
        own_cpu_time().as_secs_f64()
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
