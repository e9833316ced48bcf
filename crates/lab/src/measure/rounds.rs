//! The rounds: everything once in each, in another order each time.

use anyhow::Result;
use bench::hand_over;
use machine::noise::CpuTime;
use measured::coarse::Coarse;
use measured::plan::Configuration;
use measured::runs::Run;
use measured::unfinished::Unfinished;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use crate::attempts::{self, Failed};

use super::one_run::Bench;
use super::progress;
use super::warm_up::Prepared;

/// Measures what the measurement does not have yet, and keeps each run at once;
/// returns what was given up.
///
/// # Errors
///
/// When a run cannot be written.
pub fn run<'plan>(
    bench: &Bench,
    mut subjects: Vec<Prepared<'plan>>,
    rounds: u32,
    measurement: &mut Unfinished,
) -> Result<Vec<Failed<&'plan Configuration>>> {
    let bar = progress::bar(rounds as usize * subjects.len(), "measuring");
    let mut given_up = Vec::new();
    for round in 1..=rounds {
        let mut order: Vec<_> = subjects
            .iter()
            .filter(|subject| !has(measurement, round, subject.configuration))
            .copied()
            .collect();
        bar.inc((subjects.len() - order.len()) as u64);
        // In random order, so that what swings with time swings for all alike.
        order.shuffle(&mut StdRng::seed_from_u64(u64::from(round)));
        let failed = attempts::of_each(order, |subject| {
            let result = one(bench, round, subject);
            if let Err(error) = &result {
                let name = subject.configuration.full_name();
                bar.suspend(|| {
                    common::say(format_args!("failed: {name} in round {round}: {error:#}"))
                });
            }
            match result {
                Ok(run) => {
                    measurement.append(run)?;
                    bar.inc(1);
                    Ok(Ok(()))
                }
                Err(error) => Ok(Err(error)),
            }
        })?;
        for Failed { subject, why } in failed {
            let subject = subject.configuration;
            bar.suspend(|| common::say(format_args!("given up: {}", subject.full_name())));
            subjects.retain(|other| other.configuration.full_name() != subject.full_name());
            given_up.push(Failed {
                subject,
                why: format!("given up in round {round}: {why}"),
            });
        }
    }
    bar.finish_and_clear();
    Ok(given_up)
}

fn has(measurement: &Unfinished, round: u32, configuration: &Configuration) -> bool {
    measurement.runs().iter().any(|run| {
        (run.round, run.group.as_str(), &run.name)
            == (round, configuration.group, &configuration.name)
    })
}

/// Keeps how far apart the CPUs were just before it, and just after.
fn one(bench: &Bench, round: u32, subject: &Prepared) -> Result<Run> {
    let hand_over = || hand_over::nanoseconds(bench.placement).ok().flatten();
    let (cpu_time, hand_over_ns) = (CpuTime::now(), hand_over());
    let outcome = bench.run(&subject.configuration.subject, subject.bytes)?;
    let humps = outcome.calls.as_ref().map(|calls| calls.humps);
    let times = outcome.calls.as_ref().map(|calls| &calls.times);
    Ok(Run {
        round,
        group: subject.configuration.group.to_owned(),
        name: subject.configuration.name.clone(),
        gib_per_s: outcome.gib_per_s,
        bytes: subject.bytes,
        stolen: CpuTime::now().stolen_since(&cpu_time),
        cpus: format!("{},{}", bench.placement.writer, bench.placement.reader),
        hand_over_ns,
        hand_over_after_ns: hand_over(),
        awake_gib_per_s: humps.and_then(|humps| Some(humps.awake()?.gib_per_s)),
        slept: humps.and_then(|humps| humps.share_slept()),
        slept_us: humps.and_then(|humps| Some(humps.slept()?.mean / 1e3)),
        calls: times.map(|times| times.calls),
        reader_sleeps: times.map(|times| times.voluntary),
        writer_sleeps: outcome.calls.as_ref().map(|calls| calls.writer_sleeps),
        histogram: times.map(|times| Coarse::from(&times.histogram)),
        command: outcome.command,
    })
}
