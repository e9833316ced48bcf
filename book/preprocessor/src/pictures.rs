//! Pictures in the book: its own drawings, and charts from the data.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::sources::Sources;
use crate::yours::folded;
use charts::{Chart, Panels};
use measured::Figures;

/// A drawing of the book, in the page itself, so that it takes the page's colors.
///
/// # Errors
///
/// When there is no such drawing, or it has no words for who does not see it.
pub fn figure(file: &str, caption: &str) -> Result<String> {
    let path = format!("book/src/figures/{file}");
    let svg = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    if !svg.contains("<title") || !svg.contains("<desc") {
        bail!("{path} has no title or description for who does not see it");
    }
    Ok(framed(&svg, caption))
}

/// The five stages: the post, this book's machine, and the reader's if it was measured.
///
/// # Errors
///
/// When it cannot be drawn.
pub fn ladder(sources: &Sources) -> Result<String> {
    let chart = Chart::ladder(&sources.machines());
    let caption = match sources.yours.figures() {
        Some(_) => "The five stages on three machines. The lines are 95% intervals.",
        None => "The five stages. The lines are 95% intervals. make measure adds yours.",
    };
    Ok(framed(&chart.for_a_page()?, caption) + &sources.yours.note())
}

/// A group of figures as bars, with the reader's if they were measured.
///
/// # Errors
///
/// When nothing of the group was measured on the reference machine.
pub fn bars(group: &str, title: &str, sources: &Sources) -> Result<String> {
    let caption = "Medians; the lines are 95% intervals.";
    if let Some(chart) = Chart::stages_by_size(title, group, &sources.reference) {
        let mut both = framed(&chart.for_a_page()?, caption);
        let yours = sources.yours.figures();
        if let Some(chart) = yours.and_then(|yours| Chart::stages_by_size(title, group, yours)) {
            both += &folded(&framed(&chart.for_a_page()?, caption));
        }
        return Ok(both + &sources.yours.note());
    }
    let chart = Chart::group(title, group, &sources.machines());
    if chart.categories.is_empty() {
        bail!("nothing of the group '{group}' was measured");
    }
    Ok(framed(&chart.for_a_page()?, caption) + &sources.yours.note())
}

/// What each stage takes on the kernels of an architecture, in instructions.
///
/// # Errors
///
/// When it cannot be drawn.
pub fn instructions(arch: &str, sources: &Sources) -> Result<String> {
    let panels = Panels::instructions(&sources.instructions.counts, arch);
    let caption = "Each panel goes from zero to its own maximum. Less is better.";
    Ok(framed(&panels.for_a_page()?, caption))
}

/// Draws the ladder of this book's machine for README.md, in the text colors of GitHub's two
/// themes; or only looks whether it is there as it would be drawn.
///
/// # Errors
///
/// When it is not, or cannot be drawn.
pub fn of_the_readme(check: bool) -> Result<()> {
    const THEMES: [(&str, &str); 2] = [("light", "#1f2328"), ("dark", "#e6edf3")];
    let reference = Figures::read(&measured::folder_of("reference"))?;
    let chart = Chart::ladder(&[("a VM in a cloud", &reference)]);
    for (theme, color) in THEMES {
        let path = format!("book/pictures/ladder-{theme}.svg");
        let svg = chart.to_svg()?.replace("currentColor", color);
        if !check {
            fs::write(&path, svg).with_context(|| format!("cannot write {path}"))?;
        } else if fs::read_to_string(&path).ok() != Some(svg) {
            bail!("{path} does not show the data as they are: make picture");
        }
    }
    Ok(())
}

/// Without blank lines, at which Markdown would end the figure.
pub fn framed(svg: &str, caption: &str) -> String {
    let svg: Vec<&str> = svg
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    format!(
        "\n<figure>\n{}\n<figcaption>{caption}</figcaption>\n</figure>\n",
        svg.join("\n")
    )
}
