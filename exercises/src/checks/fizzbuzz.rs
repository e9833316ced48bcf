//! Exercise 7: FizzBuzz, right first, then in three tiers of speed.

use std::thread;
use std::time::Duration;

use bench::placement::Placement;

use crate::support::contestant::Contestant;
use crate::support::fault::Fault;
use crate::support::fizzbuzz::{CHAPTER, Comparison, EXPECTED, Lines, spliced_on, wrong_line};
use crate::support::needs;
use crate::support::pause;
use crate::support::race::{self, Race};
use crate::support::report::{Feat, Report};
use crate::support::speed::{self, Look, Reader, UNSEEN};
use crate::support::stream;
use crate::support::verdict::Verdict;

const NAIVE: &str = "the speed of the naive program";
const STAGE_5: &str = "stage5-write";
/// Times the naive program's speed: what one gets by counting in text, by lending
/// templates, and by steps.
const TIN: f64 = 1.5;
const BRONZE: f64 = 10.0;
const SILVER: f64 = 40.0;
/// Times the speed of stage 5.
const GOLD: f64 = 0.5;

const FROM_THE_START: usize = 128 << 20;
/// How far before a place a comparison starts, in numbers, and how far it goes, in
/// bytes: far enough for a template to come round several times on both sides.
const BEFORE: u64 = 250_003;
const AROUND: usize = 8 << 20;

const SLOWLY_FROM: u64 = 999_999_500_000;
const ODD_SIZES: [usize; 5] = [1, 4095, 70_001, 13, 200_003];

/// Places where something carries, or where a type ends.
const PLACES: [u64; 10] = [
    1 << 31,
    1 << 32,
    (1 << 32) * 10_000,
    1 << 53,
    1_999_999_999,
    59_999_999_999,
    299_999_999_999_999,
    20_000_000_000_000_000,
    2_000_000_000_000_000_000,
    1 << 63,
];

pub fn check(writer: &Contestant, report: &mut Report) -> Result<(), Fault> {
    report.step("the lines from 1 on", || {
        compare(writer, 1, FROM_THE_START)?;
        Ok(String::new())
    })?;
    report.step("the lines around every power of ten", || {
        for power in 2..=19 {
            compare_around(writer, 10_u64.pow(power))?;
        }
        Ok(String::new())
    })?;
    report.step("the lines around powers of two, and long carries", || {
        for place in PLACES {
            compare_around(writer, place)?;
        }
        Ok(String::new())
    })?;
    report.step("the last line, and a quiet end", || the_end(writer))?;
    report.step("a slow reader of odd sizes gets the same", || {
        slow_reader(writer)
    })?;
    report.step("a reader that leaves", || {
        stream::leave_after(writer, &[1, 100_001, 3 << 20], EXPECTED, CHAPTER)
    })?;
    tiers(writer, report)?;
    if let Some(wrong) = spliced_on(writer)? {
        report.note(&format!(
            "spliced on, as by pv, \"{}\" comes as \"{}\": whoever lends pages\n\
             and changes them cannot be right there",
            wrong.expected, wrong.came
        ))?;
    }
    Ok(())
}

fn compare_around(writer: &Contestant, place: u64) -> Result<(), Fault> {
    compare(writer, place.saturating_sub(BEFORE).max(1), AROUND)
}

fn compare(writer: &Contestant, start: u64, length: usize) -> Result<(), Fault> {
    let mut comparison = Comparison::start(writer, start)?;
    let mut part = vec![0; 1 << 20];
    for _ in 0..length / part.len() {
        comparison.take(&mut part)?;
    }
    Ok(())
}

fn the_end(writer: &Contestant) -> Result<String, Fault> {
    let mut comparison = Comparison::start(writer, u64::MAX - BEFORE)?;
    let mut part = vec![0; 1 << 20];
    while comparison.take_some(&mut part)? == part.len() {}
    if comparison.lines.peek().is_some() {
        return Err(comparison.ended_early()?);
    }
    stream::ends_quietly(
        comparison.stream.running,
        "a quiet end with exit code 0 after the last line",
        CHAPTER,
    )?;
    Ok(String::new())
}

/// The pipe is full before each read: what could be changed too early has been.
fn slow_reader(writer: &Contestant) -> Result<String, Fault> {
    slowly(Comparison::start(writer, 1)?)?;
    slowly(Comparison::start_on_large_pipe(writer, SLOWLY_FROM)?).map_err(|fault| {
        fault.adding("This pipe is the check's, of 1 MiB: who relies on its size has to set it.")
    })?;
    Ok(String::new())
}

