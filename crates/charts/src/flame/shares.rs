//! Stacks as shares of all samples.

use std::collections::{BTreeMap, BTreeSet};

use measured::stacks::Stacks;

/// A function below its callers, with its share of all samples.
#[derive(Default)]
pub(super) struct Frame {
    /// Of all samples.
    pub share: f64,
    /// By name, what it calls.
    pub called: BTreeMap<String, Frame>,
}

/// Who calls whom, and how much of all samples each has.
pub struct FlameGraph {
    /// Whom nobody calls.
    pub(super) root: Frame,
    /// Of each function, wherever it was called from: the share of samples with it in
    /// them, and of those in its own code.
    pub(super) functions: BTreeMap<String, (f64, f64)>,
}

impl FlameGraph {
    /// Of stacks, each with how often it was seen.
    pub fn of(stacks: &Stacks) -> FlameGraph {
        let all = stacks.total() as f64;
        let mut root = Frame::default();
        let mut functions: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        for (stack, count) in stacks.iter() {
            let share = count as f64 / all;
            let mut frame = &mut root;
            for function in stack {
                frame = frame.called.entry(function.clone()).or_default();
                frame.share += share;
            }
            for name in stack.iter().collect::<BTreeSet<_>>() {
                functions.entry(name.clone()).or_default().0 += share;
            }
            if let Some(last) = stack.last() {
                functions.entry(last.clone()).or_default().1 += share;
            }
        }
        FlameGraph { root, functions }
    }

    /// The share of samples with this function in them.
    pub(super) fn total(&self, function: &str) -> f64 {
        self.functions.get(function).map_or(0.0, |it| it.0)
    }

    /// The share of samples in its own code.
    pub(super) fn own(&self, function: &str) -> f64 {
        self.functions.get(function).map_or(0.0, |it| it.1)
    }
}

#[cfg(test)]
pub(super) fn graph(folded: &str) -> FlameGraph {
    FlameGraph::of(&Stacks::from_folded(folded).unwrap())
}
