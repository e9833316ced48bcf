//! A picture for each of several things, side by side: lines over the same categories.

use anyhow::Result;
use measured::words::figure;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::picture::{
    Area, COLORS, Drawn, Head, LAYOUTS, Layout, Mark, NAME, TEXT, picture, placed, text,
};

/// Sizes in pixels: of a panel, and around its lines, where its title stands above and the
/// categories below.
const PANEL: (i32, i32) = (320, 190);
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
    /// Drawn for a page, and once more for small screens: a page shows one of the two.
    ///
    /// # Errors
    ///
    /// When the library cannot draw it.
    pub fn for_a_page(&self) -> Result<String> {
        LAYOUTS.iter().map(|layout| self.laid_out(layout)).collect()
    }

    fn laid_out(&self, layout: &Layout) -> Result<String> {
        let beside = layout.width / PANEL.0;
        let names = self.lines.iter().map(String::as_str);
        let head = Head::new(layout, &self.title, names.zip(colors().copied()), Mark::Box);
        let top = 10 + head.height();
        let rows = (self.panels.len() as i32 + beside - 1) / beside;
        let size = (beside * PANEL.0, top + rows * PANEL.1);
        let said = (self.title.as_str(), &*self.in_words());
        picture((layout.class, size), &head, said, |area| {
            for (at, panel) in (0..).zip(&self.panels) {
                let corner = (at % beside * PANEL.0, top + at / beside * PANEL.1);
                self.draw(area, panel, corner)?;
            }
            Ok(())
        })
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

    fn draw(&self, area: &Area, panel: &Panel, (left, top): (i32, i32)) -> Drawn {
        let floor = top + PANEL.1 - BELOW;
        area.draw(&text(&panel.title, (left + 4, top + 16), NAME, HPos::Left))?;
        let ends = [(left + 4, floor), (left + PANEL.0 - 8, floor)];
        area.draw(&PathElement::new(ends, TEXT))?;
        let step = (PANEL.0 - 2 * BESIDE) / (self.categories.len() as i32 - 1).max(1);
        let x = |place: usize| left + BESIDE + place as i32 * step;
        let room = f64::from(PANEL.1 - ABOVE - BELOW);
        let y = |value: f64| floor - (value / panel.maximum() * room).round() as i32;
        for (place, category) in self.categories.iter().enumerate() {
            let below = Pos::new(HPos::Center, VPos::Top);
            area.draw(&placed(category, (x(place), floor + 6), NAME, below))?;
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
                let (words, place) = (format!("{value:.0}"), (x(place), at));
                area.draw(&placed(&words, place, NAME, Pos::new(HPos::Center, side)))?;
            }
        }
        Ok(())
    }
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
        let panels = Panels {
            title: "Instructions".to_owned(),
            categories: ["6.1", "7.3"].map(str::to_owned).to_vec(),
            lines: ["writing", "reading"].map(str::to_owned).to_vec(),
            panels: vec![Panel {
                title: "stage 1".to_owned(),
                values: vec![vec![Some(211.0), Some(622.0)], vec![Some(100.0), None]],
            }],
        };
        assert_eq!(
            panels.in_words(),
            "stage 1: writing 6.1 211, 7.3 622; reading 6.1 100, 7.3 not counted."
        );
        let svg = panels.for_a_page().unwrap();
        assert!(
            svg.starts_with("<svg") && svg.contains("<title>Instructions"),
            "{svg}"
        );
        assert_eq!(svg.matches("<circle").count(), 2 * 3, "{svg}");
    }
}
