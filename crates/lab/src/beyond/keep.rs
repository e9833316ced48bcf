//! The runs as rows in a machine's folder.

use std::path::Path;

use anyhow::Result;
use measured::beyond::{
    BESIDE, FIZZBUZZ, FIZZBUZZ_ASLEEP, LADDER, PRICE, Price, Speed, WAITING, WITHOUT_VMSPLICE, Wait,
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
    match file(table) {
        File::Speeds(file) => file.read(folder).map(drop),
        File::Waits => WAITING.read(folder).map(drop),
        File::Prices => PRICE.read(folder).map(drop),
    }
}

/// Writes the runs in the place of those there, or beside them, where they lack some.
///
/// # Errors
///
/// When they cannot be written.
pub fn keep(table: Table, folder: &Path, runs: &[Run]) -> Result<Option<Beside>> {
    match file(table) {
        File::Speeds(file) => {
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
        File::Waits => {
            let rows = runs.iter().map(|run| Wait {
                round: run.round,
                name: run.name.clone(),
                median_us: run.figures[0],
                p99_us: run.figures[1],
                hand_over_ns: run.hand_over,
            });
            WAITING.replace(folder, &rows.collect::<Vec<_>>())
        }
        File::Prices => {
            let rows = runs.iter().map(|run| Price {
                round: run.round,
                name: run.name.clone(),
                slot_ns: run.figures[0],
                call_ns: run.figures[1],
            });
            PRICE.replace(folder, &rows.collect::<Vec<_>>())
        }
    }
}

enum File {
    Speeds(&'static Rows<Speed>),
    Waits,
    Prices,
}

fn file(table: Table) -> File {
    match table {
        Table::Ladder => File::Speeds(&LADDER),
        Table::WithoutVmsplice => File::Speeds(&WITHOUT_VMSPLICE),
        Table::Beside => File::Speeds(&BESIDE),
        Table::Fizzbuzz => File::Speeds(&FIZZBUZZ),
        Table::FizzbuzzAsleep => File::Speeds(&FIZZBUZZ_ASLEEP),
        Table::Waiting => File::Waits,
        Table::Price => File::Prices,
    }
}
