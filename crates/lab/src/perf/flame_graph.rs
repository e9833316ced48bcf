//! Flame graphs: the width of a function is its share of the samples.

use std::io::Cursor;

use anyhow::{Context, Result};
use inferno::differential;
use inferno::flamegraph::color::{BackgroundColor, Color};
use inferno::flamegraph::{self, Options};

use super::stacks::Stacks;

/// Fits the column of a book's page.
const WIDTH: usize = 960;

/// Light, in a dark page too: its functions are drawn for it.
const BACKGROUND: Color = Color {
    r: 0xfd,
    g: 0xfd,
    b: 0xfb,
};

/// Draws the stacks of one end.
///
/// # Errors
///
/// When there are none.
pub fn draw(stacks: &Stacks, title: &str, subtitle: &str) -> Result<String> {
    let mut options = options(title, subtitle);
    // By name, so that a function has its color in all graphs.
    options.hash = true;
    svg(&mut options, stacks.folded().as_bytes())
}

/// Draws the stacks of `after`, colored by their share in `before`: red has
/// grown, blue has shrunk.
///
/// # Errors
///
/// As for [`draw`].
pub fn draw_difference(before: &Stacks, after: &Stacks, title: &str) -> Result<String> {
    let mut lines = Vec::new();
    // The two ran for different times, and only shares compare.
    let normalized = differential::Options {
        normalize: true,
        ..Default::default()
    };
    let (before, after) = (before.folded(), after.folded());
    differential::from_readers(normalized, before.as_bytes(), after.as_bytes(), &mut lines)
        .context("cannot compare the samples of two stages")?;
    let subtitle = "red: a larger share of the samples than before; blue: a smaller one";
    svg(&mut options(title, subtitle), &lines)
}

fn options(title: &str, subtitle: &str) -> Options<'static> {
    let mut options = Options::default();
    options.title = title.to_owned();
    options.subtitle = Some(subtitle.to_owned());
    options.bgcolors = Some(BackgroundColor::Flat(BACKGROUND));
    options.image_width = Some(WIDTH);
    // In percent: thinner than a pixel is not to be seen.
    options.min_width = 0.1;
    // An image in a page runs no scripts.
    options.no_javascript = true;
    options
}

fn svg(options: &mut Options<'_>, folded: &[u8]) -> Result<String> {
    let mut svg = Vec::new();
    flamegraph::from_reader(options, Cursor::new(folded), &mut svg)
        .context("cannot draw a flame graph")?;
    let svg = String::from_utf8(svg)?;
    Ok([
        ("<script", "</script>"),
        ("<text id=\"search\"", "</text>"),
        ("<text id=\"unzoom\"", "</text>"),
    ]
    .iter()
    .fold(svg, |svg, (start, end)| without(svg, start, end)))
}

/// Leaves out what is of use only to a script.
fn without(svg: String, start: &str, end: &str) -> String {
    let parts = svg
        .split_once(start)
        .and_then(|(before, rest)| Some((before, rest.split_once(end)?.1)));
    match parts {
        Some((before, after)) => format!("{before}{after}"),
        None => svg,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graph_names_its_functions_and_is_well_formed() {
        let stacks = Stacks::from_folded("write;vfs_write 9\nmain<T>;fill 3\n").unwrap();
        let before = Stacks::from_folded("write;vfs_write 1\nmain<T>;fill 30\n").unwrap();
        for svg in [
            draw(&stacks, "a & b", "c").unwrap(),
            draw_difference(&before, &stacks, "a & b").unwrap(),
        ] {
            let dtd = roxmltree::ParsingOptions {
                allow_dtd: true,
                ..Default::default()
            };
            let tree = roxmltree::Document::parse_with_options(&svg, dtd).unwrap();
            assert_eq!(tree.root_element().tag_name().name(), "svg");
            assert!(
                svg.contains("vfs_write") && svg.contains("main&lt;T&gt;"),
                "{svg}"
            );
            assert!(!svg.contains("<script") && !svg.contains("href="), "{svg}");
        }
    }
}
