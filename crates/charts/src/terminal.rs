//! The chart in 80 columns.

use std::fmt::Write;

use measured::words::figure;

use super::{Chart, NOT_MEASURED};

const BAR: usize = 46;

impl Chart {
    /// The chart as lines of text: a bar for each machine under each category.
    pub fn to_terminal(&self) -> String {
        let mut text = format!("{}\n", self.title);
        let marks = ["░", "▓", "█", "▒"];
        for (series, mark) in self.series.iter().zip(marks.iter().cycle()) {
            let _ = writeln!(text, "  {} {}", mark.repeat(2), series.name);
        }
        for (index, category) in self.categories.iter().enumerate() {
            let _ = writeln!(text, "\n{category}");
            for (series, mark) in self.series.iter().zip(marks.iter().cycle()) {
                let Some(value) = series.values[index] else {
                    let _ = writeln!(text, "  {NOT_MEASURED}");
                    continue;
                };
                let length = (value.median / self.maximum() * BAR as f64)
                    .round()
                    .max(1.0) as usize;
                let interval = value.interval().map_or(String::new(), |[low, high]| {
                    format!("  ({} to {})", figure(low), figure(high))
                });
                let _ = writeln!(
                    text,
                    "  {} {}{interval}",
                    mark.repeat(length),
                    figure(value.median)
                );
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::sample;

    #[test]
    fn every_bar_is_there_and_fits() {
        let text = sample().to_terminal();
        assert!(text.contains("░░░ 3.7\n"), "{text}");
        assert!(text.contains("▓ 0.80  (0.70 to 0.90)"), "{text}");
        assert!(text.contains("not measured"), "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
    }
}
