//! How much of its time a pipeline could save, at most, if its pipes cost nothing.
//!
//! Each process has time of its own: it ran, was ready to, or was waited for while it
//! slept at no pipe. Pipes without cost can take from that no more than its own system
//! time, and from its waiting for a CPU no more than the others spend in the kernel: they
//! may have been on that CPU meanwhile. What is left it needs in any case, and so does the
//! pipeline; nor can it be shorter than its user time spread over all CPUs.

use crate::seen::{ProcessSeen, Seen};

/// The part of the time that would be saved at most, from 0 to 1.
pub fn at_most(seen: &Seen) -> f64 {
    let user: f64 = seen.processes.iter().map(|process| process.user).sum();
    let spread = user / seen.cpus.max(1) as f64;
    let longest = seen
        .processes
        .iter()
        .map(|process| needed(process, seen))
        .fold(spread, f64::max);
    (1.0 - longest / seen.seconds).clamp(0.0, 1.0)
}

/// Seconds that this process needs, whatever its pipes cost.
fn needed(process: &ProcessSeen, seen: &Seen) -> f64 {
    let system: f64 = seen.processes.iter().map(|other| other.system).sum();
    let others = system - process.system;
    let own = process.own - margin(process.own / seen.seconds, seen.samples) * seen.seconds;
    (own - process.system - process.ready.min(others)).max(process.user)
}

/// How far a part that was found by so many looks may be off: two standard deviations of
/// the binomial distribution.
fn margin(part: f64, samples: u32) -> f64 {
    let part = part.clamp(0.0, 1.0);
    2.0 * (part * (1.0 - part) / f64::from(samples.max(1))).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(processes: Vec<ProcessSeen>) -> Seen {
        Seen {
            seconds: 10.0,
            samples: 10_000,
            cpus: 4,
            processes,
            ..Seen::default()
        }
    }

    fn process(own: f64, user: f64, system: f64, ready: f64) -> ProcessSeen {
        ProcessSeen {
            own,
            user,
            system,
            ready,
            ..ProcessSeen::default()
        }
    }

    #[test]
    fn who_works_all_the_time_in_user_mode_leaves_nothing_to_save() {
        let seen = seen(vec![
            process(10.0, 9.8, 0.2, 0.0),
            process(2.0, 0.5, 1.5, 0.0),
        ]);
        assert!((at_most(&seen) - 0.02).abs() < 1e-9);
    }

    #[test]
    fn system_time_and_turns_could_be_saved() {
        let seen = seen(vec![
            process(5.0, 4.0, 1.0, 0.0),
            process(5.0, 1.0, 4.0, 0.0),
        ]);
        // 5 of its own, 1 of that in the kernel, and looks that may be off by a hundredth.
        assert!((at_most(&seen) - 0.6).abs() < 0.011);
    }

    /// Another program has the CPU: that stays so. Another end of the pipe has it: that may go.
    #[test]
    fn of_waiting_for_a_cpu_only_what_the_others_took() {
        let busy = process(10.0, 4.0, 0.0, 6.0);
        assert!(at_most(&seen(vec![busy.clone()])) < 1e-9);
        let both = seen(vec![busy, process(2.0, 0.0, 2.0, 0.0)]);
        assert!((at_most(&both) - 0.2).abs() < 1e-9);
    }

    #[test]
    fn few_cpus_keep_it_long() {
        let mut all = seen(vec![process(5.0, 5.0, 0.0, 0.0); 4]);
        all.cpus = 2;
        assert!(at_most(&all) < 1e-9);
    }
}
