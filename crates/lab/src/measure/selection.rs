//! What of the plan can be measured with the two ends where they are.

use std::collections::HashSet;

use bench::nearness::Nearness;
use bench::placement::Placement;
use measured::measurement::Missing;
use measured::plan::{self, Configuration, Subject};
use measured::unfinished::Unfinished;

use crate::attempts::Failed;

/// The configurations to measure, and those that this placement leaves out.
pub struct Selection {
    chosen: Vec<Configuration>,
    left_out: Vec<Missing>,
}

impl Selection {
    /// Two ends need two CPUs to be measured on two. On one, there is so little
    /// to measure that the short form has it all.
    pub fn new(quick: bool, placement: &Placement) -> Selection {
        let one_cpu = placement.nearness == Nearness::OneCpu;
        let (chosen, left_out): (Vec<_>, Vec<_>) = plan::configurations(quick && !one_cpu)
            .into_iter()
            .partition(|configuration| !one_cpu || fits_on_one(&configuration.subject));
        let why = format!(
            "each end needs a CPU to itself there, and both are on CPU {} here",
            placement.writer
        );
        let missing = |configuration: &Configuration| Missing {
            name: configuration.full_name(),
            why: why.clone(),
        };
        Selection {
            left_out: left_out.iter().map(missing).collect(),
            chosen,
        }
    }

    /// What has not been measured in every round.
    pub fn pending(&self, measurement: &Unfinished, rounds: u32) -> Vec<&Configuration> {
        let done: HashSet<_> = measurement
            .runs()
            .iter()
            .map(|run| (run.round, run.full_name()))
            .collect();
        let is_done = |configuration: &Configuration| {
            (1..=rounds).all(|round| done.contains(&(round, configuration.full_name())))
        };
        self.chosen.iter().filter(|it| !is_done(it)).collect()
    }

    /// What there are no figures of, or too few, and why.
    pub fn missing(&self, failed: &[Failed<&Configuration>]) -> Vec<Missing> {
        let failed = failed.iter().map(|failed| Missing {
            name: failed.subject.full_name(),
            why: failed.why.clone(),
        });
        self.left_out.iter().cloned().chain(failed).collect()
    }
}

fn fits_on_one(subject: &Subject) -> bool {
    !matches!(subject, Subject::Pipe { one_cpu: false, .. })
}
