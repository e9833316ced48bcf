//! What one machine shares.

use serde::{Deserialize, Serialize};

/// Of this form. A text of another version is named as such.
pub const VERSION: u32 = 1;

/// All that is shared. Nothing in it tells whose machine it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shared {
    /// The version of this form.
    pub fast_pipes: u32,
    /// What runs.
    pub machine: Machine,
    /// What the stages got, where they were measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ladder: Vec<Rung>,
    /// The exercises that have been begun.
    #[serde(default, rename = "exercise", skip_serializing_if = "Vec::is_empty")]
    pub exercises: Vec<Standing>,
}

/// A machine in short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// The maker's name for its processor.
    pub cpu: String,
    /// How many of them may be used.
    pub cpus: u64,
    /// As `uname -m` prints it.
    pub architecture: String,
    /// As `uname -r` prints it.
    pub kernel: String,
    /// Where it is a VM.
    pub hypervisor: Option<String>,
    /// Where we are in one.
    pub container: Option<String>,
    /// How far apart the two CPUs were: `near`, `far`, `on one core`.
    pub distance: Option<String>,
    /// What waking a process costs, in microseconds.
    pub wake_up_us: Option<f64>,
}

/// One stage's figures, in GiB per second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// Its number, from 1.
    pub stage: u8,
    /// Of all calls.
    pub gib_per_s: f64,
    /// Of those that did not sleep, where they could be told apart.
    pub awake_gib_per_s: Option<f64>,
}

/// How far an exercise has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// Its number, from 1.
    pub number: u8,
    /// Whether it has passed.
    pub state: State,
    /// How many hints were shown.
    pub hints: u8,
    /// How many times as fast as what it raced.
    pub best: Option<f64>,
    /// The medal for that.
    pub medal: Option<String>,
}

/// Whether an exercise's check has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Not yet.
    Open,
    /// As far as that machine could check it.
    Partly,
    /// All of it.
    Passed,
}

impl Shared {
    /// All of these, in this form.
    pub fn new(machine: Machine, ladder: Vec<Rung>, exercises: Vec<Standing>) -> Shared {
        Shared {
            fast_pipes: VERSION,
            machine,
            ladder,
            exercises,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The machine number `index` of many, each of them different.
    pub fn sample(index: u8) -> Shared {
        let even = index.is_multiple_of(2);
        let faster = 1.0 + f64::from(index) / 20.0;
        let machine = Machine {
            cpu: ["AMD EPYC", "Apple M2", "Intel(R) Core(TM) i7-8550U"][usize::from(index % 3)]
                .to_owned(),
            cpus: 2 + u64::from(index % 4) * 2,
            architecture: if index % 3 == 1 { "aarch64" } else { "x86_64" }.to_owned(),
            kernel: ["6.12.48", "6.1.0-13", "7.2.1"][usize::from(index / 3 % 3)].to_owned(),
            hypervisor: even.then(|| "KVM".to_owned()),
            container: index.is_multiple_of(5).then(|| "docker".to_owned()),
            distance: Some(if index % 4 == 3 { "far" } else { "near" }.to_owned()),
            wake_up_us: (index != 7).then(|| if even { 40.0 / faster } else { 6.0 * faster }),
        };
        let stage1 = if even { 1.2 } else { 3.1 } * faster;
        let rung = |stage: u8| Rung {
            stage,
            gib_per_s: stage1 * [1.0, 2.6, 6.1, 11.0, 19.0][usize::from(stage) - 1],
            awake_gib_per_s: (stage > 1).then_some(stage1 * 4.0 * f64::from(stage)),
        };
        let standing = |number: u8| Standing {
            number,
            state: [State::Passed, State::Open, State::Partly][usize::from(number + index) % 3],
            hints: (number + index) % 4,
            best: (number > 4).then_some(faster * 10.0),
            medal: (number == 7 && even).then(|| "gold".to_owned()),
        };
        let ladder = if index == 9 { 0 } else { 5 };
        let exercises = (1..=8).take(usize::from(index) % 9).map(standing);
        Shared::new(
            machine,
            (1..=ladder).map(rung).collect(),
            exercises.collect(),
        )
    }
}
