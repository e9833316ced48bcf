//! The stacks as boxes, one on the other.

use std::fmt::Write;

use super::shares::{FlameGraph, Frame};
use crate::picture::escaped;

/// The column of a page, in pixels; letters are as large as they are drawn there.
const WIDTH: f64 = 720.0;
const ROW: f64 = 18.0;
const LETTER: f64 = 7.3;
/// Narrower than this, nobody sees a box.
const NARROWEST: f64 = 1.5;

/// Above a graph that is a file of its own, where its caption stands.
const HEAD: f64 = 44.0;

/// What a page has in its style sheet.
const STYLE: &str = "<style>svg { background: #fdfdfb; font: 13px sans-serif } \
     .fig-mono { font: 12px monospace } .flame-box { fill: #d3e8f6; stroke: #fdfdfb } \
     .flame-same { fill: #f4f5f7; stroke: #c3c7cd } .fig-new { fill: #fbe0c8; stroke: #a84400 } \
     .fig-data { fill: #d3e8f6; stroke: #0069a8 }</style>";

impl FlameGraph {
    /// As SVG for a page; with another graph, colored by what has grown and shrunk since then.
    pub fn for_a_page(&self, caption: &str, before: Option<&FlameGraph>) -> String {
        self.svg(caption, before, 0.0, "")
    }

    /// The same as a file of its own, below its caption.
    pub fn as_a_file(&self, caption: &str, before: Option<&FlameGraph>) -> String {
        let caption_there = format!(
            "{STYLE}<text x=\"4\" y=\"-26\">{}</text>\n<text x=\"4\" y=\"-8\">{}</text>\n",
            escaped(caption),
            how_to_read(before)
        );
        self.svg(caption, before, HEAD, &caption_there)
    }

    fn svg(&self, caption: &str, before: Option<&Self>, head: f64, first: &str) -> String {
        let height = f64::from(self.root.depth()) * ROW + 4.0;
        let mut boxes = String::new();
        self.boxes(&self.root, (0.0, height - 2.0), before, &mut boxes);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fig\" viewBox=\"0 {} {WIDTH} {}\" \
             role=\"img\">\n<title>Flame graph. {}</title>\n<desc>{}</desc>\n{first}{boxes}</svg>",
            0.0 - head,
            height + head,
            escaped(caption),
            how_to_read(before)
        )
    }

    /// What is called from a frame, above its corner, and what that calls.
    fn boxes(
        &self,
        frame: &Frame,
        (left, bottom): (f64, f64),
        before: Option<&FlameGraph>,
        svg: &mut String,
    ) {
        let mut x = left;
        for (function, frame) in &frame.called {
            let width = frame.share * WIDTH;
            if width < NARROWEST {
                continue;
            }
            let y = bottom - ROW;
            let (kind, sign) = self.kind(function, before);
            let words = self.words(function, frame, before);
            let _ = write!(
                svg,
                "<g><title>{}</title><rect class=\"{kind}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{ROW}\"/>",
                escaped(&words)
            );
            if let Some(label) = fitting(&format!("{sign}{function}"), width) {
                let (x, y) = (x + 4.0, y + 13.0);
                let label = escaped(&label);
                let _ = write!(
                    svg,
                    "<text class=\"fig-mono\" x=\"{x:.1}\" y=\"{y:.1}\">{label}</text>"
                );
            }
            *svg += "</g>\n";
            self.boxes(frame, (x, y), before, svg);
            x += width;
        }
    }

    /// How a box is drawn, and what stands before its name.
    fn kind(&self, function: &str, before: Option<&FlameGraph>) -> (&'static str, &'static str) {
        let Some(before) = before else {
            return ("flame-box", "");
        };
        match self.total(function) - before.total(function) {
            more if more >= 0.01 => ("fig-new", "+ "),
            less if less <= -0.01 => ("fig-data", "− "),
            _ => ("flame-same", ""),
        }
    }

    fn words(&self, function: &str, frame: &Frame, before: Option<&FlameGraph>) -> String {
        let here = frame.share * 100.0;
        match before {
            None => format!("{function}: {here:.1}%"),
            Some(before) => format!(
                "{function}: {here:.1}% here, {:.1}% in all, {:.1}% before",
                self.total(function) * 100.0,
                before.total(function) * 100.0
            ),
        }
    }
}

fn how_to_read(before: Option<&FlameGraph>) -> &'static str {
    match before {
        Some(_) => "Orange and + has a larger share than before, blue and − a smaller one.",
        None => "A function stands on its caller; its width is its share of the samples.",
    }
}

impl Frame {
    /// How many functions stand one on the other above this one.
    fn depth(&self) -> u32 {
        let seen = self.called.values();
        let seen = seen.filter(|it| it.share * WIDTH >= NARROWEST);
        seen.map(|it| 1 + it.depth()).max().unwrap_or(0)
    }
}

/// As much of a name as fits into a box, if that says anything.
fn fitting(name: &str, width: f64) -> Option<String> {
    let letters = ((width - 8.0) / LETTER).max(0.0) as usize;
    match name.chars().count() {
        count if count <= letters => Some(name.to_owned()),
        _ if letters < 5 => None,
        _ => Some(name.chars().take(letters - 2).chain("..".chars()).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flame::shares::graph;

    #[test]
    fn a_box_is_as_wide_as_its_share() {
        let graph = graph("main;read 3\nmain;write<T> 1\n");
        let svg = graph.for_a_page("a & b", None);
        assert!(svg.contains("width=\"540.0\""), "{svg}");
        assert!(
            svg.contains("<title>write&lt;T&gt;: 25.0%</title>"),
            "{svg}"
        );
        assert!(svg.contains("Flame graph. a &amp; b"), "{svg}");
    }

    #[test]
    fn what_grew_and_what_shrank_is_told_by_a_sign_wherever_it_is_called_from() {
        let now = graph("new;read 3\nnew;write 1\n");
        let before = graph("old;read 1\nold;write 3\n");
        let svg = now.for_a_page("c", Some(&before));
        assert!(
            svg.contains(">+ read<") && svg.contains(">− write<"),
            "{svg}"
        );
    }

    #[test]
    fn a_file_is_well_formed_and_has_its_caption() {
        let (now, before) = (graph("main<T>;read 3\n"), graph("main<T>;read 1\nidle 1\n"));
        for before in [None, Some(&before)] {
            let svg = now.as_a_file("a & b", before);
            let tree = roxmltree::Document::parse(&svg).unwrap();
            let texts = tree.descendants().filter(|node| node.has_tag_name("text"));
            assert_eq!(
                texts.filter_map(|it| it.text()).next(),
                Some("a & b"),
                "{svg}"
            );
        }
    }

    #[test]
    fn names_are_cut_to_their_boxes() {
        assert_eq!(
            fitting("splice_from_pipe", 200.0).unwrap(),
            "splice_from_pipe"
        );
        assert_eq!(fitting("splice_from_pipe", 81.0).unwrap(), "splice_f..");
        assert_eq!(fitting("splice_from_pipe", 20.0), None);
    }
}
