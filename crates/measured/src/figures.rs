//! A machine's figures: GiB/s by `group/name`.

use std::path::Path;

use anyhow::Result;

use crate::rounds::Rounds;
use crate::runs::{self, Run};
use crate::statistics::Estimate;
use crate::{beyond, plan};

/// A machine's runs, and what follows from them.
pub struct Figures {
    runs: Vec<Run>,
    /// GiB/s by `group/name` and round.
    rounds: Rounds,
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
            .map(|run| {
                (
                    format!("{}/{}", run.group, run.name),
                    run.round,
                    run.gib_per_s,
                )
            })
            .collect();
        Figures { runs, rounds }
    }

    /// All runs, as they were made.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// All names, as `group/name`.
    pub fn names(&self) -> Vec<String> {
        self.rounds.names().map(str::to_owned).collect()
    }

    /// The names of a group, in the order in which they were planned.
    pub fn group(&self, group: &str) -> Vec<String> {
        let planned: Vec<String> = plan::configurations(false)
            .iter()
            .map(|planned| format!("{}/{}", planned.group, planned.name))
            .collect();
        let in_group = |name: &&str| name.split('/').next() == Some(group);
        let names = self.rounds.names().filter(in_group);
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort_by_key(|name| planned.iter().position(|planned| planned == name));
        names
    }

    /// The values of `group/name` in GiB/s, round by round.
    pub fn values(&self, name: &str) -> Vec<f64> {
        self.rounds.values(name)
    }

    /// GiB/s of `group/name`.
    pub fn estimate(&self, name: &str) -> Option<Estimate> {
        self.rounds.estimate(name)
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
        let run = |name: &str| Run {
            round: 1,
            group: "stages".into(),
            name: name.into(),
            gib_per_s: 1.0,
            bytes: 1 << 30,
            stolen: 0.0,
            cpus: "0,1".into(),
            command: String::new(),
        };
        let figures = Figures::of(vec![run("stage2"), run("stage1")]);
        assert_eq!(figures.group("stages"), ["stages/stage1", "stages/stage2"]);
        assert_eq!(figures.group("ablation"), [""; 0]);
    }
}
