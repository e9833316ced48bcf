//! The chart as SVG that takes the page's text color, light or dark.

use anyhow::{Result, anyhow};
use measured::words::figure;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Chart, Series, THE_POST};

/// Sizes of letters as the library counts them: a quarter more than pixels.
pub(crate) const TITLE: i32 = 19;
pub(crate) const NAME: i32 = 16;
const NUMBER: i32 = 16;
const FIGURES: i32 = 62;
const BAR: i32 = 17;
const GAP: i32 = 14;
pub(crate) const LINE: i32 = 20;

/// How a chart is laid out: for a desk, or for a phone, where letters must not shrink.
struct Layout {
    class: &'static str,
    width: i32,
    /// Where the bars begin.
    labels: i32,
    /// A category's name stands above its bars, and not beside them.
    above: bool,
    /// How many letters a line of the title has.
    letters: usize,
}

const WIDE: Layout = Layout {
    class: "chart wide",
    width: 640,
    labels: 180,
    above: false,
    letters: 70,
};

const NARROW: Layout = Layout {
    class: "chart narrow",
    width: 380,
    labels: 6,
    above: true,
    letters: 42,
};

/// Colors of Okabe and Ito, which people tell apart whatever they see of
/// color, as far as they stand out from both a light and a dark page.
pub(crate) const COLORS: [RGBColor; 5] = [
    RGBColor(140, 140, 140),
    RGBColor(0, 125, 190),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
];

/// Stands for the page's text color until the SVG is written; no bar has it.
pub(crate) const TEXT: RGBColor = RGBColor(1, 2, 3);

impl Chart {
    /// The chart as an SVG element with a title and a description.
    ///
    /// # Errors
    ///
    /// When the library cannot draw it.
    pub fn to_svg(&self) -> Result<String> {
        self.laid_out(&WIDE)
    }

    /// The same, and drawn once more for small screens: a page shows one of the two.
    ///
    /// # Errors
    ///
    /// When the library cannot draw it.
    pub fn for_a_page(&self) -> Result<String> {
        Ok(self.laid_out(&WIDE)? + &self.laid_out(&NARROW)?)
    }

    fn laid_out(&self, layout: &Layout) -> Result<String> {
        let title = lines(&self.title, layout.letters);
        let legend = 4 + LINE * (title.len() + self.series.len()) as i32;
        let height = legend + self.categories.len() as i32 * self.row(layout) + 8;
        let mut svg = String::new();
        let area = SVGBackend::with_string(&mut svg, (layout.width as u32, height as u32))
            .into_drawing_area();
        self.draw(&area, layout, &title, legend)
            .map_err(|error| anyhow!("cannot draw the chart: {error}"))?;
        drop(area);
        Ok(dressed(&svg, layout.class, &self.title, &self.in_words()))
    }

    /// How much room a category takes, from top to bottom.
    fn row(&self, layout: &Layout) -> i32 {
        let name = if layout.above { LINE } else { 0 };
        name + self.series.len() as i32 * BAR + GAP
    }

    fn draw(
        &self,
        area: &DrawingArea<SVGBackend, plotters::coord::Shift>,
        layout: &Layout,
        title: &[String],
        legend: i32,
    ) -> Result<(), DrawingAreaErrorKind<std::io::Error>> {
        let text = |size| ("sans-serif", size).into_font().color(&TEXT);
        let right = |size| text(size).pos(Pos::new(HPos::Right, VPos::Center));
        let left = |size| text(size).pos(Pos::new(HPos::Left, VPos::Center));
        for (row, line) in (0..).zip(title) {
            area.draw(&Text::new(line.clone(), (4, 10 + row * LINE), left(TITLE)))?;
        }
        for (row, (series, color)) in (title.len() as i32..).zip(self.colored()) {
            let y = 12 + row * LINE;
            area.draw(&Rectangle::new([(4, y - 6), (18, y + 6)], color.filled()))?;
            area.draw(&Text::new(series.name.clone(), (26, y), left(NAME)))?;
        }
        let start = layout.labels;
        let room = layout.width - start - FIGURES;
        let length = |value: f64| start + (value / self.maximum() * f64::from(room)).round() as i32;
        let group = self.series.len() as i32 * BAR;
        for (row, category) in (0..).zip(&self.categories) {
            let mut top = legend + row * self.row(layout) + GAP / 2;
            let name = category.clone();
            if layout.above {
                area.draw(&Text::new(name, (4, top + LINE / 2), left(NAME)))?;
                top += LINE;
            } else {
                area.draw(&Text::new(name, (start - 8, top + group / 2), right(NAME)))?;
            }
            for (index, (series, color)) in (0..).zip(self.colored()) {
                let y = top + index * BAR;
                let Some(value) = series.values[row as usize] else {
                    continue;
                };
                let end = length(value.median).max(start + 2);
                let bar = [(start, y + 1), (end, y + BAR - 1)];
                area.draw(&Rectangle::new(bar, color.filled()))?;
                let interval = [value.low, value.high].map(|it| (length(it), y + BAR / 2));
                area.draw(&PathElement::new(interval, TEXT.stroke_width(2)))?;
                let label = (length(value.high) + 6, y + BAR / 2);
                area.draw(&Text::new(figure(value.median), label, left(NUMBER)))?;
            }
            // Where a name stands above its bars, the axis begins below it.
            let above = if layout.above { 1 } else { GAP / 2 };
            let axis = [(start, top - above), (start, top + group + GAP / 2)];
            area.draw(&PathElement::new(axis, TEXT))?;
        }
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
}

/// The drawing with the page's color for its text, and words for who does not see it.
pub(crate) fn dressed(svg: &str, class: &str, title: &str, words: &str) -> String {
    let svg = svg.replace("#010203", "currentColor");
    let start = svg.find("<svg").unwrap_or(0);
    let body = svg[start..]
        .find('>')
        .map_or(svg.len(), |end| start + end + 1);
    format!(
        "{} class=\"{class}\" role=\"img\">\n<title>{}</title>\n<desc>{}</desc>{}\n",
        svg[start..body].trim_end_matches('>'),
        escaped(title),
        escaped(words),
        &svg[body..]
    )
}

/// A text in lines of at most so many letters, where its words allow it.
pub(crate) fn lines(text: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::sample;

    #[test]
    fn the_picture_has_its_words_and_takes_the_pages_color() {
        let svg = sample().for_a_page().unwrap();
        assert!(svg.starts_with("<svg"), "{svg}");
        assert!(svg.contains("<title>Two things, GiB/s</title>"), "{svg}");
        assert!(svg.contains("fast &amp; furious: the post 62.5"), "{svg}");
        assert!(
            svg.contains("currentColor") && !svg.contains("#010203"),
            "{svg}"
        );
        // In words and beside its bar, in the wide drawing and in the narrow one.
        assert_eq!(svg.matches("62.5").count(), 4, "{svg}");
    }

    #[test]
    fn a_title_is_cut_between_words() {
        assert_eq!(lines("one two three", 7), ["one two", "three"]);
        assert_eq!(lines("unbreakable", 3), ["unbreakable"]);
    }

    #[test]
    fn no_figure_is_drawn_over_the_edge() {
        for layout in [WIDE, NARROW] {
            let svg = sample().laid_out(&layout).unwrap();
            let ends = svg
                .split(" x=\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next()?.parse::<i32>().ok());
            assert!(ends.max().unwrap() <= layout.width - 30, "{svg}");
        }
    }
}
