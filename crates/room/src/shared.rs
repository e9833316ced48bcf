//! What one machine shares: the form of its text, and what can be right in one.

use anyhow::{Context, Result, anyhow, ensure};
use bench::stages::STAGES;
use measured::numbers::Number;
use serde::{Deserialize, Serialize};

use crate::words;

/// Of the form. A text of another version is named as such.
const VERSION: u32 = 1;

/// The last line, without which a text was cut off.
const END: &str = "# end";

/// The longest word of a machine about itself.
const LETTERS: usize = 100;

/// All that is shared. Nothing in it tells whose machine it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shared {
    /// The version of this form.
    fast_pipes: u32,
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
    /// The text of these.
    pub fn new(machine: Machine, ladder: Vec<Rung>, exercises: Vec<Standing>) -> Shared {
        Shared {
            fast_pipes: VERSION,
            machine,
            ladder,
            exercises,
        }
    }

    /// What [`Shared::parse`] reads.
    ///
    /// # Errors
    ///
    /// When it would not be taken.
    pub fn to_text(&self) -> Result<String> {
        self.check()?;
        let text = toml::to_string(self).context("what is shared is always TOML")?;
        Ok(format!("{text}\n{END}\n"))
    }

    /// Reads a text that may come from anybody.
    ///
    /// # Errors
    ///
    /// When it is no such text, was cut off, hides something, or has figures that cannot be right.
    pub fn parse(text: &str) -> Result<Shared> {
        for (index, line) in text.lines().enumerate() {
            let hides = !words::all_show(&line.replace('\t', " "));
            ensure!(!hides, "line {}: a control character", index + 1);
        }
        #[derive(Deserialize)]
        struct Version {
            fast_pipes: u32,
        }
        let Version { fast_pipes } = read(text)?;
        ensure!(
            fast_pipes == VERSION,
            "it has version {fast_pipes} of this form, and only {VERSION} can be read here"
        );
        ensure!(
            text.trim_end().ends_with(END),
            "it is cut off: the last line must be '{END}'"
        );
        let shared: Shared = read(text)?;
        shared.check()?;
        Ok(shared)
    }

    /// Whether each word and figure can be right.
    fn check(&self) -> Result<()> {
        let Machine {
            cpu,
            cpus,
            architecture,
            kernel,
            hypervisor,
            container,
            distance,
            wake_up_us,
        } = &self.machine;
        let medals = self.exercises.iter().filter_map(|it| it.medal.as_ref());
        let optional = [hypervisor, container, distance];
        for word in [cpu, architecture, kernel]
            .into_iter()
            .chain(optional.into_iter().flatten())
            .chain(medals)
        {
            let length = word.chars().count();
            ensure!(words::all_show(word), "a control character in a word");
            ensure!(
                length <= LETTERS,
                "a word of {length} letters, where {LETTERS} are enough"
            );
        }
        Number::some("cpus", *cpus).check()?;
        if let Some(wake_up) = wake_up_us {
            Number::time("wake_up_us", *wake_up).check()?;
        }
        let stages: Vec<u8> = self.ladder.iter().map(|rung| rung.stage).collect();
        once_each("stage", &stages, STAGES.len())?;
        for rung in &self.ladder {
            Number::speed("gib_per_s", rung.gib_per_s).check()?;
            if let Some(awake) = rung.awake_gib_per_s {
                Number::speed("awake_gib_per_s", awake).check()?;
            }
        }
        let numbers: Vec<u8> = self.exercises.iter().map(|it| it.number).collect();
        once_each("exercise", &numbers, EXERCISES)?;
        for best in self.exercises.iter().filter_map(|it| it.best) {
            Number::speed("best", best).check()?;
        }
        Ok(())
    }
}

/// More than there are, so that a text from a later workshop can be read.
const EXERCISES: usize = 20;

fn once_each(what: &str, numbers: &[u8], most: usize) -> Result<()> {
    for (index, number) in numbers.iter().enumerate() {
        let known = (1..=most).contains(&usize::from(*number));
        ensure!(known, "there is no {what} {number}");
        let again = numbers[..index].contains(number);
        ensure!(!again, "{what} {number} stands in it twice");
    }
    Ok(())
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start).min(text.len());
        let line = 1 + text.as_bytes()[..at]
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count();
        anyhow!("line {line}: {}", error.message().replace('\n', ", "))
    })
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
            container: (index % 5 == 0).then(|| "docker".to_owned()),
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

    #[test]
    fn what_is_written_is_read_back() {
        for index in 0..20 {
            let text = sample(index).to_text().unwrap();
            assert_eq!(Shared::parse(&text).unwrap(), sample(index), "{text}");
            // As a mail program leaves it.
            let text = text.replace('\n', "\r\n") + "\r\n\r\n";
            assert_eq!(Shared::parse(&text).unwrap(), sample(index), "{text}");
        }
    }

    #[test]
    fn wherever_it_is_cut_off_it_is_told() {
        let text = sample(8).to_text().unwrap();
        for length in 0..text.len() - 1 {
            Shared::parse(&text[..length]).unwrap_err();
        }
    }

    #[track_caller]
    fn refused(from: &str, to: &str, because: &str) {
        let text = sample(8).to_text().unwrap();
        assert!(text.contains(from), "no {from} in {text}");
        let error = Shared::parse(&text.replacen(from, to, 1)).unwrap_err();
        assert!(error.to_string().contains(because), "{to}: {error}");
    }

    #[test]
    fn what_cannot_be_right_is_told() {
        refused("fast_pipes = 1", "fast_pipes = 2", "it has version 2");
        refused("fast_pipes = 1\n", "", "line 1: missing field `fast_pipes`");
        refused(
            "cpus = 2",
            "cpus = 0",
            "cpus is 0.0, but must be more than 0",
        );
        refused("cpus = 2", "cpus = -1", "line 5: ");
        refused(
            "cpus = 2",
            "cpus = 2\nhost = 'x'",
            "line 6: unknown field `host`",
        );
        refused("stage = 2", "stage = 1", "stage 1 stands in it twice");
        refused("stage = 5", "stage = 6", "there is no stage 6");
        refused("number = 2", "number = 200", "there is no exercise 200");
        refused("gib_per_s = ", "gib_per_s = nan #", "gib_per_s is NaN");
        refused("gib_per_s = ", "gib_per_s = inf #", "gib_per_s is inf");
        refused("gib_per_s = ", "gib_per_s = -1.0 #", "gib_per_s is -1.0");
        refused(
            "\"KVM\"",
            r#""K\u001b[2JVM""#,
            "a control character in a word",
        );
        refused("\"KVM\"", "\"K\u{1b}[2JVM\"", "a control character");
        refused("\"KVM\"", "\"\u{202e}KVM\"", "line 8: a control character");
        refused(
            "\"KVM\"",
            &format!("{:?}", "x".repeat(500)),
            "a word of 500 letters",
        );
    }
}
