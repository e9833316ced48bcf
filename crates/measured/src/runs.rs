//! runs.csv: one row per run.

use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use bench::hand_over::Distance;

use crate::coarse::Coarse;
use crate::numbers::{Number, decimals_if_any};
use crate::parsing::parse;
use crate::row::Row;
use crate::{plan, rows};

/// The file's name in a machine's folder.
pub const FILE: &str = "runs.csv";

/// The columns.
pub(crate) const HEADER: &[u8] =
    b"round,group,name,gib_per_s,bytes,stolen,cpus,hand_over_ns,hand_over_after_ns,\
    awake_gib_per_s,slept,slept_us,calls,reader_sleeps,writer_sleeps,histogram,command\n";

/// One run of one configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Which round it belongs to, from 1.
    pub round: u32,
    /// The configuration's group.
    pub group: String,
    /// The configuration's name in its group.
    pub name: String,
    /// GiB per second.
    pub gib_per_s: f64,
    /// How many bytes went through.
    pub bytes: u64,
    /// The part of the run's CPU time that the hypervisor gave to others.
    pub stolen: f64,
    /// The CPU of the writing end and that of the reading end, as in `0,1`.
    pub cpus: String,
    /// Nanoseconds for a word from CPU to CPU, just before; older files tell of neither this
    /// nor what follows.
    #[serde(serialize_with = "decimals_if_any::<1, _>")]
    pub hand_over_ns: Option<f64>,
    /// The same just after: on a VM that can change.
    #[serde(serialize_with = "decimals_if_any::<1, _>")]
    pub hand_over_after_ns: Option<f64>,
    /// GiB per second of the calls that did not sleep, where they can be told apart.
    #[serde(serialize_with = "decimals_if_any::<3, _>")]
    pub awake_gib_per_s: Option<f64>,
    /// The part of the calls that slept.
    #[serde(serialize_with = "decimals_if_any::<4, _>")]
    pub slept: Option<f64>,
    /// What each of those took in microseconds, in the mean.
    #[serde(serialize_with = "decimals_if_any::<2, _>")]
    pub slept_us: Option<f64>,
    /// How many calls the reader made, without the first.
    pub calls: Option<u64>,
    /// How often the reader gave its CPU away meanwhile.
    pub reader_sleeps: Option<u64>,
    /// How often the writer did.
    pub writer_sleeps: Option<u64>,
    /// How long the reader's calls took.
    pub histogram: Option<Coarse>,
    /// What ran, as one would type it.
    pub command: String,
}

impl Row for Run {
    fn numbers(&self) -> Vec<Number> {
        let count = |column, count: Option<u64>| count.map(|it| Number::count(column, it as f64));
        let optional = [
            self.hand_over_ns.map(|it| Number::time("hand_over_ns", it)),
            self.hand_over_after_ns
                .map(|it| Number::time("hand_over_after_ns", it)),
            self.awake_gib_per_s
                .map(|it| Number::speed("awake_gib_per_s", it)),
            self.slept.map(|it| Number::part("slept", it)),
            self.slept_us.map(|it| Number::time("slept_us", it)),
            count("calls", self.calls),
            count("reader_sleeps", self.reader_sleeps),
            count("writer_sleeps", self.writer_sleeps),
        ];
        let always = [
            Number::some("round", self.round.into()),
            Number::speed("gib_per_s", self.gib_per_s),
            Number::some("bytes", self.bytes),
            Number::part("stolen", self.stolen),
        ];
        always
            .into_iter()
            .chain(optional.into_iter().flatten())
            .collect()
    }

    fn holds(&self) -> Vec<String> {
        vec![self.full_name()]
    }
}

impl Run {
    /// As `group/name`.
    pub fn full_name(&self) -> String {
        plan::full_name(&self.group, &self.name)
    }

    /// How far apart the CPUs were; nothing where they moved meanwhile, or nobody knows.
    pub fn distance(&self) -> Option<Distance> {
        Distance::all_along(self.hand_over_ns, self.hand_over_after_ns)
    }
}

/// Reads all whole rows; no file is no rows.
///
/// # Errors
///
/// When the file cannot be read, or has a row that cannot be; with its line.
pub fn read(path: &Path) -> Result<Vec<Run>> {
    let read = || {
        let bytes = rows::read(path)?.unwrap_or_default();
        parse(path, whole_rows(&bytes))
    };
    read().map_err(|error| rows::with_advice(&error, "make measure"))
}

/// All but what follows the last line end: that was cut off when the writer was killed.
pub(crate) fn whole_rows(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|&byte| byte == b'\n');
    &bytes[..end.map_or(0, |end| end + 1)]
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn rows_of_before_the_calls_were_timed_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let old =
            "round,group,name,gib_per_s,bytes,stolen,cpus,command\n1,a,b,3.7,1,0.0,\"0,1\",c\n";
        fs::write(&path, old).unwrap();
        let rows = read(&path).unwrap();
        assert_eq!((rows[0].gib_per_s, rows[0].distance()), (3.7, None));
    }

    #[test]
    fn no_file_is_no_runs_and_junk_is_an_error() {
        assert_eq!(read(Path::new("/nonexistent/runs.csv")).unwrap(), []);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::write(&path, "round,group\n1,2\n").unwrap();
        assert!(format!("{:#}", read(&path).unwrap_err()).contains(":2: missing field `name`"));
    }
}
