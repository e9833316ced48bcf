//! A machine's figures: GiB/s by `group/name`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use bench::hand_over::Distance;

use crate::rounds::Rounds;
use crate::runs::{self, Run};
use crate::statistics::Estimate;
use crate::{beyond, plan};

/// A machine's runs, and what follows from them.
pub struct Figures {
    runs: Vec<Run>,
    /// GiB/s by `group/name` and round.
    rounds: Rounds,
    /// The same of the calls that did not sleep.
    awake: Rounds,
}

impl Figures {
    /// Reads a machine's folder; one without runs has no figures.
    ///
    /// # Errors
    ///
    /// When its runs.csv is something else.
    pub fn read(folder: &Path) -> Result<Figures> {
        Ok(Figures::of(runs::read(&folder.join(runs::FILE))?))
    }

    /// These, and what was measured past stage 5, under `beyond/`.
    ///
    /// # Errors
    ///
    /// When that file is something else.
    pub fn with_beyond(mut self, folder: &Path) -> Result<Figures> {
        let rows = beyond::LADDER.read(folder)?.unwrap_or_default();
        self.rounds.extend(
            rows.into_iter()
                .map(|row| (format!("beyond/{}", row.name), row.round, row.gib_per_s)),
        );
        Ok(self)
    }

    /// The figures of these runs.
    pub fn of(runs: Vec<Run>) -> Figures {
        let rounds = runs
            .iter()
            .map(|run| (run.full_name(), run.round, run.gib_per_s));
        let rounds = rounds.collect();
        let awake = runs
            .iter()
            .filter_map(|run| Some((run.full_name(), run.round, run.awake_gib_per_s?)))
            .collect();
        Figures {
            runs,
            rounds,
            awake,
        }
    }

    /// Those of each distance between the CPUs that occurred, the nearest first. Runs
    /// during which they moved are in none.
    pub fn by_distance(&self) -> Vec<(Distance, Figures)> {
        let mut runs: BTreeMap<Distance, Vec<Run>> = BTreeMap::new();
        for run in &self.runs {
            if let Some(distance) = run.distance() {
                runs.entry(distance).or_default().push(run.clone());
            }
        }
        let figures = runs.into_iter();
        figures
            .map(|(distance, runs)| (distance, Figures::of(runs)))
            .collect()
    }

    /// All runs, as they were made.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The names of a group, in the order in which they were planned.
    pub fn group(&self, group: &str) -> Vec<String> {
        let planned: Vec<String> = plan::configurations(false)
            .iter()
            .map(plan::Configuration::full_name)
            .collect();
        let in_group = |name: &&str| name.split('/').next() == Some(group);
        let names = self.rounds.names().filter(in_group);
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort_by_key(|name| planned.iter().position(|planned| planned == name));
        names
    }

    /// GiB/s of `group/name`.
    pub fn estimate(&self, name: &str) -> Option<Estimate> {
        self.rounds.estimate(name)
    }

    /// GiB/s of the calls of `group/name` that did not sleep; at one distance it means
    /// most (see [`Figures::by_distance`]).
    pub fn awake(&self, name: &str) -> Option<Estimate> {
        self.awake.estimate(name)
    }

    /// How many times as fast `name` is as `other`, taken round by round.
    pub fn times(&self, name: &str, other: &str) -> Option<f64> {
        self.rounds.times(name, other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_stands_in_the_order_of_its_plan() {
        let run = |name: &str, hand_over_ns| Run {
            round: 1,
            group: "stages".into(),
            name: name.into(),
            gib_per_s: 1.0,
            hand_over_ns: Some(hand_over_ns),
            awake_gib_per_s: Some(2.0),
            ..Run::default()
        };
        let figures = Figures::of(vec![run("stage2", 40.0), run("stage1", 180.0)]);
        assert_eq!(figures.group("stages"), ["stages/stage1", "stages/stage2"]);
        assert_eq!(figures.group("ablation"), [""; 0]);
        let at = figures.by_distance();
        assert_eq!(at[0].0, Distance::Near);
        assert_eq!(at[0].1.group("stages"), ["stages/stage2"]);
        assert_eq!(at[1].1.awake("stages/stage1").unwrap().median, 2.0);
    }
}