fn slowly(mut comparison: Comparison) -> Result<(), Fault> {
    let mut part = vec![0; ODD_SIZES.iter().sum()];
    for _ in 0..20 {
        let mut rest = &mut part[..];
        for length in ODD_SIZES {
            thread::sleep(Duration::from_millis(3));
            let (piece, others) = rest.split_at_mut(length);
            comparison.stream.take(piece)?;
            rest = others;
        }
        comparison.compare(&part)?;
    }
    Ok(())
}

/// Tin and bronze, which it has to reach, and the two that one can do without.
fn tiers(writer: &Contestant, report: &mut Report) -> Result<(), Fault> {
    let mut naive = None;
    report.step(&format!("tin, {TIN}x the naive program"), || {
        let cpus = speed::two_cpus()?;
        let race = race(&[TIN, BRONZE, SILVER], writer, "naive-fizzbuzz", &cpus)?;
        let ratio = naive.insert(race).verdict(TIN).or_fault(
            NAIVE,
            "one can count in text: which digits of a number are other ones in the next, and why \
             divide for the rest again?",
            CHAPTER,
        )?;
        Ok(format!("{ratio:.1}x"))
    })?;
    let Some(naive) = naive else { return Ok(()) };
    let remember = |report: &mut Report, medal| {
        report.feat = Some(Feat {
            ratio: naive.median(),
            medal,
        });
    };
    remember(report, "tin");
    report.step(&format!("bronze, {BRONZE}x the naive program"), || {
        let ratio = naive.verdict(BRONZE).or_fault(
            NAIVE,
            "what do you still do for each number, and for each byte?",
            CHAPTER,
        )?;
        Ok(format!("{ratio:.1}x"))
    })?;
    remember(report, "bronze");
    let silver = naive.verdict(SILVER);
    report.note(&tier("silver", "the naive program", &silver))?;
    if let Verdict::Enough(_) = silver {
        remember(report, "silver");
    }
    if needs::vmsplice_allowed().is_err() {
        return Ok(report.note("gold: not measured, since stage 5 needs vmsplice")?);
    }
    let gold = race(&[GOLD], writer, STAGE_5, &speed::two_cpus()?)?.verdict(GOLD);
    report.note(&tier("gold", "stage 5", &gold))?;
    if let Verdict::Enough(_) = gold {
        remember(report, "gold");
    }
    Ok(())
}

/// Races it with a program of ours, into a busy reader. A program that never waits in a loop
/// has CPU time for what it does alone: however seldom both ends are awake, that tells its speed.
fn race(
    needed: &[f64],
    writer: &Contestant,
    baseline: &str,
    cpus: &Placement,
) -> Result<Race, Fault> {
    let baseline_spins = baseline == STAGE_5;
    let baseline = Contestant::beside_me(baseline, &[])?;
    let look: Look = &|offset, bytes| match Lines::at(offset).difference(bytes) {
        Some(difference) => Err(wrong_line(&difference, "while it was timed")),
        None => Ok(()),
    };
    let run = |writer: &Contestant, look| -> Result<_, Fault> {
        speed::of_writer(writer, cpus, Reader::Spinning, look)
    };
    let mut sleeps = None;
    let mut mine = || {
        let run = run(writer, look)?;
        if !run.program_sleeps() {
            return Ok(run.awake());
        }
        let sleeps = match sleeps {
            Some(sleeps) => sleeps,
            None => *sleeps.insert(pause::sleeps_when_full(writer, CHAPTER)?),
        };
        Ok(sleeps.then(|| run.by_its_cpu_time()))
    };
    let mut base = || {
        let run = run(&baseline, UNSEEN)?;
        Ok(match baseline_spins {
            true => run.awake(),
            false => Some(run.by_its_cpu_time()),
        })
    };
    race::run(needed, cpus, &mut mine, &mut base)
}

/// What became of a tier that one can do without: it is given, or it has not been measured yet.
fn tier(name: &str, baseline: &str, verdict: &Verdict) -> String {
    let told = verdict.in_words(baseline);
    match verdict {
        Verdict::Enough(_) => format!("{name}: {told}"),
        Verdict::TooSlow { .. } | Verdict::Unclear { .. } => {
            format!("{name}: not measured yet; it was {told}")
        }
    }
}
