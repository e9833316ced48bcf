//! What is said of CPUs that are not to be had.

use crate::numbers::percent;
use crate::seen::{ProcessSeen, Seen};
use crate::verdict::Verdict;

/// Said of whoever the others wait for, or else of all.
pub fn short_of_cpus(seen: &Seen, process: Option<&ProcessSeen>) -> Option<String> {
    let ready: f64 = seen.processes.iter().map(|process| process.ready).sum();
    let waits = process.map_or(0.3 * seen.seconds, |it| {
        it.asleep.at_pipes().max(0.3 * seen.seconds)
    });
    let long = process.is_some_and(|it| it.ready > 0.3 * it.own);
    if !long && ready <= waits {
        return None;
    }
    let used: f64 = seen.processes.iter().map(ProcessSeen::on_cpu).sum();
    Some(match used >= 0.9 * seen.cpus as f64 * seen.seconds {
        true => format!(
            "This pipeline alone keeps all {} CPUs busy: fewer or cheaper steps would help, or more CPUs.",
            seen.cpus
        ),
        false => {
            "Other programs take the CPUs from this pipeline: it would be faster without them."
                .to_owned()
        }
    })
}

/// Who takes turns on one CPU.
pub fn one_cpu(seen: &Seen, verdict: &Verdict) -> Vec<String> {
    let Some(place) = verdict.process else {
        return Vec::new();
    };
    let only = &seen.processes[place].only_cpus;
    let together: Vec<&ProcessSeen> = seen
        .processes
        .iter()
        .filter(|process| process.only_cpus == *only)
        .collect();
    let names: Vec<String> = together.iter().map(|it| format!("`{}`", it.name)).collect();
    let cpu = only
        .as_ref()
        .and_then(|cpus| cpus.first())
        .copied()
        .unwrap_or(0);
    let on_cpu = together.iter().map(|process| process.on_cpu());
    let (sum, longest) = (on_cpu.clone().sum::<f64>(), on_cpu.fold(0.0, f64::max));
    vec![format!(
        "{} run on one CPU, number {cpu}, and take turns there, though {} could be used. Each on \
         its own CPU would save up to {}.",
        names.join(" and "),
        seen.cpus,
        percent(1.0 - longest / sum)
    )]
}
