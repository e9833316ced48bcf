//! What was measured, in nanoseconds for each page.

use std::collections::BTreeMap;

use measured::pages::Cost;

use super::subject::{Past, Subject};

/// What a figure is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The call that was timed.
    pub call: &'static str,
    /// The size of the memory's pages in bytes.
    pub page: usize,
    /// What was done to the memory before.
    pub past: Past,
    /// How many pages one call got.
    pub pages_per_call: usize,
}

/// The median, and the quartiles below and above it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// A quarter of all samples is below this.
    pub lower: f64,
    /// Half of them are.
    pub median: f64,
    /// Three quarters of them are.
    pub upper: f64,
}

/// All samples.
#[derive(Default)]
pub struct Costs(BTreeMap<Key, Vec<f64>>);

impl Costs {
    /// Adds one sample.
    pub fn add(&mut self, call: &'static str, of: &Subject, pages_per_call: usize, cost: f64) {
        let key = Key {
            call,
            page: of.page,
            past: of.past,
            pages_per_call,
        };
        self.0.entry(key).or_default().push(cost);
    }

    /// Everything that was measured, in order, summed up.
    pub fn summaries(&self) -> impl Iterator<Item = (Key, Summary)> {
        self.0.iter().map(|(key, samples)| (*key, summary(samples)))
    }

    /// The same as rows.
    pub fn rows(&self) -> Vec<Cost> {
        self.summaries()
            .map(|(key, summary)| Cost {
                call: key.call.to_owned(),
                page_size: key.page as u64,
                memory: key.past.name().to_owned(),
                pages_per_call: key.pages_per_call as u64,
                ns_per_page: summary.median,
                lower_quartile: summary.lower,
                upper_quartile: summary.upper,
            })
            .collect()
    }
}

fn summary(samples: &[f64]) -> Summary {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |quarter: usize| sorted[(sorted.len() - 1) * quarter / 4];
    Summary {
        lower: at(1),
        median: at(2),
        upper: at(3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_of_a_known_sample() {
        let expected = Summary {
            lower: 2.0,
            median: 3.0,
            upper: 4.0,
        };
        assert_eq!(summary(&[5.0, 1.0, 4.0, 2.0, 3.0]), expected);
    }
}
