//! How long the calls of a reader took, in the book: as a picture and as numbers.

use anyhow::{Context, Result, bail};
use charts::calls::CallsChart;
use measured::Figures;
use measured::calls::Calls;
use measured::words::figure;

use crate::pictures::framed;
use crate::sources::Sources;
use crate::yours::folded;

/// The calls of a configuration, before those of another one if there is one to compare
/// with; and below it the same on the reader's machine, if it was measured.
///
/// # Errors
///
/// When nothing of it was measured on the reference machine, or it cannot be drawn.
pub fn picture(
    name: &str,
    before: Option<&str>,
    caption: &str,
    sources: &Sources,
) -> Result<String> {
    let drawn = |figures: &Figures| -> Result<Option<String>> {
        let Some(now) = figures.calls(name) else {
            return Ok(None);
        };
        let earlier = before.and_then(|before| Some((called(before), figures.calls(before)?)));
        let picture = CallsChart {
            title: "How long a call of the reader took".to_owned(),
            before: earlier.as_ref().map(|(name, calls)| (name.clone(), calls)),
            now: (called(name), &now),
        };
        let caption = format!("{caption} {} runs, the CPUs {}.", now.runs, now.distance);
        Ok(Some(framed(&picture.for_a_page()?, &caption)))
    };
    let picture = drawn(&sources.reference)?.with_context(|| nothing_of(name))?;
    let yours = sources.yours.figures().map(drawn);
    let yours = yours.transpose()?.flatten();
    let below = yours.map_or(String::new(), |yours| folded(&yours));
    Ok(picture + &below + &sources.yours.note())
}

/// A figure of the calls of one machine: `awake`, `slept` or `sleep`.
///
/// # Errors
///
/// When nothing of it was measured, or that cannot be told of these calls.
pub fn number(kind: &str, name: &str, figures: &Figures) -> Result<String> {
    let calls = figures.calls(name).with_context(|| nothing_of(name))?;
    let number = match kind {
        "awake" => awake(&calls),
        "slept" => slept(&calls),
        "sleep" => calls.slept_us.map(|us| format!("{us:.0}\u{a0}µs")),
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

fn nothing_of(name: &str) -> String {
    format!("no calls of '{name}' were timed")
}

/// `Stage 1, 64KiB` for `buffer/stage1-64KiB`.
fn called(name: &str) -> String {
    let name = name.split_once('/').map_or(name, |(_, name)| name);
    let name = name.replace('-', ", ");
    name.strip_prefix("stage")
        .map_or(name.clone(), |rest| format!("Stage {rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_for_people() {
        assert_eq!(called("stages/stage3"), "Stage 3");
        assert_eq!(called("buffer/stage1-64KiB"), "Stage 1, 64KiB");
        assert_eq!(called("busy/write_read"), "write_read");
    }
}
