//! A picture for each of several things, side by side: lines over the same categories.

use anyhow::{Result, anyhow};
use measured::kernels::{Count, Shown};
use measured::words::figure;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::svg::{COLORS, LINE, NAME, TEXT, TITLE, dressed, lines};

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

const LEFT: Pos = Pos {
    h_pos: HPos::Left,
    v_pos: VPos::Center,
};

/// Sizes in pixels: of a panel, and around its lines, where its title stands above and the
/// categories below.
const PANEL: (i32, i32) = (320, 190);
const ABOVE: i32 = 46;
const BELOW: i32 = 26;
const BESIDE: i32 = 34;

/// How it is laid out: for a desk, or for a phone, where letters must not shrink.
struct Layout {
    class: &'static str,
    /// How many panels stand side by side.
    beside: i32,
    letters: usize,
}

const LAYOUTS: [Layout; 2] = [
    Layout {
        class: "chart wide",
        beside: 2,
        letters: 74,
    },
    Layout {
        class: "chart narrow",
        beside: 1,
        letters: 38,
    },
];

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

    /// Drawn for a page, and once more for small screens: a page shows one of the two.
    ///
    /// # Errors
    ///
    /// When the library cannot draw it.
    pub fn for_a_page(&self) -> Result<String> {
        LAYOUTS.iter().map(|layout| self.laid_out(layout)).collect()
    }

    fn laid_out(&self, layout: &Layout) -> Result<String> {
        let title = lines(&self.title, layout.letters);
        let head = 10 + LINE * (title.len() + self.lines.len()) as i32;
        let rows = (self.panels.len() as i32 + layout.beside - 1) / layout.beside;
        let size = (layout.beside * PANEL.0, head + rows * PANEL.1);
        let mut svg = String::new();
        let area =
            SVGBackend::with_string(&mut svg, (size.0 as u32, size.1 as u32)).into_drawing_area();
        let drawn = self.write(&area, &title).and_then(|()| {
            for (at, panel) in (0..).zip(&self.panels) {
                let place = (at % layout.beside, at / layout.beside);
                let corner = (place.0 * PANEL.0, head + place.1 * PANEL.1);
                self.draw(&area, panel, corner)?;
            }
            area.present()
        });
        drawn.map_err(|error| anyhow!("cannot draw the panels: {error}"))?;
        drop(area);
        Ok(dressed(&svg, layout.class, &self.title, &self.in_words()))
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

    /// The title, and a line for each color.
    fn write(&self, area: &Area, title: &[String]) -> Drawn {
        let mut y = 10;
        for line in title {
            area.draw(&Text::new(line.clone(), (4, y), text(TITLE, LEFT)))?;
            y += LINE;
        }
        for (line, color) in self.lines.iter().zip(colors()) {
            area.draw(&Rectangle::new([(4, y - 6), (18, y + 6)], color.filled()))?;
            area.draw(&Text::new(line.clone(), (26, y), text(NAME, LEFT)))?;
            y += LINE;
        }
        Ok(())
    }

    fn draw(&self, area: &Area, panel: &Panel, (left, top): (i32, i32)) -> Drawn {
        let floor = top + PANEL.1 - BELOW;
        let title = Text::new(panel.title.clone(), (left + 4, top + 16), text(NAME, LEFT));
        area.draw(&title)?;
        let ends = [(left + 4, floor), (left + PANEL.0 - 8, floor)];
        area.draw(&PathElement::new(ends, TEXT))?;
        let step = (PANEL.0 - 2 * BESIDE) / (self.categories.len() as i32 - 1).max(1);
        let x = |place: usize| left + BESIDE + place as i32 * step;
        let room = f64::from(PANEL.1 - ABOVE - BELOW);
        let y = |value: f64| floor - (value / panel.maximum() * room).round() as i32;
        for (place, category) in self.categories.iter().enumerate() {
            let below = text(NAME, Pos::new(HPos::Center, VPos::Top));
            area.draw(&Text::new(category.clone(), (x(place), floor + 6), below))?;
        }
        for (line, (values, color)) in panel.values.iter().zip(colors()).enumerate() {
            let counted = values.iter().enumerate();
            let counted = counted.filter_map(|(place, value)| Some((place, (*value)?)));
            let points: Vec<_> = counted
                .clone()
                .map(|(at, value)| (x(at), y(value)))
                .collect();
            area.draw(&PathElement::new(points, color.stroke_width(2)))?;
            for (place, value) in counted {
                area.draw(&Circle::new((x(place), y(value)), 3, color.filled()))?;
                // Above the line that is higher there, and below the other.
                let (side, at) = match panel.is_highest(line, place) {
                    true => (VPos::Bottom, y(value) - 6),
                    false => (VPos::Top, y(value) + 6),
                };
                let style = text(NAME, Pos::new(HPos::Center, side));
                area.draw(&Text::new(format!("{value:.0}"), (x(place), at), style))?;
            }
        }
        Ok(())
    }
}

fn text(size: i32, place: Pos) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&TEXT).pos(place)
}

/// One for each line; grey is for what is not ours.
fn colors() -> impl Iterator<Item = &'static RGBColor> {
    COLORS.iter().skip(1).cycle()
}

impl Panel {
    fn maximum(&self) -> f64 {
        let all = self.values.iter().flatten().flatten();
        all.copied().fold(1.0, f64::max)
    }

    /// Whether no other line is higher at this place.
    fn is_highest(&self, line: usize, place: usize) -> bool {
        let highest = self.values.iter().filter_map(|values| values[place]);
        self.values[line][place] >= highest.reduce(f64::max)
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
        let svg = panels.for_a_page().unwrap();
        assert!(
            svg.starts_with("<svg") && svg.contains("<title>Instructions"),
            "{svg}"
        );
        assert_eq!(svg.matches("<circle").count(), 2 * 3, "{svg}");
    }
}
