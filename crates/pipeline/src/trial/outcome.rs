//! What the tries have shown, as ratios with intervals.

use std::fmt::Write;

use measured::rounds::Rounds;
use measured::statistics::Estimate;
use serde::Serialize;

use super::way::Way;

/// What is gained must be more than this to be worth a word.
const WORTH: f64 = 1.02;

/// An interval that is wider has no answer in it.
const UNCLEAR: f64 = 0.25;

/// How much faster one way was, round by round.
#[derive(Debug, Serialize)]
pub struct Gain {
    /// What was changed.
    pub way: String,
    /// How many times as fast it was, the median.
    pub times: f64,
    /// Its 95% interval.
    pub low: f64,
    /// The upper end of it.
    pub high: f64,
    /// How many rounds.
    pub rounds: usize,
    #[serde(skip)]
    to_have_it: String,
}

impl Gain {
    fn estimate(&self) -> Estimate {
        Estimate {
            median: self.times,
            low: self.low,
            high: self.high,
            count: self.rounds,
        }
    }
}

/// The gains of these ways, from seconds by name and round.
pub fn gains(ways: &[Way], seconds: &Rounds) -> Vec<Gain> {
    let base = Way::AsItIs.name();
    let others = ways.iter().filter(|&way| *way != Way::AsItIs);
    others
        .filter_map(|way| {
            let Estimate {
                median,
                low,
                high,
                count,
            } = Estimate::of(&seconds.ratios(&base, &way.name()))?;
            Some(Gain {
                way: way.name(),
                times: median,
                low,
                high,
                rounds: count,
                to_have_it: way.to_have_it(),
            })
        })
        .collect()
}

/// For people.
pub fn text(gains: &[Gain]) -> String {
    let mut text = String::new();
    for gain in gains {
        let interval = gain
            .estimate()
            .beside("round", |times| format!("{times:.2}"));
        let _ = writeln!(text, "  {:34} {:.2}x ({interval})", gain.way, gain.times);
    }
    let helps = gains.iter().filter(|gain| gain.low > WORTH);
    match helps.max_by(|one, other| one.times.total_cmp(&other.times)) {
        Some(best) => {
            let _ = writeln!(
                text,
                "What helps most: {}, {:.2}x as fast. To have it:\n{}",
                best.way,
                best.times,
                best.to_have_it.trim_end()
            );
        }
        None => {
            let change = |times: f64| 100.0 * (times - 1.0);
            let low = gains.iter().map(|gain| gain.low).fold(f64::MAX, f64::min);
            let high = gains.iter().map(|gain| gain.high).fold(0.0, f64::max);
            // One that might help by a quarter, or cost as much, tells nothing.
            let _ = match gains.iter().any(|gain| gain.high - gain.low > UNCLEAR) {
                true => writeln!(
                    text,
                    "The rounds differ too much to tell: more of them (--rounds) would, or a \
                     machine with less to do."
                ),
                false => writeln!(
                    text,
                    "Nothing here helps: {:+.0}% to {:+.0}%.",
                    change(low),
                    change(high)
                ),
            };
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(factors: [f64; 2]) -> String {
        tried_with(factors, 0.01)
    }

    fn tried_with(factors: [f64; 2], noise: f64) -> String {
        let ways = [Way::AsItIs, Way::Pipes(256 << 10), Way::Pipes(1 << 20)];
        let mut seconds = Rounds::default();
        for round in 1..=9 {
            // The machine is slower in every other round: both are.
            let base = if round % 2 == 0 { 2.0 } else { 1.0 };
            let noise = 1.0 + f64::from(round % 3) * noise;
            seconds.extend([
                (ways[0].name(), round, base),
                (ways[1].name(), round, base / factors[0] * noise),
                (ways[2].name(), round, base / factors[1] * noise),
            ]);
        }
        text(&gains(&ways, &seconds))
    }

    #[test]
    fn what_helps_is_named_with_what_to_type() {
        let text = tried([1.1, 1.3]);
        assert!(text.contains("What helps most: pipes of 1 MiB"), "{text}");
        assert!(text.contains("pipesize=1048576"), "{text}");
        assert!(text.contains("1.29x (1.27 to 1.30)"), "{text}");
    }

    #[test]
    fn rounds_that_differ_too_much_tell_nothing() {
        let text = tried_with([1.0, 1.0], 0.5);
        assert!(text.contains("differ too much to tell"), "{text}");
    }

    #[test]
    fn where_nothing_helps_that_is_said() {
        let text = tried([1.0, 1.01]);
        assert!(text.contains("Nothing here helps: -2% to +1%."), "{text}");
    }
}
