//! The runs as rows in a machine's folder.

use std::path::Path;

use anyhow::Result;
use measured::beyond::{
    BESIDE, FIZZBUZZ, FIZZBUZZ_ASLEEP, LADDER, Speed, WAITING, WITHOUT_VMSPLICE, Wait,
};
use measured::rows::{Beside, Rows};

use super::run::Run;
use super::tables::Table;

/// Makes sure that the folder will take the runs, before they take their minutes.
///
/// # Errors
///
/// When what is there cannot be read.
pub fn check(table: Table, folder: &Path) -> Result<()> {
    match speeds(table) {
        Some(file) => file.read(folder).map(drop),
        None => WAITING.read(folder).map(drop),
    }
}

/// Writes the runs in the place of those there, or beside them, where they lack some.
///
/// # Errors
///
/// When they cannot be written.
pub fn keep(table: Table, folder: &Path, runs: &[Run]) -> Result<Option<Beside>> {
    match speeds(table) {
        Some(file) => {
            let rows = runs.iter().map(|run| Speed {
                round: run.round,
                name: run.name.clone(),
                gib_per_s: run.figures[0],
                hand_over_ns: run.hand_over,
                hand_over_after_ns: run.hand_over_after,
                awake_gib_per_s: run.awake,
            });
            file.replace(folder, &rows.collect::<Vec<_>>())
        }
        None => {
            let rows = runs.iter().map(|run| Wait {
                round: run.round,
                name: run.name.clone(),
                median_us: run.figures[0],
                p99_us: run.figures[1],
                hand_over_ns: run.hand_over,
            });
            WAITING.replace(folder, &rows.collect::<Vec<_>>())
        }
    }
}

/// The file of a table of speeds; the other has times.
fn speeds(table: Table) -> Option<&'static Rows<Speed>> {
    match table {
        Table::Ladder => Some(&LADDER),
        Table::WithoutVmsplice => Some(&WITHOUT_VMSPLICE),
        Table::Beside => Some(&BESIDE),
        Table::Fizzbuzz => Some(&FIZZBUZZ),
        Table::FizzbuzzAsleep => Some(&FIZZBUZZ_ASLEEP),
        Table::Waiting => None,
    }
}
