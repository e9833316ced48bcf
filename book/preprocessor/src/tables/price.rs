//! What a slot costs on its way, part by part, beside what it takes in all.

use std::fmt::Write;
use std::path::Path;

use anyhow::Result;
use bench::hand_over::Distance;
use measured::beyond::{LADDER, PRICE, Price};
use measured::rounds::Rounds;
use measured::statistics;
use measured::words::figure;

use super::distance::apart;

/// A kind of slot, its bytes, and the writer of the ladder that has such.
const SLOTS: [(&str, f64, &str); 3] = [
    ("page", 4096.0, "yes"),
    ("lent", 4096.0, "lend-once"),
    ("large", 32768.0, "slots"),
];
const PARTS: [(&str, &str); 4] = [
    ("lend", "lend it: `vmsplice`, from a huge page"),
    ("tee", "duplicate it: `tee`"),
    ("move", "move it on: `splice` into a pipe"),
    ("drop", "let it go: `splice` to `/dev/null`"),
];
/// How many share a call there.
const SLOTS_PER_CALL: f64 = 256.0;

/// In nanoseconds: a column for each kind of slot, and one for a call.
///
/// # Errors
///
/// When a file is something else.
pub fn price(machine: &Path) -> Result<Option<String>> {
    let Some(rows) = PRICE.read(machine)? else {
        return Ok(None);
    };
    let median = |part: &str, slot: &str, of: fn(&Price) -> f64| {
        let name = format!("{part}/{slot}");
        let own = rows.iter().filter(|row| row.name == name);
        let figures: Vec<f64> = own.map(of).collect();
        (!figures.is_empty()).then(|| statistics::median(&figures))
    };
    let slot_ns = |part, slot| median(part, slot, |row| row.slot_ns);
    let call_ns = |part, slot| median(part, slot, |row| row.call_ns);
    let mut table = String::from(
        "\n| nanoseconds | a slot of a page | of a lent page | of eight pages | a call |\n|---|---:|---:|---:|---:|\n",
    );
    let mut row = |words: &str, cells: &[Option<f64>]| {
        let cells = cells.iter().map(|cell| cell.map_or(String::new(), figure));
        let cells: Vec<String> = cells.collect();
        let _ = writeln!(table, "| {words} | {} |", cells.join(" | "));
    };
    for (part, words) in PARTS {
        let mut cells = SLOTS.map(|(slot, ..)| slot_ns(part, slot)).to_vec();
        cells.push(call_ns(part, "lent"));
        row(words, &cells);
    }
    let under_the_lock = SLOTS.map(|(slot, ..)| {
        let of = |part| Some(slot_ns(part, slot)? + call_ns(part, slot)? / SLOTS_PER_CALL);
        Some(of("move")? + of("drop")?)
    });
    row(
        "moved on and let go, with a share of both calls",
        &under_the_lock,
    );
    let speeds = LADDER.read(machine)?.unwrap_or_default();
    let near = apart(&speeds).remove(&Distance::Near).unwrap_or_default();
    let near: Rounds = near.into_iter().collect();
    let in_all = SLOTS.map(|(_, bytes, writer)| {
        let bytes_per_ns = near.median(writer)? * f64::from(1 << 30) / 1e9;
        Some(bytes / bytes_per_ns)
    });
    row("in all, with both ends at work, near", &in_all);
    Ok(Some(table))
}
