//! The chart as SVG that takes the page's text color, light or dark.

use anyhow::Result;
use measured::words::figure;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::{Chart, Series, THE_POST};
use crate::picture::{
    Area, COLORS, Drawn, Head, LAYOUTS, LINE, Layout, Mark, NAME, TEXT, WIDE, picture, text,
};

const FIGURES: i32 = 62;
const BAR: i32 = 17;
const GAP: i32 = 14;

impl Layout {
    /// A category's name stands above its bars, and not beside them.
    fn names_above(&self) -> bool {
        self.width < WIDE.width
    }

    /// Where the bars begin.
    fn start(&self) -> i32 {
        if self.names_above() { 6 } else { 180 }
    }
}

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
        LAYOUTS.iter().map(|layout| self.laid_out(layout)).collect()
    }

    fn laid_out(&self, layout: &Layout) -> Result<String> {
        let legend = self.colored();
        let legend = legend.map(|(series, color)| (series.name.as_str(), *color));
        let head = Head::new(layout, &self.title, legend, Mark::Box);
        let top = 4 + head.height();
        let height = top + self.categories.len() as i32 * self.row(layout) + 8;
        picture(
            (layout.class, (layout.width, height)),
            &head,
            (&self.title, &self.in_words()),
            |area| self.draw(area, layout, top),
        )
    }

    /// How much room a category takes, from top to bottom.
    fn row(&self, layout: &Layout) -> i32 {
        let name = if layout.names_above() { LINE } else { 0 };
        name + self.series.len() as i32 * BAR + GAP
    }

    fn draw(&self, area: &Area, layout: &Layout, legend: i32) -> Drawn {
        let start = layout.start();
        let room = layout.width - start - FIGURES;
        let length = |value: f64| start + (value / self.maximum() * f64::from(room)).round() as i32;
        let group = self.series.len() as i32 * BAR;
        for (row, category) in (0..).zip(&self.categories) {
            let mut top = legend + row * self.row(layout) + GAP / 2;
            if layout.names_above() {
                area.draw(&text(category, (4, top + LINE / 2), NAME, HPos::Left))?;
                top += LINE;
            } else {
                let beside = (start - 8, top + group / 2);
                area.draw(&text(category, beside, NAME, HPos::Right))?;
            }
            for (index, (series, color)) in (0..).zip(self.colored()) {
                let y = top + index * BAR;
                let Some(value) = series.values[row as usize] else {
                    continue;
                };
                let end = length(value.median).max(start + 2);
                let bar = [(start, y + 1), (end, y + BAR - 1)];
                area.draw(&Rectangle::new(bar, color.filled()))?;
                let [low, high] = value.interval().unwrap_or([value.median; 2]);
                if low < high {
                    let interval = [low, high].map(|it| (length(it), y + BAR / 2));
                    area.draw(&PathElement::new(interval, TEXT.stroke_width(2)))?;
                }
                let label = (length(high) + 6, y + BAR / 2);
                area.draw(&text(&figure(value.median), label, NAME, HPos::Left))?;
            }
            // Where a name stands above its bars, the axis begins below it.
            let above = if layout.names_above() { 1 } else { GAP / 2 };
            let axis = [(start, top - above), (start, top + group + GAP / 2)];
            area.draw(&PathElement::new(axis, TEXT))?;
        }
        Ok(())
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
    fn no_figure_is_drawn_over_the_edge() {
        for layout in LAYOUTS {
            let svg = sample().laid_out(&layout).unwrap();
            let ends = svg
                .split(" x=\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next()?.parse::<i32>().ok());
            assert!(ends.max().unwrap() <= layout.width - 30, "{svg}");
        }
    }
}
