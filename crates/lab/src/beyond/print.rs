//! The results: as a table with bars, and as rows.

use std::io::{self, Write};

use bench::bar::bar;
use bench::placement::Placement;
use common::size;
use measured::rounds::Rounds;
use measured::statistics;

use super::run::Run;
use super::tables::{Rung, Table};

/// A rung and the medians of its figures.
pub struct Median<'a> {
    rung: &'a Rung,
    figures: Vec<f64>,
    /// How many times the first rung's figure its own is, round by round.
    times: f64,
    /// The same of the calls that did not sleep, at one distance between the CPUs.
    awake: Option<f64>,
}

/// The medians of all rungs that got through, in the table's order.
pub fn medians<'a>(rungs: &'a [Rung], runs: &[Run]) -> Vec<Median<'a>> {
    let figures = runs
        .iter()
        .map(|run| (run.name.clone(), run.round, run.figures[0]));
    let rounds: Rounds = figures.collect();
    let first = rungs
        .iter()
        .find(|rung| rounds.median(&rung.name).is_some());
    rungs
        .iter()
        .filter_map(|rung| {
            let own: Vec<&Run> = runs.iter().filter(|run| run.name == rung.name).collect();
            let columns = own.first()?.figures.len();
            let median = |column: usize| {
                let figures: Vec<f64> = own.iter().map(|run| run.figures[column]).collect();
                statistics::median(&figures)
            };
            Some(Median {
                rung,
                figures: (0..columns).map(median).collect(),
                times: rounds.times(&rung.name, &first?.name)?,
                awake: awake(&own, &first?.name, runs),
            })
        })
        .collect()
}

/// The median of how many times as fast as the first one's its calls were, awake.
fn awake(own: &[&Run], first: &str, runs: &[Run]) -> Option<f64> {
    let same_round = |run: &&Run| {
        let first = |other: &&Run| other.name == first && other.round == run.round;
        run.awake_times(runs.iter().find(first)?)
    };
    let ratios: Vec<f64> = own.iter().filter_map(same_round).collect();
    (!ratios.is_empty()).then(|| statistics::median(&ratios))
}

/// The medians as rows, without a head.
pub fn rows(medians: &[Median], out: &mut impl Write) -> io::Result<()> {
    for median in medians {
        writeln!(out, "{},{}", median.rung.name, joined(&median.figures))?;
    }
    Ok(())
}

fn joined(figures: &[f64]) -> String {
    let figures: Vec<String> = figures
        .iter()
        .map(|figure| format!("{figure:.3}"))
        .collect();
    figures.join(",")
}

/// Where the programs ran.
pub fn head(placement: &Placement, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{placement}.\n")
}

/// The medians as a table, with bars.
pub fn table(table: Table, medians: &[Median], out: &mut impl Write) -> io::Result<()> {
    let Some(first) = medians.first() else {
        return Ok(());
    };
    let largest = medians
        .iter()
        .map(|median| median.figures[0])
        .fold(0.0, f64::max);
    // Without vmsplice the first rung's writer sleeps, so nothing can be compared with it.
    let has_awake = matches!(
        table,
        Table::Ladder | Table::Fizzbuzz | Table::FizzbuzzAsleep
    );
    let awake_column = |text: &str| match has_awake {
        true => format!("{text:>7}"),
        false => String::new(),
    };
    let width = medians.iter().map(|median| median.rung.name.len()).max();
    let width = width.unwrap_or(0) + 1;
    match table {
        Table::Waiting => writeln!(out, "{:width$}{:>10}{:>10}", "", "median us", "p99 us")?,
        Table::Price => writeln!(out, "{:width$}{:>10}{:>10}", "", "ns a slot", "ns a call")?,
        Table::Beside => writeln!(out, "{:width$}{:>8}", "", "GiB/s")?,
        Table::Fizzbuzz | Table::FizzbuzzAsleep => {
            let times = format!("x {}", first.rung.name);
            let awake = awake_column("awake");
            writeln!(out, "{:width$}{:>8}{times:>18}{awake}", "", "GiB/s")?;
        }
        Table::Ladder | Table::WithoutVmsplice => {
            let times = format!("x {}", first.rung.name);
            writeln!(
                out,
                "{:width$}{:20}{:>7}{times:>9}{}{:>8}",
                "",
                "",
                "GiB/s",
                awake_column("awake"),
                "ns/slot"
            )?;
        }
    }
    for Median {
        rung,
        figures,
        times,
        awake,
    } in medians
    {
        let figure = figures[0];
        let bar = bar(figure / largest, 14);
        let awake = awake.map_or("-".to_owned(), |awake| format!("{awake:.1}"));
        let awake = awake_column(&awake);
        write!(out, "{:width$}", rung.name)?;
        match table {
            Table::Waiting | Table::Price => {
                writeln!(out, "{figure:>10.1}{:>10.1}  {bar}", figures[1])?;
            }
            Table::Beside => writeln!(out, "{figure:>8.1}  {bar}")?,
            Table::Fizzbuzz | Table::FizzbuzzAsleep => {
                writeln!(out, "{figure:>8.1}{times:>18.1}{awake}  {bar}")?;
            }
            Table::Ladder | Table::WithoutVmsplice => {
                let nanoseconds = rung.slot.map(|slot| nanoseconds_per_slot(slot, figure));
                let nanoseconds = nanoseconds.map_or("-".to_owned(), |it| format!("{it:.0}"));
                write!(out, "{:20}{figure:>7.1}{times:>9.1}{awake}", rung.novelty)?;
                writeln!(out, "{nanoseconds:>8}  {bar}")?;
            }
        }
    }
    if has_awake {
        writeln!(
            out,
            "\nAwake: the same of the calls that did not sleep, at one distance of the CPUs."
        )?;
    }
    Ok(())
}

