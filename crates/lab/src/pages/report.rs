//! The costs as tables for people.

use std::fmt::Write;

use comfy_table::{Cell, CellAlignment, Row, Table, presets};
use common::{page_size, size};

use super::costs::{Costs, Key, Summary};
use super::pipeful::{MOST, Pipeful};

/// The medians, and what the words mean.
pub fn tables(costs: &Costs, pipe: &Pipeful, cpu: usize, rounds: u64) -> String {
    let summaries: Vec<(Key, Summary)> = costs.summaries().collect();
    let mut text = format!(
        "Nanoseconds for each page, the median of {rounds} rounds on CPU {cpu}.\n\n\
         vmsplice(2) into a pipe that nobody else uses:\n{}\n\n\
         splice(2) of the full pipe to /dev/null, not part of the above:\n{}\n",
        table("vmsplice", &summaries),
        table("splice", &summaries),
    );
    text += "\ntouched    written before: the memory has pages of its own\n\
             untouched  never written, but passed before: all of it is the kernel's page of zeros\n\
             new        neither: the kernel has to find a page first\n";
    if pipe.is_limited() {
        let _ = writeln!(
            text,
            "\nYour pipes end at {} slots. To see calls of 512 pages, until the next start:\n\
             echo {} | sudo tee /proc/sys/fs/pipe-max-size",
            pipe.pages(),
            MOST * page_size()
        );
    }
    text
}

/// A column for each kind of memory, a row for each number of pages in a call.
fn table(call: &str, summaries: &[(Key, Summary)]) -> Table {
    let of_call = || summaries.iter().filter(|(key, _)| key.call == call);
    let mut columns: Vec<_> = of_call().map(|(key, _)| (key.page, key.past)).collect();
    columns.dedup();
    let mut rows: Vec<_> = of_call().map(|(key, _)| key.pages_per_call).collect();
    rows.sort_unstable();
    rows.dedup();

    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let heads = columns
        .iter()
        .map(|(page, past)| format!("{}\n{}", size::format(*page as u64), past.name()));
    table.set_header(right(
        ["pages\nper call".to_owned()].into_iter().chain(heads),
    ));
    for row in rows {
        let costs = columns.iter().map(|&(page, past)| {
            of_call()
                .find(|(key, _)| (key.page, key.past, key.pages_per_call) == (page, past, row))
                .map_or(String::new(), |(_, summary)| {
                    format!("{:.1}", summary.median)
                })
        });
        table.add_row(right([row.to_string()].into_iter().chain(costs)));
    }
    table
}

fn right(cells: impl Iterator<Item = String>) -> Row {
    Row::from(
        cells
            .map(|cell| Cell::new(cell).set_alignment(CellAlignment::Right))
            .collect::<Vec<_>>(),
    )
}
