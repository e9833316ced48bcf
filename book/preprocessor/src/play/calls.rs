//! What the model of sleep and wake starts from, and what it is compared with. The speeds of
//! the stages are what it shows, so none of its own numbers may come from them.

use anyhow::{Context, Result, bail};
use bench::stages::STAGES;
use measured::beyond::WAITING;
use measured::counts::COUNTS;
use measured::statistics::median;
use measured::words::figure;
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

/// What the model starts from for a stage.
struct Stage {
    number: u8,
    post: f64,
    /// What a call of the reader's gets.
    bytes: u64,
    /// Microseconds that such a call takes if nobody sleeps, and that a wake-up takes.
    awake: f64,
    wake_up: f64,
    /// The part of the calls that sleeps.
    share: f64,
}

/// For each stage: the bytes of a call, microseconds that they take awake, microseconds that a
/// sleep adds, and the share of the calls that sleeps; then GiB/s on each machine.
pub fn calls(sources: &Sources) -> Result<Value> {
    let stages = stages()?.into_iter().map(|stage| {
        json!({
            "stage": stage.number,
            "bytes": stage.bytes,
            "awake": stage.awake,
            // The one that slept is woken, and has to wake the other.
            "sleep": 2.0 * stage.wake_up,
            "share": stage.share,
            "post": stage.post,
        })
    });
    let stages: Vec<Value> = stages.collect();
    let yours = sources.yours.figures();
    let machines = [("This book's machine", &sources.reference)].into_iter();
    let machines = machines.chain(yours.map(|yours| ("your machine", yours)));
    let machines: Vec<Value> = machines
        .map(|(name, figures)| json!({ "name": name, "means": means(figures), "humps": humps(figures) }))
        .collect();
    Ok(json!({ "stages": stages, "machines": machines }))
}

/// A number of the sum that can be done for stage 1, all of whose calls sleep: what a pipeful
/// takes to carry, what a wake-up takes, and what comes of two of them for each pipeful.
///
/// # Errors
///
/// When something was not measured, or the sum has no such number.
pub fn sum(what: &str) -> Result<String> {
    let stages = stages()?;
    let stage1 = stages.first().context("there is no stage")?;
    let microseconds = stage1.awake + 2.0 * stage1.wake_up;
    Ok(match what {
        "carry" => format!("{:.0}\u{a0}µs", stage1.awake),
        "wake-up" => format!("{:.0}\u{a0}µs", stage1.wake_up),
        "speed" => {
            let gib = stage1.bytes as f64 / GIB;
            format!("{}\u{a0}GiB/s", figure(gib / (microseconds / 1e6)))
        }
        _ => bail!("the sum has no '{what}'"),
    })
}

fn stages() -> Result<Vec<Stage>> {
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
    let stages = STAGES
        .iter()
        .zip(NEVER_ASLEEP)
        .map(|(stage, (awake, bytes))| {
            let name = format!("stage{}", stage.number);
            let estimate = figures.estimate(awake);
            let awake = estimate.with_context(|| format!("{nothing} {awake}"))?;
            let reader = counts
                .iter()
                .find(|row| row.stage == name && row.end == "read")
                .with_context(|| format!("{nothing} counts of {name}"))?;
            let calls_per_gib = GIB / bytes as f64;
            let counted = (reader.voluntary_switches_per_gib / calls_per_gib).min(1.0);
            let calls = figures.calls(&format!("stages/{name}"));
            Ok(Stage {
                number: stage.number,
                post: stage.post,
                bytes,
                awake: 1e6 / calls_per_gib / awake.median,
                wake_up,
                share: calls
                    .and_then(|calls| calls.usually_slept)
                    .unwrap_or(counted),
            })
        });
    stages.collect()
}

/// GiB/s of each stage, as far as it was measured.
fn means(figures: &Figures) -> Vec<Option<f64>> {
    let name = |number: u8| format!("stages/stage{number}");
    let means = STAGES
        .iter()
        .map(|stage| figures.estimate(&name(stage.number)));
    means.map(|mean| Some(mean?.median)).collect()
}

/// Of each stage's calls the share that slept, GiB/s of those that did not, and microseconds of
/// those that did, as far as that can be told.
fn humps(figures: &Figures) -> Vec<Option<Value>> {
    let humps = STAGES.iter().map(|stage| {
        let calls = figures.calls(&format!("stages/stage{}", stage.number))?;
        Some(json!({
            "share": calls.usually_slept?,
            "awake": calls.awake.map(|awake| awake.median),
            "slept": calls.slept_us,
        }))
    });
    humps.collect()
}
