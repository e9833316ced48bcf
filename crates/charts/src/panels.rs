//! A picture for each of several things, side by side: lines over the same categories.

use anyhow::{Result, anyhow};
use measured::kernels::{Count, Shown};
use measured::words::figure;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::svg::{COLORS, TEXT, dressed};

const WIDTH: i32 = 640;
const HEAD: i32 = 54;
const PANEL: (i32, i32) = (WIDTH / 2, 190);
/// Around the lines of a panel: its title above, the categories below.
const ABOVE: i32 = 46;
const BELOW: i32 = 26;
const BESIDE: i32 = 34;

/// Lines in panels, each from zero to its own maximum.
pub struct Panels {
    /// What they show, with their unit.
    pub title: String,
    /// What stands below each panel.
    pub categories: Vec<String>,
    /// The names of the lines, which are the same in all.
    pub lines: Vec<String>,
    /// The panels.
    pub panels: Vec<Panel>,
}

/// One of them.
pub struct Panel {
    /// What it shows.
    pub title: String,
    /// A value for each category, line by line; what was not counted is missing.
    pub values: Vec<Vec<Option<f64>>>,
}

impl Panels {
    /// What each stage's ends take for 4 KiB, over the kernels of one architecture in the
    /// order in which they come.
    pub fn instructions(counts: &[Count], arch: &str) -> Panels {
        let mut kernels: Vec<String> = Vec::new();
        let mut stages: Vec<&str> = Vec::new();
        for row in counts.iter().filter(|row| row.arch == arch) {
            if !kernels.contains(&row.kernel) {
                kernels.push(row.kernel.clone());
            }
            if !stages.contains(&row.stage.as_str()) {
                stages.push(&row.stage);
            }
        }
        let shown = Shown::of(counts, arch);
        let of = |stage: &str, end: &str, kernel: &str| {
            let row = counts.iter().find(|row| {
                let place = row.arch == arch && row.kernel == kernel && row.options.is_empty();
                place && row.stage == stage && row.end == end
            });
            row.map(|row| shown.figure(row))
        };
        let ends = ["write", "read"];
        let panels = stages.iter().map(|stage| Panel {
            title: stage.replace("stage", "stage "),
            values: ends
                .map(|end| {
                    kernels
                        .iter()
                        .map(|kernel| of(stage, end, kernel))
                        .collect()
                })
                .to_vec(),
        });
        Panels {
            title: match shown {
                Shown::WithoutCopying => "Instructions for 4 KiB, without copying".to_owned(),
                Shown::All => "Instructions for 4 KiB".to_owned(),
            },
            panels: panels.collect(),
            lines: vec!["the writing end".to_owned(), "the reading end".to_owned()],
            categories: kernels,
        }
    }

    /// The panels as an SVG element with a title and a description.
    ///
    /// # Errors
    ///
    /// When the library cannot draw it.
    pub fn to_svg(&self) -> Result<String> {
        let rows = self.panels.len().div_ceil(2) as i32;
        let size = (WIDTH as u32, (HEAD + rows * PANEL.1) as u32);
        let mut svg = String::new();
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        self.draw(&area)
            .map_err(|error| anyhow!("cannot draw the chart: {error}"))?;
        drop(area);
        Ok(dressed(&svg, &self.title, &self.in_words()))
    }

    /// The picture in words, for who does not see it.
    pub fn in_words(&self) -> String {
        let panels = self.panels.iter().map(|panel| {
            let lines = self.lines.iter().zip(&panel.values).map(|(line, values)| {
                let values = self.categories.iter().zip(values).map(|(category, value)| {
                    let value = value.map_or_else(|| "not counted".to_owned(), figure);
                    format!("{category} {value}")
                });
                format!("{line} {}", values.collect::<Vec<_>>().join(", "))
            });
            format!("{}: {}.", panel.title, lines.collect::<Vec<_>>().join("; "))
        });
        panels.collect::<Vec<_>>().join(" ")
    }

