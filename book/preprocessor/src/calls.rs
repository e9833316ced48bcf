//! How long the calls of a reader took, in the book: as a picture, as a table and as numbers.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use charts::calls::CallsChart;
use measured::Figures;
use measured::calls::Calls;
use measured::words::figure;

use crate::of_which::OfWhich;
use crate::pictures::framed;
use crate::sources::Sources;
use crate::yours::folded;

/// The calls of a configuration, before those of another one if there is one to compare
/// with; and below it the same on the reader's machine, if it was measured.
///
/// # Errors
///
/// When nothing of it was measured, or it cannot be drawn.
pub fn picture(
    name: &str,
    before: Option<&str>,
    caption: &str,
    sources: &Sources,
) -> Result<String> {
    let now = OfWhich::parse(name)?;
    let before = before.map(OfWhich::parse).transpose()?;
    let drawn = |figures: &Figures| -> Result<Option<String>> {
        let Some(calls) = now.calls(figures)? else {
            return Ok(None);
        };
        let earlier = match &before {
            Some(before) => before.calls(figures)?.map(|calls| (before.called(), calls)),
            None => None,
        };
        let picture = CallsChart {
            title: "How long a call of the reader took; the higher, the more calls".to_owned(),
            before: earlier.as_ref().map(|(name, calls)| (name.clone(), calls)),
            now: (now.called(), &calls),
        };
        let distance = match now.on_one_cpu() {
            true => String::new(),
            false => format!(", the CPUs {}", calls.distance),
        };
        let runs = match calls.runs {
            1 => "1 run".to_owned(),
            runs => format!("{runs} runs"),
        };
        let caption = format!("{caption} {runs}{distance}.");
        Ok(Some(framed(&picture.for_a_page()?, &caption)))
    };
    let picture = drawn(&sources.reference)?.with_context(|| nothing_of(name))?;
    // What a reader has under such a name was measured in no such case.
    let yours = sources.yours.figures().filter(|_| now.is_usual());
    let yours = yours.map(drawn).transpose()?.flatten();
    let below = yours.map_or(String::new(), |yours| folded(&yours));
    Ok(picture + &below + &sources.yours.note())
}

/// Whole runs beside what their calls did, a row for each of the configurations.
///
/// # Errors
///
/// When nothing of one was measured.
pub fn table(names: &[&str], sources: &Sources) -> Result<String> {
    let mut table = String::from(
        "\n| | GiB/s | awake | slept | each | off the CPU |\n|---|---:|---:|---:|---:|---:|\n",
    );
    for name in names {
        let of = OfWhich::parse(name)?;
        let calls = of.calls(&sources.reference)?;
        let calls = calls.with_context(|| nothing_of(name))?;
        let or_none = |cell: Option<String>| cell.unwrap_or_else(|| "cannot tell".to_owned());
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {} | {:.0}% |",
            of.called(),
            calls.mean,
            or_none(calls.awake.map(|it| it.to_string())),
            or_none(slept(&calls)),
            sleep(&calls).unwrap_or_default(),
            100.0 * calls.off,
        );
    }
    Ok(table)
}

/// A figure of the calls: `awake`, `slept` or `sleep`.
///
/// # Errors
///
/// When nothing of it was measured, or that cannot be told of these calls.
pub fn number(kind: &str, name: &str, sources: &Sources) -> Result<String> {
    let calls = OfWhich::parse(name)?.calls(&sources.reference)?;
    let calls = calls.with_context(|| nothing_of(name))?;
    let number = match kind {
        "awake" => awake(&calls),
        "slept" => slept(&calls),
        "sleep" => sleep(&calls),
        _ => bail!("nothing of the calls is called '{kind}'"),
    };
    number.with_context(|| format!("{kind} cannot be told of the calls of '{name}'"))
}

fn awake(calls: &Calls) -> Option<String> {
    let awake = calls.awake?;
    Some(format!("{}\u{a0}GiB/s", figure(awake.median)))
}

fn slept(calls: &Calls) -> Option<String> {
    let [least, most] = calls.slept?.map(|part| (100.0 * part).round());
    Some(match least < most {
        true => format!("{least} to {most}%"),
        false => format!("{most}%"),
    })
}

fn sleep(calls: &Calls) -> Option<String> {
    calls.slept_us.map(|us| format!("{us:.0}\u{a0}µs"))
}

fn nothing_of(name: &str) -> String {
    format!("no calls of '{name}' were timed")
}
