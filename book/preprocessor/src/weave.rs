//! Replaces every directive in the book by what it names.

use std::path::Path;

use anyhow::{Context, Result, bail};
use bench::stages::{POST, STAGES};
use mdbook_preprocessor::book::{Book, Chapter};
use measured::Figures;
use measured::beyond::{FIZZBUZZ, FIZZBUZZ_ASLEEP, LADDER, WITHOUT_VMSPLICE};
use measured::statistics::Estimate;
use measured::words::figure;

use crate::directive::Directive;
use crate::numbering::Numbering;
use crate::sources::Sources;
use crate::{asides, calls, flame, listing, pictures, play, reading_time, tables, unbroken};

/// Puts code, figures and what was measured into every chapter.
///
/// # Errors
///
/// When a directive names what does not exist; with its file and line.
pub fn replace_all(book: &mut Book, sources: &Sources) -> Result<()> {
    let mut failures = Vec::new();
    let mut numbering = Numbering::of(book);
    book.for_each_chapter_mut(|chapter: &mut Chapter| {
        match replace(chapter, sources, &mut numbering) {
            Ok(content) => chapter.content = content,
            Err(error) => failures.push(format!("{error:#}")),
        }
    });
    if !failures.is_empty() {
        bail!("{}", failures.join("\n"));
    }
    Ok(())
}

fn replace(chapter: &Chapter, sources: &Sources, numbering: &mut Numbering) -> Result<String> {
    let path = chapter.source_path.as_deref().unwrap_or(Path::new("?"));
    let mut content = String::new();
    let mut rest = chapter.content.as_str();
    while let Some(found) = Directive::next(rest) {
        let line = chapter.content[..chapter.content.len() - rest.len() + found.start]
            .lines()
            .count()
            .max(1);
        let text = found
            .directive()
            .and_then(|directive| match directive.name.as_str() {
                "figure-list" => Ok(numbering.list()),
                "needs" => reading_time::needs(&chapter.content, &directive),
                _ => Ok(numbering.number(&directive, text_of(&directive, sources)?)),
            })
            .with_context(|| {
                format!(
                    "book/src/{}:{line}: {}",
                    path.display(),
                    &rest[found.start..found.end]
                )
            })?;
        content += &rest[..found.start];
        content += &text;
        rest = &rest[found.end..];
    }
    content += rest;
    let content = sources
        .console
        .fill_in(&content)
        .with_context(|| format!("book/src/{}", path.display()))?;
    Ok(unbroken::code_whole(&asides::beside_their_paragraphs(
        &content,
    )))
}

/// What stands in the book where the directive stood.
fn text_of(directive: &Directive, sources: &Sources) -> Result<String> {
    let words: Vec<&str> = directive.arguments.iter().map(String::as_str).collect();
    let (figures, yours) = (&sources.reference, &sources.yours);
    let ladder = |file, first| yours.below(|machine| tables::ladder(machine, file, first));
    let apart = |file, first| yours.below(|machine| tables::distance(machine, file, first));
    match (directive.name.as_str(), words.as_slice()) {
        ("code", [file]) => listing::file(file),
        ("code", [file, item]) => listing::item(file, item),
        ("code", [file, item, "rest"]) => listing::item_and_rest(file, item),
        ("diff", [old, new]) => listing::diff(old, new),
        ("figure", [file, caption]) => pictures::figure(file, caption),
        ("play", [name, caption]) => play::play(name, caption, sources),
        ("flamegraph", [name, caption]) => {
            yours.below(|machine| flame::flame_graph(machine, name, caption))
        }
        ("ladder", []) => pictures::ladder(sources),
        ("calls", [name, caption]) => calls::picture(name, None, caption, sources),
        ("calls", [name, before, caption]) => calls::picture(name, Some(before), caption, sources),
        ("calls-table", names) if !names.is_empty() => calls::table(names, sources),
        ("awake", []) => tables::awake(sources),
        ("awake", ["on", machine]) => tables::awake_of(machine),
        ("bars", [group, title]) => pictures::bars(group, title, sources),
        ("perf", [name]) => yours.below(|machine| tables::call_tree(machine, name)),
        ("three", [stage]) => tables::three(stage, sources),
        ("table", [group]) => tables::group(group, sources),
        ("counts", []) => yours.below(|machine| tables::counts(machine, None)),
        ("counts", [stage]) => yours.below(|machine| tables::counts(machine, Some(stage))),
        ("pages", []) => yours.below(tables::pages),
        ("beyond", []) => ladder(&LADDER, "stage5"),
        ("beyond", ["without-vmsplice"]) => ladder(&WITHOUT_VMSPLICE, "write"),
        ("beyond", ["fizzbuzz"]) => ladder(&FIZZBUZZ, "naive-fizzbuzz"),
        ("beyond", ["distance"]) => apart(&LADDER, "stage5"),
        ("beyond", ["distance", "fizzbuzz"]) => apart(&FIZZBUZZ, "stage5-write"),
        ("beyond", ["distance", "fizzbuzz-asleep"]) => apart(&FIZZBUZZ_ASLEEP, "stage5-write"),
        ("beyond", ["price"]) => yours.below(tables::price),
        ("beyond", ["beside"]) => yours.below(tables::beside),
        ("beyond", ["waiting"]) => yours.below(tables::waiting),
        ("pipelines", []) => yours.below(tables::pipelines),
        ("pipelines", ["on", machine]) => {
            let table = tables::pipelines(&measured::folder_of(machine))?;
            table.with_context(|| format!("{machine} has no pipelines"))
        }
        ("pipeline", [what, name]) => tables::pipeline(what, name),
        ("machine", [name]) => tables::machine(name),
        ("instructions", words) => instructions(words, sources),
        ("measured", [name]) => Ok(with_unit(&figure(estimate(figures, name)?.median))),
        (kind @ ("awake" | "slept" | "sleep"), [name]) => calls::number(kind, name, sources),
        ("sum", [what]) => play::sum(what),
        ("interval", [name]) => {
            let estimate = tables::with_interval(&estimate(figures, name)?);
            let (median, interval) = estimate.split_once(' ').unwrap_or((&estimate, ""));
            Ok(format!("{} {interval}", with_unit(median)))
        }
        ("ratio", [name, other]) => {
            let times = figures
                .times(name, other)
                .with_context(|| format!("{name} and {other} were not both measured"))?;
            Ok(figure(times))
        }
        ("times", [file, distance, name, other]) => {
            let file = match *file {
                "beyond" => &LADDER,
                "fizzbuzz" => &FIZZBUZZ,
                "fizzbuzz-asleep" => &FIZZBUZZ_ASLEEP,
                _ => bail!("there is no '{file}'"),
            };
            tables::times(
                &measured::folder_of("reference"),
                file,
                distance,
                [name, other],
            )
        }
        ("minutes", [chapter]) => reading_time::minutes_of(chapter),
        ("post", [name]) => post(name),
        ("fact", ["kernel"]) => Ok(format!("Linux {}", sources.machine.kernel.release)),
        ("fact", ["cpu"]) => Ok(sources.machine.cpu.model.clone()),
        ("fact", ["date"]) => Ok(sources.machine.date.chars().take(10).collect()),
        (name, words) => bail!("no directive '{name}' takes {} words", words.len()),
    }
}