    fn draw(
        &self,
        area: &DrawingArea<SVGBackend, Shift>,
    ) -> Result<(), DrawingAreaErrorKind<std::io::Error>> {
        let text = |size| ("sans-serif", size).into_font().color(&TEXT);
        let left = |size| text(size).pos(Pos::new(HPos::Left, VPos::Center));
        let middle = |size, place| text(size).pos(Pos::new(HPos::Center, place));
        let colors = || COLORS.iter().skip(1).cycle();
        area.draw(&Text::new(self.title.clone(), (4, 10), left(16)))?;
        for (at, (line, color)) in (0..).zip(self.lines.iter().zip(colors())) {
            let x = 4 + at * 160;
            area.draw(&Rectangle::new([(x, 30), (x + 14, 42)], color.filled()))?;
            area.draw(&Text::new(line.clone(), (x + 22, 36), left(14)))?;
        }
        for (at, panel) in (0..).zip(&self.panels) {
            let (left_edge, top) = (at % 2 * PANEL.0, HEAD + at / 2 * PANEL.1);
            let (first, floor) = (left_edge + BESIDE, top + PANEL.1 - BELOW);
            area.draw(&Text::new(
                panel.title.clone(),
                (left_edge + 4, top + 16),
                left(14),
            ))?;
            let step = (PANEL.0 - 2 * BESIDE) / (self.categories.len() as i32 - 1).max(1);
            let room = f64::from(PANEL.1 - ABOVE - BELOW);
            let height = |value: f64| floor - (value / panel.maximum() * room).round() as i32;
            let ends = [(left_edge + 4, floor), (left_edge + PANEL.0 - 8, floor)];
            area.draw(&PathElement::new(ends, TEXT))?;
            for (place, category) in (0..).zip(&self.categories) {
                let at = (first + place * step, floor + 6);
                area.draw(&Text::new(category.clone(), at, middle(13, VPos::Top)))?;
            }
            for (line, (values, color)) in panel.values.iter().zip(colors()).enumerate() {
                let points: Vec<(i32, i32)> = (0..)
                    .zip(values)
                    .filter_map(|(place, value)| Some((first + place * step, height((*value)?))))
                    .collect();
                area.draw(&PathElement::new(points.clone(), color.stroke_width(2)))?;
                for (point, value) in points.into_iter().zip(values.iter().flatten()) {
                    area.draw(&Circle::new(point, 3, color.filled()))?;
                    // Above the line that is higher there, and below the other.
                    let others =
                        |other: &[Option<f64>]| other.iter().flatten().copied().sum::<f64>();
                    let higher = panel.values.iter().enumerate().all(|(other, values)| {
                        other == line || others(values) <= others(&panel.values[line])
                    });
                    let (place, at) = match higher {
                        true => (VPos::Bottom, point.1 - 6),
                        false => (VPos::Top, point.1 + 6),
                    };
                    let words = format!("{value:.0}");
                    area.draw(&Text::new(words, (point.0, at), middle(13, place)))?;
                }
            }
        }
        area.present()
    }
}

impl Panel {
    fn maximum(&self) -> f64 {
        let all = self.values.iter().flatten().flatten();
        all.copied().fold(1.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_panel_has_its_lines_and_words() {
        let count = |kernel: &str, stage: &str, end: &str, instructions| Count {
            arch: "x86-64".to_owned(),
            kernel: kernel.to_owned(),
            version: "1".to_owned(),
            options: String::new(),
            page_size: 4096,
            stage: stage.to_owned(),
            end: end.to_owned(),
            instructions,
            least: instructions,
            most: instructions,
            copying: Some(100.0),
            program: Some(0.0),
            sleeps_per_mib: 0.0,
        };
        let counts = [
            count("6.1", "stage1", "write", 311.0),
            count("6.1", "stage1", "read", 200.0),
            count("7.3", "stage1", "write", 722.0),
        ];
        let panels = Panels::instructions(&counts, "x86-64");
        assert_eq!(
            panels.in_words(),
            "stage 1: the writing end 6.1 211, 7.3 622; the reading end 6.1 100, 7.3 not counted."
        );
        let svg = panels.to_svg().unwrap();
        assert!(
            svg.starts_with("<svg") && svg.contains("<title>Instructions"),
            "{svg}"
        );
        assert_eq!(svg.matches("<circle").count(), 3, "{svg}");
    }
}
