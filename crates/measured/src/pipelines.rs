//! What `make pipelines` measures: pipelines as they are, mended, and watched.

use serde::{Deserialize, Serialize};

use crate::numbers::{Number, decimals, decimals_if_any};
use crate::rounds::Rounds;
use crate::row::Row;
use crate::rows::Rows;
use crate::statistics::{Estimate, median};
use crate::words::figure;

/// All runs.
pub const PIPELINES: Rows<Pipeline> = Rows::new("pipelines.csv", "make pipelines");

/// As it is.
pub const BEFORE: &str = "before";
/// Mended.
pub const AFTER: &str = "after";
/// As it is, with `lab pipeline` beside it.
pub const WATCHED: &str = "watched";

/// One run of a pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// Which round it belongs to, from 1.
    pub round: u32,
    /// Its name.
    pub pipeline: String,
    /// `before`, `after` or `watched`.
    pub way: String,
    /// From its start to its end.
    #[serde(serialize_with = "decimals::<4, _>")]
    pub seconds: f64,
    /// What the watcher took it for.
    pub verdict: Option<String>,
    /// What pipes without cost would save at most, by the watcher: a part of the time.
    #[serde(serialize_with = "decimals_if_any::<3, _>")]
    pub at_most: Option<f64>,
    /// The watcher's CPU time, as a part of the time.
    #[serde(serialize_with = "decimals_if_any::<4, _>")]
    pub watcher: Option<f64>,
}

impl Row for Pipeline {
    fn numbers(&self) -> Vec<Number> {
        let part = |name, part: Option<f64>| part.map(|part| Number::part(name, part));
        let parts = [part("at_most", self.at_most), part("watcher", self.watcher)];
        [
            Number::some("round", self.round.into()),
            Number::time("seconds", self.seconds),
        ]
        .into_iter()
        .chain(parts.into_iter().flatten())
        .collect()
    }

    fn holds(&self) -> Vec<String> {
        vec![name(&self.pipeline, &self.way)]
    }
}

fn name(pipeline: &str, way: &str) -> String {
    format!("{pipeline}/{way}")
}

/// A ratio with its interval, or with its few rounds.
pub fn times(ratio: &Estimate) -> String {
    // Near 1 the second decimal counts.
    let figure = |value: f64| match value < 10.0 {
        true => format!("{value:.2}"),
        false => figure(value),
    };
    format!(
        "{} ({})",
        figure(ratio.median),
        ratio.beside("round", figure)
    )
}

/// The runs of a machine, by pipeline and way.
pub struct Figures {
    rows: Vec<Pipeline>,
    seconds: Rounds,
}

impl Figures {
    /// Of these rows.
    pub fn of(rows: Vec<Pipeline>) -> Figures {
        let seconds = rows
            .iter()
            .map(|row| (name(&row.pipeline, &row.way), row.round, row.seconds));
        Figures {
            seconds: seconds.collect(),
            rows,
        }
    }

    /// Seconds from start to end, the median.
    pub fn seconds(&self, pipeline: &str, way: &str) -> Option<f64> {
        self.seconds.median(&name(pipeline, way))
    }

    /// How many times as fast it is when mended, round by round.
    pub fn gain(&self, pipeline: &str) -> Option<Estimate> {
        self.ratio(pipeline, BEFORE, AFTER)
    }

    /// How many times as long it takes when it is watched, round by round.
    pub fn cost(&self, pipeline: &str) -> Option<Estimate> {
        self.ratio(pipeline, WATCHED, BEFORE)
    }

    fn ratio(&self, pipeline: &str, one: &str, other: &str) -> Option<Estimate> {
        let [one, other] = [one, other].map(|way| name(pipeline, way));
        Estimate::of(&self.seconds.ratios(&one, &other))
    }

    /// The watcher's CPU time as a part of the time, the median.
    pub fn watcher(&self, pipeline: &str) -> Option<f64> {
        self.median_of(pipeline, |row| row.watcher)
    }

    /// What pipes without cost would save at most, the median.
    pub fn at_most(&self, pipeline: &str) -> Option<f64> {
        self.median_of(pipeline, |row| row.at_most)
    }

    fn median_of(&self, pipeline: &str, part: fn(&Pipeline) -> Option<f64>) -> Option<f64> {
        let rows = self.rows.iter().filter(|row| row.pipeline == pipeline);
        let parts: Vec<f64> = rows.filter_map(part).collect();
        (!parts.is_empty()).then(|| median(&parts))
    }

    /// What the watcher took it for most often, in how many of how many rounds.
    pub fn verdict(&self, pipeline: &str) -> Option<(&str, usize, usize)> {
        let rows = self.rows.iter().filter(|row| row.pipeline == pipeline);
        let all: Vec<&str> = rows.filter_map(|row| row.verdict.as_deref()).collect();
        let count = |kind: &str| all.iter().filter(|&&other| other == kind).count();
        let most = all.iter().max_by_key(|kind| count(kind))?;
        Some((most, count(most), all.len()))
    }

    /// The pipelines, in the order in which they were first measured.
    pub fn pipelines(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for row in &self.rows {
            if !names.contains(&row.pipeline.as_str()) {
                names.push(&row.pipeline);
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_a_mended_pipeline() {
        let row = |round, way: &str, seconds| Pipeline {
            round,
            pipeline: "lines".into(),
            way: way.into(),
            seconds,
            verdict: (way == WATCHED).then(|| "small-writes".to_owned()),
            at_most: (way == WATCHED).then_some(0.5),
            watcher: None,
        };
        // Every other round is twice as slow: the ratios stay.
        let rows = (1..=6).flat_map(|round| {
            let slow = f64::from(1 + round % 2);
            [
                row(round, BEFORE, 3.0 * slow),
                row(round, AFTER, slow),
                row(round, WATCHED, 3.3 * slow),
            ]
        });
        let figures = Figures::of(rows.collect());
        let gain = figures.gain("lines").unwrap();
        assert_eq!((gain.low, gain.high), (3.0, 3.0));
        assert!((figures.cost("lines").unwrap().median - 1.1).abs() < 1e-9);
        assert_eq!(figures.verdict("lines"), Some(("small-writes", 6, 6)));
        assert_eq!(figures.at_most("lines"), Some(0.5));
        assert!(figures.gain("bursts").is_none() && figures.watcher("lines").is_none());
    }
}
