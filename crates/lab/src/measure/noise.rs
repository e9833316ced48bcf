//! What kept the figures from being better.

use std::time::Duration;

use machine::noise::CpuTime;
use measured::{Figures, statistics};

/// What kept the figures from being better, and what to do about it.
pub fn report(figures: &Figures) -> Vec<String> {
    let mut report = Vec::new();
    let runs = figures.runs();
    let stolen = runs.iter().map(|run| run.stolen).sum::<f64>() / runs.len().max(1) as f64;
    if stolen > 0.01 {
        report.push(format!(
            "the hypervisor gave {:.0}% of the CPU time to others: measure again at a calmer hour",
            stolen * 100.0
        ));
    }
    let before = CpuTime::now();
    std::thread::sleep(Duration::from_secs(1));
    let busy = CpuTime::now().busy_since(&before);
    if busy > 0.05 {
        report.push(format!(
            "something else keeps {:.0}% of the CPUs busy: close it, and measure again",
            busy * 100.0
        ));
    }
    let names = figures.names();
    let wide: Vec<_> = names
        .iter()
        .filter(|name| {
            figures
                .estimate(name)
                .is_some_and(|estimate| estimate.spread() > 0.1)
        })
        .cloned()
        .collect();
    if !wide.is_empty() {
        report.push(format!(
            "{} of {} intervals are wider than 10%, such as that of {}: more rounds help (ROUNDS=30)",
            wide.len(),
            names.len(),
            wide[0]
        ));
    }
    let drifts: Vec<f64> = names
        .iter()
        .filter_map(|name| statistics::drift(&figures.values(name)))
        .collect();
    if drifts.len() * 10 > names.len() && statistics::median(&drifts) < -0.05 {
        report.push(format!(
            "speeds fell by {:.0}% from the first round to the last: heat or power saving; \
             plug in, cool down, or set the governor to performance",
            -statistics::median(&drifts) * 100.0
        ));
    }
    let outliers: usize = names
        .iter()
        .map(|name| statistics::outliers(&figures.values(name)).len())
        .sum();
    if outliers * 10 > runs.len() {
        report.push(format!(
            "{outliers} of {} runs are far from the others of their kind: something comes and goes on this machine",
            runs.len()
        ));
    }
    report
}
