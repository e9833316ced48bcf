//! What perf saw of one end of a stage: call stacks, and how often each.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};

use crate::text;

/// Call stacks, outermost function first, and how many samples each has.
#[derive(Debug, PartialEq, Eq)]
pub struct Stacks(BTreeMap<Vec<String>, u64>);

impl FromIterator<Vec<String>> for Stacks {
    /// Of a stack for each sample.
    fn from_iter<I: IntoIterator<Item = Vec<String>>>(samples: I) -> Stacks {
        let mut stacks = BTreeMap::new();
        for stack in samples {
            *stacks.entry(stack).or_default() += 1;
        }
        Stacks(stacks)
    }
}

impl Stacks {
    /// Those of one end, such as `stage2.write`, in a machine's folder; nothing where that
    /// was not recorded.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is something else.
    pub fn read(machine: &Path, name: &str) -> Result<Option<Stacks>> {
        let path = machine.join(format!("perf/{name}.folded"));
        let stacks = text::read(&path).and_then(|folded| {
            let stacks = folded
                .map(|folded| Stacks::from_folded(&folded))
                .transpose();
            stacks.with_context(|| path.display().to_string())
        });
        stacks.map_err(|error| anyhow!("{error:#}\nrun make perf again"))
    }

    /// How many samples there are.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// Each stack and its number of samples.
    pub fn iter(&self) -> impl Iterator<Item = (&[String], u64)> {
        self.0
            .iter()
            .map(|(stack, count)| (stack.as_slice(), *count))
    }

    /// The form that tools for flame graphs share: `outer;inner 42`.
    pub fn folded(&self) -> String {
        self.iter()
            .map(|(stack, count)| format!("{} {count}\n", stack.join(";")))
            .collect()
    }

    /// Reads that form back.
    ///
    /// # Errors
    ///
    /// When it is another, with its line.
    pub fn from_folded(folded: &str) -> Result<Stacks> {
        ensure!(folded.ends_with('\n'), "it is cut off, or holds nothing");
        let stacks = (1..).zip(folded.lines()).map(|(number, line)| {
            line.rsplit_once(' ')
                .and_then(|(stack, count)| {
                    Some((
                        stack.split(';').map(str::to_owned).collect(),
                        count.parse().ok().filter(|&count| count > 0)?,
                    ))
                })
                .with_context(|| format!("line {number}: no stack with a number: {line}"))
        });
        Ok(Stacks(stacks.collect::<Result<_>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_folded_can_be_read_back_and_a_spoiled_line_is_named() {
        let sample = vec!["main".to_owned(), "read".to_owned()];
        let stacks: Stacks = std::iter::repeat_n(sample, 3).collect();
        assert_eq!(stacks.folded(), "main;read 3\n");
        assert_eq!(Stacks::from_folded(&stacks.folded()).unwrap(), stacks);
        for spoiled in ["main 3\nmain\n", "main 3\nmain 0\n"] {
            let error = Stacks::from_folded(spoiled).unwrap_err();
            assert!(error.to_string().contains("line 2"), "{error}");
        }
        Stacks::from_folded("main 3").unwrap_err();
        Stacks::from_folded("").unwrap_err();
    }
}
