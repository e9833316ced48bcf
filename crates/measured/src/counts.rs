//! What `make perf` counts: what each end of a stage asks of the kernel.

use serde::{Deserialize, Serialize};

use crate::numbers::{Number, decimals, decimals_if_any};
use crate::row::Row;
use crate::rows::Rows;

/// The counts of all stages.
pub const COUNTS: Rows<Counts> = Rows::new("perf/counts.csv", "make perf");

/// What one end of a stage did, for each GiB.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// As in `stage1`.
    pub stage: String,
    /// `write` or `read`.
    pub end: String,
    /// What ran there.
    pub program: String,
    /// How many bytes it moved.
    pub bytes: u64,
    /// Where tracepoints may be read.
    #[serde(serialize_with = "decimals_if_any::<1, _>")]
    pub system_calls_per_gib: Option<f64>,
    /// All of them, the program's loading included.
    #[serde(serialize_with = "decimals::<1, _>")]
    pub page_faults_per_gib: f64,
    /// It went to sleep.
    #[serde(serialize_with = "decimals::<1, _>")]
    pub voluntary_switches_per_gib: f64,
    /// It was sent away.
    #[serde(serialize_with = "decimals::<1, _>")]
    pub involuntary_switches_per_gib: f64,
    /// How often it woke another; where tracepoints may be read.
    #[serde(serialize_with = "decimals_if_any::<1, _>")]
    pub wakeups_per_gib: Option<f64>,
}

impl Row for Counts {
    fn numbers(&self) -> Vec<Number> {
        let counts = [
            ("system_calls_per_gib", self.system_calls_per_gib),
            ("page_faults_per_gib", Some(self.page_faults_per_gib)),
            (
                "voluntary_switches_per_gib",
                Some(self.voluntary_switches_per_gib),
            ),
            (
                "involuntary_switches_per_gib",
                Some(self.involuntary_switches_per_gib),
            ),
            ("wakeups_per_gib", self.wakeups_per_gib),
        ];
        let counts = counts
            .into_iter()
            .filter_map(|(column, count)| Some(Number::count(column, count?)));
        [Number::some("bytes", self.bytes)]
            .into_iter()
            .chain(counts)
            .collect()
    }

    fn holds(&self) -> Vec<String> {
        let end = format!("{} {}", self.stage, self.end);
        let system_calls = self.system_calls_per_gib.is_some();
        let wakeups = self.wakeups_per_gib.is_some();
        let counted = [
            (true, end.clone()),
            (system_calls, format!("{end}: system calls")),
            (wakeups, format!("{end}: wake-ups")),
        ];
        let counted = counted.into_iter().filter(|(counted, _)| *counted);
        counted.map(|(_, what)| what).collect()
    }
}
