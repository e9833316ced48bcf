//! What is shared, as text: written, and read from anybody.

use anyhow::{Context, Result, anyhow, ensure};
use bench::stages::STAGES;
use measured::numbers::Number;
use serde::Deserialize;

use crate::shared::{Machine, Shared, VERSION};
use crate::words;

/// The last line, without which a text was cut off.
const END: &str = "# end";

/// The longest word of a machine about itself.
const LETTERS: usize = 100;

/// What [`read`] reads.
///
/// # Errors
///
/// When it would not be taken.
pub fn write(shared: &Shared) -> Result<String> {
    check(shared)?;
    let text = toml::to_string(shared).context("what is shared is always TOML")?;
    Ok(format!("{text}\n{END}\n"))
}

/// Reads a text that may come from anybody.
///
/// # Errors
///
/// When it is no such text, was cut off, hides something, or has figures that cannot be right.
pub fn read(text: &str) -> Result<Shared> {
    for (index, line) in text.lines().enumerate() {
        let hides = !words::all_show(&line.replace('\t', " "));
        ensure!(!hides, "line {}: a control character", index + 1);
    }
    #[derive(Deserialize)]
    struct Version {
        fast_pipes: u32,
    }
    let Version { fast_pipes } = from_toml(text)?;
    ensure!(
        fast_pipes == VERSION,
        "it has version {fast_pipes} of this form, and only {VERSION} can be read here"
    );
    ensure!(
        text.trim_end().ends_with(END),
        "it is cut off: the last line must be '{END}'"
    );
    let shared: Shared = from_toml(text)?;
    check(&shared)?;
    Ok(shared)
}

/// Whether each word and figure can be right.
fn check(shared: &Shared) -> Result<()> {
    let Machine {
        cpu,
        cpus,
        architecture,
        kernel,
        hypervisor,
        container,
        distance,
        wake_up_us,
    } = &shared.machine;
    let medals = shared.exercises.iter().filter_map(|it| it.medal.as_ref());
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
    let stages: Vec<u8> = shared.ladder.iter().map(|rung| rung.stage).collect();
    once_each("stage", &stages, STAGES.len())?;
    for rung in &shared.ladder {
        Number::speed("gib_per_s", rung.gib_per_s).check()?;
        if let Some(awake) = rung.awake_gib_per_s {
            Number::speed("awake_gib_per_s", awake).check()?;
        }
    }
    let numbers: Vec<u8> = shared.exercises.iter().map(|it| it.number).collect();
    once_each("exercise", &numbers, EXERCISES)?;
    for best in shared.exercises.iter().filter_map(|it| it.best) {
        Number::count("best", best).check()?;
    }
    Ok(())
}

/// More than there are, so that a text from a later workshop can be read.
pub const EXERCISES: usize = 20;

fn once_each(what: &str, numbers: &[u8], most: usize) -> Result<()> {
    for (index, number) in numbers.iter().enumerate() {
        let known = (1..=most).contains(&usize::from(*number));
        ensure!(known, "there is no {what} {number}");
        let again = numbers[..index].contains(number);
        ensure!(!again, "{what} {number} stands in it twice");
    }
    Ok(())
}

fn from_toml<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| {
        let line = measured::text::line_of(&error, text);
        anyhow!("line {line}: {}", error.message().replace('\n', ", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::shared::tests::sample;

    #[test]
    fn what_is_written_is_read_back() {
        for index in 0..20 {
            let text = write(&sample(index)).unwrap();
            assert_eq!(read(&text).unwrap(), sample(index), "{text}");
            // As a mail program leaves it.
            let text = text.replace('\n', "\r\n") + "\r\n\r\n";
            assert_eq!(read(&text).unwrap(), sample(index), "{text}");
        }
    }

    #[test]
    fn wherever_it_is_cut_off_it_is_told() {
        let text = write(&sample(8)).unwrap();
        for length in 0..text.len() - 1 {
            read(&text[..length]).unwrap_err();
        }
    }

    #[track_caller]
    fn refused(from: &str, to: &str, because: &str) {
        let text = write(&sample(8)).unwrap();
        assert!(text.contains(from), "no {from} in {text}");
        let error = read(&text.replacen(from, to, 1)).unwrap_err();
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
