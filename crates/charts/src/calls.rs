//! How long the calls of a reader took, as SVG: where sleeping and being awake lie apart,
//! the picture has two humps.

use anyhow::Result;
use measured::calls::Calls;
use measured::words::figure;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use crate::picture::{
    Area, COLORS, Drawn, Head, LAYOUTS, LINE, Layout, Mark, NAME, TEXT, picture, text,
};

/// The times at both ends of the axis, in nanoseconds, and those that it names.
const FIRST: f64 = 1e3;
const LAST: f64 = 4e6;
const TICKS: [(f64, &str); 7] = [
    (1e3, "1 µs"),
    (4e3, "4"),
    (16e3, "16"),
    (64e3, "64"),
    (256e3, "256 µs"),
    (1e6, "1 ms"),
    (4e6, "4 ms"),
];
/// How high the humps rise, in pixels.
const HEIGHT: i32 = 120;
const MARGIN: i32 = 16;

/// A reader's calls, and those of another one behind them.
pub struct CallsChart<'calls> {
    /// What is shown.
    pub title: String,
    /// The others, which stand behind in grey, with their name.
    pub before: Option<(String, &'calls Calls)>,
    /// Those that it is about, with their name.
    pub now: (String, &'calls Calls),
}

impl CallsChart<'_> {
    /// Drawn for a page, and once more for small screens: a page shows one of the two.
    ///
    /// # Errors
    ///
    /// When the library cannot draw it.
    pub fn for_a_page(&self) -> Result<String> {
        LAYOUTS.iter().map(|layout| self.laid_out(layout)).collect()
    }

    /// The picture in words: what stands above the humps.
    pub fn in_words(&self) -> String {
        let words: Vec<String> = self
            .shown()
            .map(|(name, calls, _)| said(name, calls))
            .collect();
        words.join(" ")
    }

    /// Those behind first, each with its color.
    fn shown(&self) -> impl Iterator<Item = (&str, &Calls, RGBColor)> {
        let before = self
            .before
            .as_ref()
            .map(|(name, calls)| (name, calls, COLORS[0]));
        let now = Some((&self.now.0, &self.now.1, COLORS[1]));
        let all = before.into_iter().chain(now);
        all.map(|(name, calls, color)| (name.as_str(), *calls, color))
    }

    fn laid_out(&self, layout: &Layout) -> Result<String> {
        let said: Vec<_> = self
            .shown()
            .map(|(name, calls, color)| (said(name, calls), color.mix(0.75)))
            .collect();
        let legend = said.iter().map(|(words, color)| (words.as_str(), *color));
        let head = Head::new(layout, &self.title, legend, Mark::Box);
        let top = 10 + head.height();
        picture(
            (layout.class, (layout.width, top + HEIGHT + 2 * LINE)),
            &head,
            (&self.title, &self.in_words()),
            |area| self.draw(area, layout, top),
        )
    }

    fn draw(&self, area: &Area, layout: &Layout, top: i32) -> Drawn {
        let room = f64::from(layout.width - 2 * MARGIN);
        let x = |time: f64| {
            let part = (time.clamp(FIRST, LAST) / FIRST).ln() / (LAST / FIRST).ln();
            MARGIN + (part * room).round() as i32
        };
        let floor = top + HEIGHT;
        let parts = self.shown().flat_map(|(_, calls, _)| &calls.bins);
        let highest = parts.map(|(_, part)| *part).fold(0.0, f64::max);
        let y = |part: f64| floor - (part / highest * f64::from(HEIGHT)).round() as i32;
        // Half a bin to both sides of its middle.
        let half = (1.0_f64 / 16.0).exp2();
        for (_, calls, color) in self.shown() {
            for &(time, part) in &calls.bins {
                // A bar without height only makes the page larger.
                if y(part) < floor {
                    let bar = [(x(time / half), y(part)), (x(time * half), floor)];
                    area.draw(&Rectangle::new(bar, color.mix(0.75).filled()))?;
                }
            }
        }
        area.draw(&PathElement::new(
            [(MARGIN, floor), (layout.width - MARGIN, floor)],
            TEXT,
        ))?;
        for (time, name) in TICKS {
            let (x, place) = match time {
                FIRST => (4, HPos::Left),
                LAST => (layout.width - 4, HPos::Right),
                _ => (x(time), HPos::Center),
            };
            area.draw(&text(name, (x, floor + LINE / 2 + 2), NAME, place))?;
        }
        Ok(())
    }
}

/// What calls did, in a sentence.
fn said(name: &str, calls: &Calls) -> String {
    let slept = calls.slept.map_or(String::new(), |[least, most]| {
        let [least, most] = [least, most].map(|part| (100.0 * part).round());
        match (most > 0.0, least < most, calls.slept_us) {
            (false, ..) => ", none slept".to_owned(),
            (true, true, Some(us)) => format!(", {least} to {most}% slept, {us:.0} µs each"),
            (true, _, Some(us)) => format!(", {most}% slept, {us:.0} µs each"),
            (true, _, None) => format!(", {most}% slept"),
        }
    });
    match calls.awake {
        Some(awake) => format!("{name}: {} GiB/s awake{slept}.", figure(awake.median)),
        None if slept.is_empty() => format!("{name}: nothing tells who slept."),
        None => format!("{name}{}.", slept.replacen(',', ":", 1)),
    }
}

#[cfg(test)]
mod tests {
    use bench::hand_over::Distance;
    use measured::statistics::Estimate;

    use super::*;

    fn calls(awake: Option<f64>, slept: Option<[f64; 2]>) -> Calls {
        Calls {
            distance: Distance::Near,
            runs: 3,
            mean: Estimate::of(&[9.0]).unwrap(),
            bins: vec![(8e3, 0.4), (50e3, 0.6)],
            awake: awake.and_then(|it| Estimate::of(&[it])),
            slept,
            usually_slept: None,
            slept_us: slept.filter(|[_, most]| *most > 0.0).map(|_| 50.0),
            off: 0.0,
        }
    }

    #[test]
    fn the_words_say_who_slept() {
        let said = |awake, slept| said("Stage 2", &calls(awake, slept));
        assert_eq!(
            said(Some(30.0), Some([0.42, 0.67])),
            "Stage 2: 30.0 GiB/s awake, 42 to 67% slept, 50 µs each."
        );
        assert_eq!(
            said(Some(77.0), Some([0.0, 0.0])),
            "Stage 2: 77.0 GiB/s awake, none slept."
        );
        assert_eq!(
            said(None, Some([1.0, 1.0])),
            "Stage 2: 100% slept, 50 µs each."
        );
        assert_eq!(said(None, None), "Stage 2: nothing tells who slept.");
    }

    #[test]
    fn both_drawings_have_both_readers() {
        let (before, now) = (calls(None, None), calls(Some(30.0), Some([0.4, 0.6])));
        let svg = CallsChart {
            title: "How long a call took".to_owned(),
            before: Some(("Stage 1".to_owned(), &before)),
            now: ("Stage 2".to_owned(), &now),
        };
        let svg = svg.for_a_page().unwrap();
        assert_eq!(svg.matches("<svg").count(), 2, "{svg}");
        assert_eq!(
            svg.matches("<title>How long a call took</title>").count(),
            2
        );
        assert!(svg.contains("Stage 1: nothing tells who slept. Stage 2: 30.0 GiB/s awake"));
        assert!(svg.contains("currentColor") && !svg.contains("#010203"));
    }
}
