//! How long a stage's calls took, as a picture.

use bench::bar::bar;
use bench::humps::Humps;
use common::{Bin, size};

use super::table::Result;

/// Rows for each doubling of the time.
const ROWS: f64 = 2.0;
/// Rows with a smaller part of the calls at the top and the bottom are left out.
const VISIBLE: f64 = 0.002;

/// A row for each half of a doubling, and what it shows.
pub fn picture(result: &Result) -> String {
    let calls = &result.reading.calls;
    let all: Vec<(f64, Bin)> = calls.histogram.bins().collect();
    let count: u64 = all.iter().map(|(_, bin)| bin.calls).sum();
    let part = |row: i32| {
        let in_row = all.iter().filter(|(time, _)| row_of(*time) == row);
        in_row.map(|(_, bin)| bin.calls).sum::<u64>() as f64 / count as f64
    };
    let rows: Vec<i32> = all.iter().map(|(time, _)| row_of(*time)).collect();
    let visible = || rows.iter().copied().filter(|&row| part(row) >= VISIBLE);
    let (Some(first), Some(last)) = (visible().min(), visible().max()) else {
        return String::new();
    };
    let most = (first..=last).map(part).fold(0.0, f64::max);
    let mut text = format!(
        "\nHow long its {} calls took, each asking for {}:\n\n",
        calls.calls,
        size::format(result.reading.throughput.buf_size as u64)
    );
    for row in first..=last {
        let part = part(row);
        let bar = if part >= VISIBLE / 10.0 {
            bar(part / most, 40)
        } else {
            String::new()
        };
        let percent = if part >= VISIBLE {
            format!(" {:.1}%", 100.0 * part)
        } else {
            String::new()
        };
        text += &format!(
            "{:>9} {bar}{percent}\n",
            time((f64::from(row) / ROWS).exp2())
        );
    }
    text + "\n" + &words(result)
}

fn row_of(nanoseconds: f64) -> i32 {
    (nanoseconds.log2() * ROWS).floor() as i32
}

/// With two digits and a unit.
fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        it if it < 1e3 => format!("{it:.0} ns"),
        it if it < 1e4 => format!("{:.1} us", it / 1e3),
        it if it < 1e6 => format!("{:.0} us", it / 1e3),
        it => format!("{:.1} ms", it / 1e6),
    }
}

/// What the humps are.
fn words(result: &Result) -> String {
    let slept =
        |share: f64, median: f64| format!("{:.0}% slept, {} each", 100.0 * share, time(median));
    match &result.humps {
        Humps::Both {
            awake,
            slept: asleep,
        } => format!(
            "awake: {} a call, {:.1} GiB/s; {}\n",
            time(awake.median),
            awake.gib_per_s,
            slept(asleep.share, asleep.median)
        ),
        Humps::Awake(awake) => format!(
            "awake: {} a call, {:.1} GiB/s; none slept\n",
            time(awake.median),
            awake.gib_per_s
        ),
        Humps::Slept(asleep) => format!(
            "{}: too few are left to tell how fast it is awake\n",
            slept(asleep.share, asleep.median)
        ),
        Humps::Unclear(why) => format!("{why}\n"),
    }
}
