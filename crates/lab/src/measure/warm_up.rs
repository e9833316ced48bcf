//! Before the rounds, to see how many bytes each configuration moves in a run.

use anyhow::Result;
use measured::plan::Configuration;

use crate::attempts::{self, Failed};

use super::one_run::Bench;
use super::progress;

/// A configuration with what its warm-up showed.
#[derive(Clone, Copy)]
pub struct Prepared<'plan> {
    pub configuration: &'plan Configuration,
    pub bytes: u64,
}

/// Runs each configuration for a moment; returns those that work on this
/// machine, and those that do not.
///
/// # Errors
///
/// None of a configuration's own: those are among what is returned.
pub fn run<'plan>(
    bench: &Bench,
    configurations: Vec<&'plan Configuration>,
) -> Result<(Vec<Prepared<'plan>>, Vec<Failed<&'plan Configuration>>)> {
    const FIRST_TRY: u64 = 64 << 20;
    let bar = progress::bar(configurations.len(), "warming up");
    let mut prepared = Vec::new();
    let failed = attempts::of_each(configurations, |configuration| {
        let result = bench.run(&configuration.subject, FIRST_TRY);
        Ok(result.map(|outcome| {
            let bytes = outcome.gib_per_s * f64::from(1 << 30) * bench.time.as_secs_f64();
            prepared.push(Prepared {
                configuration,
                // Whole MiB, so that every buffer size divides it.
                bytes: (bytes as u64 >> 20).max(16) << 20,
            });
            bar.inc(1);
        }))
    })?;
    bar.finish_and_clear();
    for failed in &failed {
        common::say(format_args!(
            "left out: {}: {}",
            failed.subject.full_name(),
            failed.why
        ));
    }
    Ok((prepared, failed))
}
