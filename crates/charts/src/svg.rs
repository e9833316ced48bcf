//! The chart as SVG that takes the page's text color, light or dark.

use anyhow::{Result, anyhow};
use measured::words::figure;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Chart, Series, THE_POST};

const WIDTH: u32 = 640;
const LABELS: i32 = 180;
const FIGURES: i32 = 62;
const BAR: i32 = 15;
const GAP: i32 = 14;

/// Colors of Okabe and Ito, which people tell apart whatever they see of
/// color, as far as they stand out from both a light and a dark page.
const COLORS: [RGBColor; 5] = [
    RGBColor(140, 140, 140),
    RGBColor(0, 125, 190),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
];

/// Stands for the page's text color until the SVG is written; no bar has it.
const TEXT: RGBColor = RGBColor(1, 2, 3);

impl Chart {
    /// The chart as an SVG element with a title and a description.
    ///
    /// # Errors
    ///
    /// When the library cannot draw it.
    pub fn to_svg(&self) -> Result<String> {
        let (categories, machines) = (self.categories.len() as i32, self.series.len() as i32);
        let legend = 24 + machines * 20;
        let height = legend + categories * (machines * BAR + GAP) + 8;
        let mut svg = String::new();
        let area = SVGBackend::with_string(&mut svg, (WIDTH, height as u32)).into_drawing_area();
        self.draw(&area, legend)
            .map_err(|error| anyhow!("cannot draw the chart: {error}"))?;
        drop(area);
        Ok(self.dressed(&svg))
    }

    fn draw(
        &self,
        area: &DrawingArea<SVGBackend, plotters::coord::Shift>,
        legend: i32,
    ) -> Result<(), DrawingAreaErrorKind<std::io::Error>> {
        let text = |size| ("sans-serif", size).into_font().color(&TEXT);
        let right = |size| text(size).pos(Pos::new(HPos::Right, VPos::Center));
        let left = |size| text(size).pos(Pos::new(HPos::Left, VPos::Center));
        area.draw(&Text::new(self.title.clone(), (4, 10), left(16)))?;
        for (row, (series, color)) in (0..).zip(self.colored()) {
            let y = 32 + row * 20;
            area.draw(&Rectangle::new([(4, y - 6), (18, y + 6)], color.filled()))?;
            area.draw(&Text::new(series.name.clone(), (26, y), left(14)))?;
        }
        let room = WIDTH as i32 - LABELS - FIGURES;
        let length =
            |value: f64| LABELS + (value / self.maximum() * f64::from(room)).round() as i32;
        let group = self.series.len() as i32 * BAR;
        for (row, category) in (0..).zip(&self.categories) {
            let top = legend + row * (group + GAP) + GAP / 2;
            area.draw(&Text::new(
                category.clone(),
                (LABELS - 8, top + group / 2),
                right(14),
            ))?;
            for (index, (series, color)) in (0..).zip(self.colored()) {
                let y = top + index * BAR;
                let Some(value) = series.values[row as usize] else {
                    continue;
                };
                let end = length(value.median);
                area.draw(&Rectangle::new(
                    [(LABELS, y + 1), (end.max(LABELS + 2), y + BAR - 1)],
                    color.filled(),
                ))?;
                let whiskers = [
                    (length(value.low), y + BAR / 2),
                    (length(value.high), y + BAR / 2),
                ];
                area.draw(&PathElement::new(whiskers, TEXT.stroke_width(2)))?;
                let label = (length(value.high) + 6, y + BAR / 2);
                area.draw(&Text::new(figure(value.median), label, left(13)))?;
            }
        }
        area.draw(&PathElement::new(
            [
                (LABELS, legend),
                (
                    LABELS,
                    legend + self.categories.len() as i32 * (group + GAP),
                ),
            ],
            TEXT,
        ))?;
        area.present()
    }

    /// Each machine's bars with their color: grey is the post's.
    fn colored(&self) -> impl Iterator<Item = (&Series, &RGBColor)> {
        let measured_alone = self
            .series
            .first()
            .is_none_or(|series| series.name != THE_POST);
        self.series
            .iter()
            .zip(COLORS.iter().cycle().skip(usize::from(measured_alone)))
    }

    /// The drawing with the page's color for its text, and words for who does not see it.
    fn dressed(&self, svg: &str) -> String {
        let svg = svg.replace("#010203", "currentColor");
        let start = svg.find("<svg").unwrap_or(0);
        let body = svg[start..]
            .find('>')
            .map_or(svg.len(), |end| start + end + 1);
        format!(
            "{} role=\"img\">\n<title>{}</title>\n<desc>{}</desc>{}",
            svg[start..body].trim_end_matches('>'),
            escaped(&self.title),
            escaped(&self.in_words()),
            &svg[body..]
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use crate::tests::sample;

    #[test]
    fn the_picture_has_its_words_and_takes_the_pages_color() {
        let svg = sample().to_svg().unwrap();
        assert!(svg.starts_with("<svg"), "{svg}");
        assert!(svg.contains("<title>Two things, GiB/s</title>"), "{svg}");
        assert!(svg.contains("fast &amp; furious: the post 62.5"), "{svg}");
        assert!(
            svg.contains("currentColor") && !svg.contains("#010203"),
            "{svg}"
        );
        assert_eq!(svg.matches("62.5").count(), 2, "{svg}");
    }
}
