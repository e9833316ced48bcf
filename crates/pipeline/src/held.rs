//! What a process has held, by many looks at it.

use std::collections::{BTreeMap, BTreeSet};

use crate::descriptors::{Descriptor, Target};

/// What a process has held, by how many looks found it.
#[derive(Debug, Default)]
pub struct Held {
    looks: BTreeMap<Target, u32>,
    last: BTreeSet<Target>,
}

impl Held {
    /// Takes note of a look.
    pub fn see<'a>(&mut self, open: impl Iterator<Item = &'a Descriptor>) {
        self.last = open.map(|open| open.target.clone()).collect();
        for target in &self.last {
            *self.looks.entry(target.clone()).or_default() += 1;
        }
    }

    /// What it has really held: between fork and exec a shell's child holds for a moment
    /// what is for others.
    pub fn all(&self) -> impl Iterator<Item = &Target> {
        let lasting =
            |(target, looks): (&'_ Target, &u32)| *looks > 1 || self.last.contains(target);
        self.looks
            .iter()
            .filter(move |&(target, looks)| lasting((target, looks)))
            .map(|(target, _)| target)
    }
}
