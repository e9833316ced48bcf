//! What perf saw of one end of a stage: stacks, and how often each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use measured::text;

/// A function below its callers, with its share of all samples.
#[derive(Default)]
pub struct Frame {
    /// Of all samples.
    pub share: f64,
    /// By name, what it calls.
    pub called: BTreeMap<String, Frame>,
}

/// All samples of one recording.
pub struct Recording {
    /// Whom nobody calls.
    pub root: Frame,
    /// Of each function, wherever it was called from: the share of samples with it in
    /// them, and of those in its own code.
    pub functions: BTreeMap<String, (f64, f64)>,
}

impl Recording {
    /// What perf saw of one end, such as `stage2.write`, if it was recorded.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is something else.
    pub fn read(machine: &Path, name: &str) -> Result<Option<Recording>> {
        let path = machine.join(format!("perf/{name}.folded"));
        let recording = text::read(&path).and_then(|folded| {
            folded
                .map(|folded| Recording::of(&folded))
                .transpose()
                .with_context(|| path.display().to_string())
        });
        recording.map_err(|error| anyhow!("{error:#}\nrun make perf again"))
    }

    /// Of stacks, each with how often it was seen.
    pub fn of(folded: &str) -> Result<Recording> {
        ensure!(folded.ends_with('\n'), "it is cut off, or holds nothing");
        let mut stacks = Vec::new();
        for (number, line) in (1..).zip(folded.lines()) {
            let stack = line
                .rsplit_once(' ')
                .and_then(|(stack, count)| Some((stack, count.parse::<u32>().ok()?)))
                .with_context(|| format!("line {number}: no stack with a number: {line}"))?;
            stacks.push(stack);
        }
        let all: f64 = stacks.iter().map(|(_, count)| f64::from(*count)).sum();
        let mut root = Frame::default();
        let mut functions: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        for (stack, count) in stacks {
            let share = f64::from(count) / all;
            let mut frame = &mut root;
            for function in stack.split(';') {
                frame = frame.called.entry(function.to_owned()).or_default();
                frame.share += share;
            }
            let names: BTreeSet<&str> = stack.split(';').collect();
            for name in names {
                functions.entry(name.to_owned()).or_default().0 += share;
            }
            let last = stack.rsplit(';').next().unwrap_or_default();
            functions.entry(last.to_owned()).or_default().1 += share;
        }
        Ok(Recording { root, functions })
    }

    /// The share of samples with this function in them.
    pub fn total(&self, function: &str) -> f64 {
        self.functions.get(function).map_or(0.0, |it| it.0)
    }

    /// The share of samples in its own code.
    pub fn own(&self, function: &str) -> f64 {
        self.functions.get(function).map_or(0.0, |it| it.1)
    }
}

/// Text, as it stands in a page.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spoiled_line_is_named() {
        let error = Recording::of("main 3\nmain\n").map(drop).unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
    }
}