/// How the figures came about.
pub fn foot(table: Table, runs: &[Run], bytes: u64, out: &mut impl Write) -> io::Result<()> {
    let of_what = table.reader().map_or(String::new(), |reader| {
        format!(" of {} each, into {reader}", size::format(bytes))
    });
    if runs.is_empty() {
        return Ok(());
    }
    let rounds = runs.iter().map(|run| run.round).max().unwrap_or(0);
    writeln!(out, "\nMedians of {rounds} runs{of_what}, in random order.")?;
    let distances: Vec<f64> = runs.iter().filter_map(|run| run.hand_over).collect();
    if distances.is_empty() {
        return Ok(());
    }
    let least = distances.iter().copied().fold(f64::INFINITY, f64::min);
    let most = distances.iter().copied().fold(0.0, f64::max);
    writeln!(
        out,
        "From CPU to CPU a word took {:.0} ns meanwhile ({least:.0} to {most:.0}).",
        statistics::median(&distances)
    )
}

fn nanoseconds_per_slot(slot: u32, gib_per_second: f64) -> f64 {
    f64::from(slot) / (gib_per_second * f64::from(1 << 30)) * 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(round: u32, name: &str, figure: f64) -> Run {
        Run {
            round,
            name: name.to_owned(),
            figures: vec![figure],
            hand_over: Some(40.0),
            hand_over_after: Some(41.0),
            awake: None,
        }
    }

    #[test]
    fn medians_are_of_the_rung_alone() {
        let runs = [
            run(1, "stage5", 3.0),
            run(1, "tee", 50.0),
            run(2, "stage5", 1.0),
            run(3, "stage5", 2.0),
            run(2, "tee", 60.0),
        ];
        let rungs = Table::Ladder.rungs();
        let mut text = Vec::new();
        rows(&medians(&rungs, &runs), &mut text).unwrap();
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "stage5,2.000\ntee,55.000\n"
        );
    }

    /// Beside one another only where the CPUs were as far apart in both.
    #[test]
    fn awake_is_compared_at_one_distance() {
        let at = |hand_over, name, awake| Run {
            hand_over: Some(hand_over),
            hand_over_after: Some(hand_over),
            awake: Some(awake),
            ..run(1, name, 1.0)
        };
        let times = |first, second| {
            let runs = [at(first, "stage5", 50.0), at(second, "tee", 75.0)];
            awake(&[&runs[1]], "stage5", &runs)
        };
        assert_eq!((times(40.0, 44.0), times(40.0, 180.0)), (Some(1.5), None));
    }

    #[test]
    fn a_slot_of_a_page_at_50_gib_per_second() {
        let nanoseconds = nanoseconds_per_slot(4096, 50.0);
        assert!((76.0..77.0).contains(&nanoseconds), "{nanoseconds}");
    }
}
