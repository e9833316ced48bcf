//! Figures by name and round. What is compared is compared round by round: what slows
//! a whole round down slows both.

use std::collections::BTreeMap;

use crate::beyond::Speed;
use crate::statistics::{self, Estimate};

/// One figure for each name and round.
#[derive(Clone, Debug, Default)]
pub struct Rounds(BTreeMap<String, BTreeMap<u32, f64>>);

impl Rounds {
    /// The names, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The figures of `name`, round by round.
    pub fn values(&self, name: &str) -> Vec<f64> {
        let rounds = self.0.get(name);
        rounds
            .map(|rounds| rounds.values().copied().collect())
            .unwrap_or_default()
    }

    /// How many times `other` the figure of `name` is, in each round that has both.
    pub fn ratios(&self, name: &str, other: &str) -> Vec<f64> {
        let (Some(values), Some(others)) = (self.0.get(name), self.0.get(other)) else {
            return Vec::new();
        };
        values
            .iter()
            .filter_map(|(round, value)| Some(value / others.get(round)?))
            .collect()
    }

    /// The median of the figures of `name`; nothing where it has none.
    pub fn median(&self, name: &str) -> Option<f64> {
        median(&self.values(name))
    }

    /// How many times `other` it is: the median of the ratios, so that what changes from
    /// round to round cancels out.
    pub fn times(&self, name: &str, other: &str) -> Option<f64> {
        median(&self.ratios(name, other))
    }

    /// The median of `name` with its interval.
    pub fn estimate(&self, name: &str) -> Option<Estimate> {
        Estimate::of(&self.values(name))
    }
}

fn median(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| statistics::median(values))
}

/// Of names, rounds and figures.
impl FromIterator<(String, u32, f64)> for Rounds {
    fn from_iter<T: IntoIterator<Item = (String, u32, f64)>>(figures: T) -> Rounds {
        let mut rounds = Rounds::default();
        rounds.extend(figures);
        rounds
    }
}

impl Extend<(String, u32, f64)> for Rounds {
    fn extend<T: IntoIterator<Item = (String, u32, f64)>>(&mut self, figures: T) {
        for (name, round, figure) in figures {
            self.0.entry(name).or_default().insert(round, figure);
        }
    }
}

impl<'rows> FromIterator<&'rows Speed> for Rounds {
    fn from_iter<T: IntoIterator<Item = &'rows Speed>>(rows: T) -> Rounds {
        rows.into_iter()
            .map(|row| (row.name.clone(), row.round, row.gib_per_s))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine that is half as fast in every other round: the figures swing,
    /// their ratio does not.
    #[test]
    fn ratios_are_taken_round_by_round() {
        let figures = (1..=10).flat_map(|round| {
            let speed = if round % 2 == 0 { 1.0 } else { 2.0 };
            [
                ("stage1".to_owned(), round, speed),
                ("stage2".to_owned(), round, 3.0 * speed),
            ]
        });
        let rounds: Rounds = figures.collect();
        let swinging = rounds.estimate("stage1").unwrap();
        assert!(swinging.high > 1.5 * swinging.low, "{swinging}");
        assert_eq!(rounds.ratios("stage2", "stage1"), [3.0; 10]);
        assert_eq!(rounds.times("stage2", "stage1"), Some(3.0));
        assert_eq!(rounds.times("stage2", "stage9"), None);
        assert_eq!(rounds.median("stage9"), None);
    }

    #[test]
    fn rounds_that_only_one_has_are_not_compared() {
        let rounds: Rounds = [("a".to_owned(), 1, 1.0), ("b".to_owned(), 2, 2.0)]
            .into_iter()
            .collect();
        assert_eq!(rounds.times("a", "b"), None);
    }
}
