//! How long the calls of a reader took, as SVG: where sleeping and being awake lie apart,
//! the picture has two humps.

use anyhow::{Result, anyhow};
use measured::calls::Calls;
use measured::words::figure;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::svg::{COLORS, LINE, NAME, TEXT, TITLE, dressed, lines};

/// The times at both ends of the axis, in nanoseconds, and those that it names.
const FIRST: f64 = 1e3;
const LAST: f64 = 4e6;
const TICKS: [(f64, &str); 7] = [
    (1e3, "1 us"),
    (4e3, "4"),
    (16e3, "16"),
    (64e3, "64"),
    (256e3, "256 us"),
    (1e6, "1 ms"),
    (4e6, "4 ms"),
];
/// How high the humps rise, in pixels.
const HEIGHT: i32 = 120;
const MARGIN: i32 = 16;

/// How it is laid out: for a desk, or for a phone, where letters must not shrink.
struct Layout {
    class: &'static str,
    width: i32,
    letters: usize,
}

const LAYOUTS: [Layout; 2] = [
    Layout {
        class: "chart wide",
        width: 640,
        letters: 74,
    },
    Layout {
        class: "chart narrow",
        width: 380,
        letters: 42,
    },
];

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
        let title = lines(&self.title, layout.letters);
        let legends: Vec<_> = self
            .shown()
            .map(|(name, calls, color)| (lines(&said(name, calls), layout.letters), color))
            .collect();
        let rows = title.len() + legends.iter().map(|(lines, _)| lines.len()).sum::<usize>();
        let top = 10 + LINE * rows as i32;
        let size = (layout.width as u32, (top + HEIGHT + 2 * LINE) as u32);
        let mut svg = String::new();
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let drawn = write(&area, &title, &legends).and_then(|()| self.draw(&area, layout, top));
        drawn.map_err(|error| anyhow!("cannot draw the calls: {error}"))?;
        drop(area);
        Ok(dressed(&svg, layout.class, &self.title, &self.in_words()))
    }

    fn draw(
        &self,
        area: &DrawingArea<SVGBackend, Shift>,
        layout: &Layout,
        top: i32,
    ) -> Result<(), DrawingAreaErrorKind<std::io::Error>> {
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
            let style = ("sans-serif", NAME).into_font().color(&TEXT);
            let style = style.pos(Pos::new(place, VPos::Center));
            area.draw(&Text::new(name, (x, floor + LINE / 2 + 2), style))?;
        }
        area.present()
    }
}

/// The title, and a line for each color.
fn write(
    area: &DrawingArea<SVGBackend, Shift>,
    title: &[String],
    legends: &[(Vec<String>, RGBColor)],
) -> Result<(), DrawingAreaErrorKind<std::io::Error>> {
    let left = Pos::new(HPos::Left, VPos::Center);
    let text = |size| ("sans-serif", size).into_font().color(&TEXT).pos(left);
    let mut y = 10;
    for line in title {
        area.draw(&Text::new(line.clone(), (4, y), text(TITLE)))?;
        y += LINE;
    }
    for (lines, color) in legends {
        area.draw(&Rectangle::new(
            [(4, y - 6), (18, y + 6)],
            color.mix(0.75).filled(),
        ))?;
        for line in lines {
            area.draw(&Text::new(line.clone(), (26, y), text(NAME)))?;
            y += LINE;
        }
    }
    Ok(())
}

/// What calls did, in a sentence.
fn said(name: &str, calls: &Calls) -> String {
    let slept = calls.slept.map_or(String::new(), |[least, most]| {
        let [least, most] = [least, most].map(|part| (100.0 * part).round());
        match (most > 0.0, least < most, calls.slept_us) {
            (false, ..) => ", none slept".to_owned(),
            (true, true, Some(us)) => format!(", {least} to {most}% slept, {us:.0} us each"),
            (true, _, Some(us)) => format!(", {most}% slept, {us:.0} us each"),
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
            slept_us: slept.filter(|[_, most]| *most > 0.0).map(|_| 50.0),
            off: 0.0,
        }
    }

    #[test]
    fn the_words_say_who_slept() {
        let said = |awake, slept| said("Stage 2", &calls(awake, slept));
        assert_eq!(
            said(Some(30.0), Some([0.42, 0.67])),
            "Stage 2: 30.0 GiB/s awake, 42 to 67% slept, 50 us each."
        );
        assert_eq!(
            said(Some(77.0), Some([0.0, 0.0])),
            "Stage 2: 77.0 GiB/s awake, none slept."
        );
        assert_eq!(
            said(None, Some([1.0, 1.0])),
            "Stage 2: 100% slept, 50 us each."
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
