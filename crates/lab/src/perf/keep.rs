//! The counts as rows in a machine's folder.

use std::path::Path;

use anyhow::Result;
use bench::stages::Stage;
use measured::counts::{COUNTS, Counts as Row};
use measured::rows::Beside;

use super::counts::Counts;
use super::end::End;

/// Makes sure that the folder will take the counts, before they take their minutes.
///
/// # Errors
///
/// When what is there cannot be read.
pub fn check(folder: &Path) -> Result<()> {
    COUNTS.read(folder).map(drop)
}

/// Writes the stages' rows in the place of those they had, or beside them, where those
/// say more.
///
/// # Errors
///
/// When the file cannot be written, or what is there cannot be read.
pub fn write(folder: &Path, stages: &[(&Stage, [Counts; 2])]) -> Result<Option<Beside>> {
    let new = stages.iter().flat_map(|(stage, counts)| {
        let ends = End::BOTH.iter().zip(counts);
        ends.map(|(end, counts)| row(counts, stage, *end))
    });
    let new: Vec<Row> = new.collect();
    let mut rows = COUNTS.read(folder)?.unwrap_or_default();
    rows.retain(|row| new.iter().all(|new| new.stage != row.stage));
    rows.extend(new);
    // The stages in their order, and the writing end first.
    rows.sort_by(|one, other| one.stage.cmp(&other.stage));
    COUNTS.replace(folder, &rows)
}

fn row(counts: &Counts, stage: &Stage, end: End) -> Row {
    let per_gib = |count: u64| count as f64 / (counts.bytes as f64 / (1u64 << 30) as f64);
    Row {
        stage: format!("stage{}", stage.number),
        end: end.name().to_owned(),
        program: end.program(stage).to_owned(),
        bytes: counts.bytes,
        system_calls_per_gib: counts.system_calls.map(per_gib),
        page_faults_per_gib: per_gib(counts.page_faults),
        voluntary_switches_per_gib: per_gib(counts.voluntary_switches),
        involuntary_switches_per_gib: per_gib(counts.involuntary_switches),
        wakeups_per_gib: counts.wakeups.map(per_gib),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    use bench::stages::STAGES;

    fn counts(system_calls: Option<u64>) -> [Counts; 2] {
        [1, 2].map(|_| Counts {
            bytes: 1 << 30,
            system_calls,
            page_faults: 7,
            voluntary_switches: 0,
            involuntary_switches: 0,
            wakeups: None,
        })
    }

    #[test]
    fn rows_of_a_stage_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        for (stage, calls) in [(2, Some(1)), (1, None), (2, Some(5))] {
            let stages = [(&STAGES[stage - 1], counts(calls))];
            assert_eq!(write(folder.path(), &stages).unwrap(), None);
        }
        let path = folder.path().join("perf/counts.csv");
        let text = fs::read_to_string(&path).unwrap();
        let rows: Vec<_> = text.lines().collect();
        assert_eq!(
            rows[1..],
            [
                "stage1,write,stage1-write,1073741824,,7.0,0.0,0.0,",
                "stage1,read,stage1-read,1073741824,,7.0,0.0,0.0,",
                "stage2,write,stage2-write,1073741824,5.0,7.0,0.0,0.0,",
                "stage2,read,stage1-read,1073741824,5.0,7.0,0.0,0.0,",
            ]
        );
        // Without root there are no system calls, and those of before stay.
        let less = [(&STAGES[0], counts(None)), (&STAGES[1], counts(None))];
        let beside = write(folder.path(), &less).unwrap().unwrap();
        assert_eq!(
            beside.lacking,
            ["stage2 read: system calls", "stage2 write: system calls"]
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }

    #[test]
    fn what_cannot_be_read_is_named_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("perf/counts.csv");
        fs::create_dir(folder.path().join("perf")).unwrap();
        fs::write(&path, b"\xff\n").unwrap();
        let stages = [(&STAGES[0], counts(None))];
        for error in [
            check(folder.path()),
            write(folder.path(), &stages).map(drop),
        ] {
            let error = format!("{:#}", error.unwrap_err());
            assert!(
                error.contains("perf/counts.csv:1: ") && error.contains("make perf"),
                "{error}"
            );
        }
        assert_eq!(fs::read(&path).unwrap(), b"\xff\n");
    }
}
