//! What all pictures share: letters, colors, a title with a legend, and words for who does not
//! see them.

use std::io;

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

pub(crate) type Area<'svg> = DrawingArea<SVGBackend<'svg>, Shift>;
pub(crate) type Drawn = Result<(), DrawingAreaErrorKind<io::Error>>;

/// Sizes of letters as the library counts them: a quarter more than pixels.
pub(crate) const TITLE: i32 = 19;
pub(crate) const NAME: i32 = 16;
/// From line to line, in pixels.
pub(crate) const LINE: i32 = 20;

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

/// How a picture is laid out: for a desk, or for a phone, where letters must not shrink.
pub(crate) struct Layout {
    pub class: &'static str,
    pub width: i32,
    /// How many letters a line of the title has.
    pub letters: usize,
}

/// A page shows one of the two.
pub(crate) const LAYOUTS: [Layout; 2] = [WIDE, NARROW];

pub(crate) const WIDE: Layout = Layout {
    class: "chart wide",
    width: 640,
    letters: 70,
};

pub(crate) const NARROW: Layout = Layout {
    class: "chart narrow",
    width: 380,
    letters: 42,
};

/// What stands above a picture: its title, and what is drawn in which color.
pub(crate) struct Head {
    title: Vec<String>,
    legend: Vec<(Vec<String>, RGBAColor, Mark)>,
}

/// What a color fills.
#[derive(Clone, Copy)]
pub(crate) enum Mark {
    Box,
    Dot,
}

impl Head {
    /// Each in as many lines as it needs.
    pub fn new<'name, C: Color>(
        layout: &Layout,
        title: &str,
        legend: impl IntoIterator<Item = (&'name str, C)>,
        mark: Mark,
    ) -> Head {
        let legend = legend.into_iter();
        let legend =
            legend.map(|(name, color)| (lines(name, layout.letters), color.to_rgba(), mark));
        Head {
            title: lines(title, layout.letters),
            legend: legend.collect(),
        }
    }

    /// Its height, in pixels.
    pub fn height(&self) -> i32 {
        let legend = self.legend.iter().map(|(lines, ..)| lines.len());
        LINE * (self.title.len() + legend.sum::<usize>()) as i32
    }

    fn draw(&self, area: &Area) -> Drawn {
        let mut y = 10;
        for line in &self.title {
            area.draw(&text(line, (4, y), TITLE, HPos::Left))?;
            y += LINE;
        }
        y += 2;
        for (lines, color, mark) in &self.legend {
            match mark {
                Mark::Box => area.draw(&Rectangle::new([(4, y - 6), (18, y + 6)], color.filled())),
                Mark::Dot => area.draw(&Circle::new((11, y), 5, color.filled())),
            }?;
            for line in lines {
                area.draw(&text(line, (26, y), NAME, HPos::Left))?;
                y += LINE;
            }
        }
        Ok(())
    }
}

/// Draws below its head what `draw` draws, as an SVG element with a title and a description.
///
/// # Errors
///
/// When the library cannot draw it.
pub(crate) fn picture(
    (class, size): (&str, (i32, i32)),
    head: &Head,
    (title, words): (&str, &str),
    draw: impl FnOnce(&Area) -> Drawn,
) -> Result<String> {
    let mut svg = String::new();
    let size = (size.0 as u32, size.1 as u32);
    let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
    let drawn = head.draw(&area).and_then(|()| draw(&area));
    drawn
        .and_then(|()| area.present())
        .map_err(|error| anyhow!("cannot draw '{title}': {error}"))?;
    drop(area);
    Ok(dressed(&svg, class, title, words))
}

/// Words at a place, in the page's text color; their middle is at its height.
pub(crate) fn text(words: &str, at: (i32, i32), size: i32, side: HPos) -> Words {
    placed(words, at, size, Pos::new(side, VPos::Center))
}

pub(crate) type Words = Text<'static, (i32, i32), String>;

/// The same, at any height.
pub(crate) fn placed(words: &str, at: (i32, i32), size: i32, place: Pos) -> Words {
    let style = ("sans-serif", size).into_font().color(&TEXT).pos(place);
    Text::new(words.to_owned(), at, style)
}

/// The drawing with the page's color for its text, and words for who does not see it.
fn dressed(svg: &str, class: &str, title: &str, words: &str) -> String {
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
fn lines(text: &str, letters: usize) -> Vec<String> {
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

/// Text, as it stands in a page.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_cut_between_words() {
        assert_eq!(lines("one two three", 7), ["one two", "three"]);
        assert_eq!(lines("unbreakable", 3), ["unbreakable"]);
    }
}
