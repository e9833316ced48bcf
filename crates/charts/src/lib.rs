//! Bars with their intervals, one for each machine, in the terminal and as SVG; how long
//! calls took, lines in panels for what is counted, points in a plane and flame graphs, as SVG.

pub mod calls;
pub mod flame;
mod instructions;
mod panels;
mod picture;
pub mod scatter;
mod svg;
mod terminal;

pub use panels::Panels;

use std::collections::BTreeSet;

use bench::stages::STAGES;
use measured::Figures;
use measured::statistics::Estimate;
use measured::words::figure;

/// In the place of a figure.
pub const NOT_MEASURED: &str = "not measured";

/// Whose bars are grey, and come first.
const THE_POST: &str = "the post (i7-8550U, Linux 5.17)";

/// Bars in groups: what is compared, and on which machines.
pub struct Chart {
    /// What the bars show, with their unit.
    pub title: String,
    /// What is compared.
    pub categories: Vec<String>,
    /// A bar in each category.
    pub series: Vec<Series>,
}

/// The bars of one machine.
pub struct Series {
    /// Whose they are.
    pub name: String,
    /// One for each category; what was not measured is missing.
    pub values: Vec<Option<Estimate>>,
}

impl Chart {
    /// The five stages: the post, then each machine that has figures, and what it did while
    /// it was awake, where its calls were timed.
    pub fn ladder(machines: &[(&str, &Figures)]) -> Chart {
        let post = Series {
            name: THE_POST.to_owned(),
            values: STAGES
                .iter()
                .map(|stage| Some(exactly(stage.post)))
                .collect(),
        };
        let stages = || {
            STAGES
                .iter()
                .map(|stage| format!("stages/stage{}", stage.number))
        };
        let measured = machines.iter().flat_map(|(name, figures)| {
            let means = Series {
                name: (*name).to_owned(),
                values: stages().map(|stage| figures.estimate(&stage)).collect(),
            };
            let awake = stages().map(|stage| figures.calls(&stage)?.awake);
            let awake = figures.usual_distance().map(|distance| Series {
                name: format!("{name}, awake, the CPUs {distance}"),
                values: awake.collect(),
            });
            let awake = awake.filter(|series| series.values.iter().any(Option::is_some));
            [Some(means), awake].into_iter().flatten()
        });
        Chart {
            title: "The five stages, GiB/s".to_owned(),
            categories: STAGES
                .iter()
                .map(|stage| format!("{}: {}", stage.number, stage.novelty))
                .collect(),
            series: [post].into_iter().chain(measured).collect(),
        }
    }

    /// A group of figures, in the order of its plan, with a bar for each machine.
    pub fn group(title: &str, group: &str, machines: &[(&str, &Figures)]) -> Chart {
        let names = machines
            .first()
            .map_or(Vec::new(), |(_, figures)| figures.group(group));
        let series = machines.iter().map(|(machine, figures)| Series {
            name: (*machine).to_owned(),
            values: names.iter().map(|name| figures.estimate(name)).collect(),
        });
        Chart {
            title: title.to_owned(),
            categories: names.iter().map(|name| label(name)).collect(),
            series: series.collect(),
        }
    }

    /// A group of one machine's figures with names such as `stage1-4KiB`: a bar for
    /// each stage in each size. `None` where they are not of several stages.
    pub fn stages_by_size(title: &str, group: &str, figures: &Figures) -> Option<Chart> {
        let names = figures.group(group);
        let parts = || names.iter().filter_map(|name| stage_and_size(name));
        let stages: BTreeSet<&str> = parts().map(|(stage, _)| stage).collect();
        if stages.len() < 2 {
            return None;
        }
        let mut sizes: Vec<&str> = parts().map(|(_, size)| size).collect();
        sizes.dedup();
        let series = stages.into_iter().map(|stage| Series {
            name: label(stage),
            values: sizes
                .iter()
                .map(|size| figures.estimate(&format!("{group}/{stage}-{size}")))
                .collect(),
        });
        Some(Chart {
            title: title.to_owned(),
            categories: sizes.iter().map(ToString::to_string).collect(),
            series: series.collect(),
        })
    }

    /// The chart in words, for who does not see it.
    pub fn in_words(&self) -> String {
        let categories = self.categories.iter().enumerate().map(|(index, category)| {
            let bars: Vec<String> = self
                .series
                .iter()
                .map(|series| match series.values[index] {
                    Some(value) => format!("{} {}", series.name, figure(value.median)),
                    None => format!("{} {NOT_MEASURED}", series.name),
                })
                .collect();
            format!("{category}: {}.", bars.join(", "))
        });
        categories.collect::<Vec<_>>().join(" ")
    }

    /// The longest bar, with its interval.
    fn maximum(&self) -> f64 {
        let values = self
            .series
            .iter()
            .flat_map(|series| series.values.iter().flatten());
        values
            .map(|value| value.interval().map_or(value.median, |[_, high]| high))
            .fold(0.0, f64::max)
    }
}

/// A figure without an interval, such as the post's.
fn exactly(value: f64) -> Estimate {
    Estimate {
        median: value,
        low: value,
        high: value,
        count: 1,
    }
}

/// The parts of `buffer/stage1-4KiB`.
fn stage_and_size(name: &str) -> Option<(&str, &str)> {
    let (_, name) = name.split_once('/')?;
    name.split_once('-')
        .filter(|(stage, _)| stage.starts_with("stage"))
}

/// A name without its group, for people.
fn label(name: &str) -> String {
    let name = name.split_once('/').map_or(name, |(_, name)| name);
    name.replace(['-', '_'], " ")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub fn sample() -> Chart {
        let estimate = |low, median, high| {
            Some(Estimate {
                median,
                low,
                high,
                count: 9,
            })
        };
        Chart {
            title: "Two things, GiB/s".to_owned(),
            categories: vec!["1: slow".to_owned(), "2: fast & furious".to_owned()],
            series: vec![
                Series {
                    name: "the post".to_owned(),
                    values: vec![Some(exactly(3.7)), Some(exactly(62.5))],
                },
                Series {
                    name: "yours <new>".to_owned(),
                    values: vec![estimate(0.7, 0.8, 0.9), None],
                },
            ],
        }
    }

    #[test]
    fn awake_has_bars_of_its_own_where_calls_were_timed() {
        use measured::runs::Run;
        let run = |hand_over_ns| Run {
            group: "stages".into(),
            name: "stage2".into(),
            gib_per_s: 9.0,
            hand_over_ns,
            awake_gib_per_s: Some(13.0),
            histogram: Some("20000:1".parse().unwrap()),
            ..Run::default()
        };
        let names = |run| {
            let figures = Figures::of(vec![run]);
            let series = Chart::ladder(&[("yours", &figures)]).series;
            let names = series.into_iter().map(|series| series.name);
            names.skip(1).collect::<Vec<_>>()
        };
        assert_eq!(
            names(run(Some(40.0))),
            ["yours", "yours, awake, the CPUs near"]
        );
        assert_eq!(names(run(None)), ["yours"]);
    }

    #[test]
    fn the_words_name_every_bar() {
        assert_eq!(
            sample().in_words(),
            "1: slow: the post 3.7, yours <new> 0.80. \
             2: fast & furious: the post 62.5, yours <new> not measured."
        );
    }
}
