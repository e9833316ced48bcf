//! What the model of sleep and wake starts from, and what it is compared with. The speeds of
//! the stages are what it shows, so none of its own numbers may come from them.

use anyhow::{Context, Result};
use bench::stages::STAGES;
use measured::beyond::WAITING;
use measured::counts::COUNTS;
use measured::statistics::median;
use measured::{Figures, folder_of};
use serde_json::{Value, json};

use crate::sources::Sources;

/// Each stage's calls where neither end ever sleeps, which tell what one costs awake; and how
/// many bytes a call of the reader's gets: what the pipe holds.
const NEVER_ASLEEP: [(&str, u64); STAGES.len()] = [
    ("busy/write_read", 64 << 10),
    ("busy/vmsplice_read", 256 << 10),
    ("busy/vmsplice_splice", 256 << 10),
    ("busy/vmsplice_splice_huge", 256 << 10),
    ("beyond/stage5", 256 << 10),
];
const GIB: f64 = (1_u64 << 30) as f64;

/// For each stage: the bytes of a call, microseconds that they take awake, microseconds that a
/// sleep adds, and the share of the calls that sleeps; then GiB/s on each machine.
pub fn calls(sources: &Sources) -> Result<Value> {
    let reference = folder_of("reference");
    let nothing = "the model of sleep and wake needs the reference's";
    let counts = COUNTS.read(&reference)?;
    let counts = counts.with_context(|| format!("{nothing} {}", COUNTS.file))?;
    let waits = WAITING.read(&reference)?;
    let waits = waits.with_context(|| format!("{nothing} {}", WAITING.file))?;
    let woken = waits.iter().filter(|row| row.name == "sleep/two-cpus");
    let wake_up = median(&woken.map(|row| row.median_us).collect::<Vec<f64>>());

    // One machine's alone: what is past stage 5 may have been measured anew on another.
    let figures = Figures::read(&reference)?.with_beyond(&reference)?;
    let mut stages = Vec::new();
    for (stage, (awake, bytes)) in STAGES.iter().zip(NEVER_ASLEEP) {
        let name = format!("stage{}", stage.number);
        let estimate = figures.estimate(awake);
        let awake = estimate.with_context(|| format!("{nothing} {awake}"))?;
        let reader = counts
            .iter()
            .find(|row| row.stage == name && row.end == "read")
            .with_context(|| format!("{nothing} counts of {name}"))?;
        let calls_per_gib = GIB / bytes as f64;
        stages.push(json!({
            "stage": stage.number,
            "bytes": bytes,
            "awake": 1e6 / calls_per_gib / awake.median,
            // The one that slept is woken, and has to wake the other.
            "sleep": 2.0 * wake_up,
            "share": (reader.voluntary_switches_per_gib / calls_per_gib).min(1.0),
            "post": stage.post,
        }));
    }
    let yours = sources.yours.figures();
    let machines = [("This book's machine", &sources.reference)].into_iter();
    let machines = machines.chain(yours.map(|yours| ("your machine", yours)));
    let machines: Vec<Value> = machines
        .map(|(name, figures)| json!({ "name": name, "means": means(figures) }))
        .collect();
    Ok(json!({ "stages": stages, "machines": machines }))
}

/// GiB/s of each stage, as far as it was measured.
fn means(figures: &Figures) -> Vec<Option<f64>> {
    let name = |number: u8| format!("stages/stage{number}");
    let means = STAGES
        .iter()
        .map(|stage| figures.estimate(&name(stage.number)));
    means.map(|mean| Some(mean?.median)).collect()
}
