//! What the calls of a configuration's runs did, together: for a picture, and in words.

use std::collections::BTreeMap;

use bench::hand_over::Distance;
use bench::humps::OFF_THE_CPU;

use crate::coarse::Coarse;
use crate::figures::Figures;
use crate::runs::Run;
use crate::statistics::{Estimate, median};

/// The calls of a configuration's runs at one distance between the CPUs.
#[derive(Clone, Debug, PartialEq)]
pub struct Calls {
    /// How far apart the CPUs were.
    pub distance: Distance,
    /// How many runs they are of.
    pub runs: usize,
    /// GiB/s of the whole runs.
    pub mean: Estimate,
    /// Which part of the calls took about so many nanoseconds, the shortest first; each
    /// bin is an eighth of a doubling, and each run weighs the same.
    pub bins: Vec<(f64, f64)>,
    /// GiB/s of those that did not sleep, where they can be told apart.
    pub awake: Option<Estimate>,
    /// The least part of a run's calls that slept, and the greatest.
    pub slept: Option<[f64; 2]>,
    /// The part that slept in the median of the runs.
    pub usually_slept: Option<f64>,
    /// What such a call took in microseconds.
    pub slept_us: Option<f64>,
    /// Which part of the runs' time went to calls during which an end was off its CPU.
    pub off: f64,
}

impl Figures {
    /// The distance between the CPUs at which most runs were made.
    pub fn usual_distance(&self) -> Option<Distance> {
        let mut runs: BTreeMap<Distance, usize> = BTreeMap::new();
        for distance in self.runs().iter().filter_map(Run::distance) {
            *runs.entry(distance).or_default() += 1;
        }
        let most = runs.into_iter().max_by_key(|(_, runs)| *runs);
        most.map(|(distance, _)| distance)
    }

    /// The calls of `group/name` at the machine's usual distance. Nothing where none were
    /// timed there.
    pub fn calls(&self, name: &str) -> Option<Calls> {
        self.calls_at(self.usual_distance()?, name)
    }

    /// Those at one distance.
    pub fn calls_at(&self, distance: Distance, name: &str) -> Option<Calls> {
        let runs: Vec<&Run> = self
            .runs()
            .iter()
            .filter(|run| run.full_name() == name)
            .filter(|run| run.distance() == Some(distance) && run.histogram.is_some())
            .collect();
        let means: Vec<f64> = runs.iter().map(|run| run.gib_per_s).collect();
        let mean = Estimate::of(&means)?;
        let awake: Vec<f64> = runs.iter().filter_map(|run| run.awake_gib_per_s).collect();
        let slept: Vec<f64> = runs.iter().filter_map(|run| run.slept).collect();
        let slept_us: Vec<f64> = runs.iter().filter_map(|run| run.slept_us).collect();
        Some(Calls {
            distance,
            runs: runs.len(),
            mean,
            bins: parts(&runs),
            awake: Estimate::of(&awake),
            slept: least_and_most(&slept),
            usually_slept: (!slept.is_empty()).then(|| median(&slept)),
            slept_us: (!slept_us.is_empty()).then(|| median(&slept_us)),
            off: off(&runs),
        })
    }
}

fn least_and_most(shares: &[f64]) -> Option<[f64; 2]> {
    let least = shares.iter().copied().min_by(f64::total_cmp)?;
    let most = shares.iter().copied().max_by(f64::total_cmp)?;
    Some([least, most])
}

fn off(runs: &[&Run]) -> f64 {
    let histograms = runs.iter().filter_map(|run| run.histogram.as_ref());
    let (mut off, mut all) = (0.0, 0.0);
    for (time, calls) in histograms.flat_map(Coarse::bins) {
        all += time * calls as f64;
        if time >= OFF_THE_CPU {
            off += time * calls as f64;
        }
    }
    off / all
}

fn parts(runs: &[&Run]) -> Vec<(f64, f64)> {
    let mut parts: BTreeMap<u64, f64> = BTreeMap::new();
    for histogram in runs.iter().filter_map(|run| run.histogram.as_ref()) {
        let all: u64 = histogram.bins().map(|(_, calls)| calls).sum();
        for (time, calls) in histogram.bins() {
            *parts.entry(time as u64).or_default() += calls as f64 / all as f64 / runs.len() as f64;
        }
    }
    let parts = parts.into_iter();
    parts.map(|(time, part)| (time as f64, part)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(round: u32, hand_over_ns: f64, histogram: &str, awake: f64, slept: f64) -> Run {
        Run {
            round,
            group: "stages".into(),
            name: "stage2".into(),
            hand_over_ns: Some(hand_over_ns),
            hand_over_after_ns: Some(hand_over_ns),
            awake_gib_per_s: Some(awake),
            slept: Some(slept),
            slept_us: Some(50.0),
            histogram: Some(histogram.parse().unwrap()),
            ..Run::default()
        }
    }

    #[test]
    fn runs_of_one_distance_weigh_the_same() {
        let figures = Figures::of(vec![
            run(1, 40.0, "8000:1 50000:1", 30.0, 0.5),
            run(2, 45.0, "8000:900 50000:100", 32.0, 0.1),
            run(3, 190.0, "9000:5", 20.0, 0.0),
        ]);
        let calls = figures.calls("stages/stage2").unwrap();
        assert_eq!((calls.distance, calls.runs), (Distance::Near, 2));
        let [(awake, part), (slept, rest)] = calls.bins[..] else {
            panic!("{calls:?}");
        };
        assert_eq!((awake, slept), (8000.0, 50000.0));
        assert!((part - 0.7).abs() < 1e-9 && (rest - 0.3).abs() < 1e-9);
        assert_eq!(calls.slept, Some([0.1, 0.5]));
        assert_eq!(calls.usually_slept, Some(0.3));
        assert_eq!(calls.awake.unwrap().median, 31.0);
        assert_eq!(calls.off, 0.0);
        let far = figures.calls_at(Distance::Far, "stages/stage2").unwrap();
        assert_eq!(far.awake.unwrap().median, 20.0);
        assert_eq!(figures.calls("stages/stage3"), None);
    }
}
