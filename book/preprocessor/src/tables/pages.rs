//! What it costs to put a page into a pipe.

use std::fmt::Write;
use std::path::Path;

use anyhow::Result;
use measured::pages::COSTS;

/// Nanoseconds per page of vmsplice(2), by how many pages a call hands over:
/// a column for each kind of memory.
///
/// # Errors
///
/// When the file is something else.
pub fn pages(machine: &Path) -> Result<Option<String>> {
    let Some(mut rows) = COSTS.read(machine)? else {
        return Ok(None);
    };
    rows.retain(|row| row.call == "vmsplice");
    let mut kinds: Vec<(u64, &str)> = Vec::new();
    let mut counts: Vec<u64> = Vec::new();
    for row in &rows {
        if !kinds.contains(&(row.page_size, &row.memory)) {
            kinds.push((row.page_size, &row.memory));
        }
        if !counts.contains(&row.pages_per_call) {
            counts.push(row.pages_per_call);
        }
    }
    let header: Vec<String> = kinds
        .iter()
        .map(|(size, memory)| format!("{} pages, {memory}", common::size::format(*size)))
        .collect();
    let mut table = format!(
        "\n| pages per call | {} |\n|---:|{}\n",
        header.join(" | "),
        "---:|".repeat(kinds.len())
    );
    for count in counts {
        let cells = kinds.iter().map(|&(size, memory)| {
            rows.iter()
                .find(|row| {
                    (row.page_size, row.memory.as_str(), row.pages_per_call)
                        == (size, memory, count)
                })
                .map_or(String::new(), |row| format!("{:.0}", row.ns_per_page))
        });
        let cells: Vec<String> = cells.collect();
        let _ = writeln!(table, "| {count} | {} |", cells.join(" | "));
    }
    Ok(Some(table))
}
