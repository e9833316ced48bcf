//! A boot that counts instructions.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use measured::statistics::median;

use crate::qemu::Machine;
use crate::said::{Count, Said};

/// Some ten times what it takes where QEMU has a CPU for itself.
const LIMIT: Duration = Duration::from_secs(900);

/// What is counted for.
const UNIT: f64 = 4096.0;

/// What was counted on a kernel.
pub struct Counted {
    /// Of each stage: what its ends take, the writing end first.
    pub stages: BTreeMap<u8, [Figure; 2]>,
    /// The kernel's.
    pub page_size: u64,
}

/// Instructions for 4 KiB.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The middle one of the readings.
    pub median: f64,
    /// The least and the most.
    pub range: [f64; 2],
    /// How often it slept, for each MiB.
    pub sleeps_per_mib: f64,
}

/// Boots the machine, and has it count; `tell` hears of each stage.
///
/// # Errors
///
/// When it does not boot, or ends before it is through.
pub fn count(machine: &Machine, tell: &mut dyn FnMut(&str)) -> Result<Counted> {
    let machine = Machine {
        options: [machine.options.clone(), vec!["PLAN=counts".to_owned()]].concat(),
        ..*machine
    };
    let mut running = machine.start(LIMIT)?;
    let mut runs: BTreeMap<u8, Vec<Count>> = BTreeMap::new();
    let mut page_size = 4096;
    loop {
        match running.hear()? {
            Some(Said::Count(run)) => {
                tell(&format!("stage {}", run.stage));
                runs.entry(run.stage).or_default().push(run);
            }
            Some(Said::Fact(name, value)) if name == "page size" => page_size = value.parse()?,
            Some(Said::End) => break,
            Some(_) => {}
            None => bail!("it ended before all was counted: {}", running.last_words()),
        }
    }
    let stages = runs.into_iter().map(|(stage, runs)| {
        let figures = figures(&runs).with_context(|| format!("stage {stage}"));
        Ok((stage, figures?))
    });
    let stages = stages.collect::<Result<_>>()?;
    Ok(Counted { stages, page_size })
}

/// Of runs with few bytes and with many, in turn.
fn figures(runs: &[Count]) -> Result<[Figure; 2]> {
    let pairs: Vec<&[Count]> = runs.chunks_exact(2).collect();
    ensure!(!pairs.is_empty(), "nothing was counted");
    let of = |end: usize| {
        let readings: Vec<f64> = pairs
            .iter()
            .map(|pair| per(pair, UNIT, |run| run.nanoseconds[end]))
            .collect();
        let sleeps: Vec<f64> = pairs
            .iter()
            .map(|pair| per(pair, f64::from(1 << 20), |run| run.sleeps[end]).max(0.0))
            .collect();
        Figure {
            median: median(&readings),
            range: [
                readings.iter().copied().fold(f64::INFINITY, f64::min),
                readings.iter().copied().fold(0.0, f64::max),
            ],
            sleeps_per_mib: median(&sleeps),
        }
    };
    Ok([of(0), of(1)])
}

/// How much more the run with more bytes has, for each `unit` of bytes.
fn per(pair: &[Count], unit: f64, of: impl Fn(&Count) -> u64) -> f64 {
    let more = of(&pair[1]) as f64 - of(&pair[0]) as f64;
    more * unit / (pair[1].bytes - pair[0].bytes) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_do_once_is_left_out() {
        let run = |pages: u64, start: u64| Count {
            stage: 1,
            bytes: pages * 4096,
            nanoseconds: [start + 100 * pages, 2 * start + 50 * pages],
            sleeps: [0, pages / 16],
            preempted: [0, 0],
        };
        let runs = [run(256, 5), run(2560, 5), run(256, 7), run(2560, 7)];
        let [write, read] = figures(&runs).unwrap();
        assert_eq!((write.median, read.median), (100.0, 50.0));
        assert_eq!(read.sleeps_per_mib, 16.0);
        assert!(figures(&runs[..1]).is_err());
    }
}