/// What was counted on other kernels: a picture, tables, and figures for a sentence.
fn instructions(words: &[&str], sources: &Sources) -> Result<String> {
    let counted = &sources.instructions;
    let number = |count: Result<f64>| Ok(format!("{:.0}", count?));
    match *words {
        ["picture", arch] => pictures::instructions(arch, sources),
        ["table", arch] => counted.table(arch),
        ["told", kernel] => counted.told(kernel),
        ["step", old, new, stage, end] => counted.step([old, new], stage, end, 8.0),
        ["step", old, new, stage, end, least] => {
            counted.step([old, new], stage, end, least.parse()?)
        }
        ["more", old, new, stage] => {
            let times = counted.of(new, stage, None)? / counted.of(old, stage, None)?;
            Ok(format!("{:.0}%", (times - 1.0).abs() * 100.0))
        }
        [kernel, stage] => number(counted.of(kernel, stage, None)),
        [kernel, stage, end] => number(counted.of(kernel, stage, Some(end))),
        [kernel, stage, end, function] => number(counted.of_function(kernel, stage, end, function)),
        _ => bail!("'instructions' does not take these words"),
    }
}

fn estimate(figures: &Figures, name: &str) -> Result<Estimate> {
    figures
        .estimate(name)
        .with_context(|| format!("'{name}' was not measured on the reference machine"))
}

/// A no-break space keeps the figure and its unit on one line.
fn with_unit(figure: &str) -> String {
    format!("{figure}\u{a0}GiB/s")
}

/// The post's own figures, in GiB/s, on an i7-8550U with Linux 5.17.
fn post(name: &str) -> Result<String> {
    let stages = STAGES
        .iter()
        .map(|stage| (format!("stage{}", stage.number), stage.post));
    let others = POST.map(|(name, figure)| (name.to_owned(), figure));
    let gib_per_s = stages
        .chain(others)
        .find(|(known, _)| known == name)
        .with_context(|| format!("the post has no figure '{name}'"))?;
    Ok(with_unit(&figure(gib_per_s.1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_posts_figures_are_those_of_the_post() {
        let printed = [
            ("stage1", "3.7"),
            ("stage1-under-perf", "3.2"),
            ("stage2", "12.7"),
            ("stage3", "32.8"),
            ("stage4", "51.0"),
            ("stage5", "62.5"),
            ("untouched", "25.0"),
            ("fizzbuzz", "36.2"),
            ("memory", "15.5"),
        ];
        for (name, figure) in printed {
            assert_eq!(post(name).unwrap(), with_unit(figure));
        }
    }
}
