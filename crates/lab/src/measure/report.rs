//! What is said at the beginning of a measurement, and at its end.

use anyhow::{Result, bail};
use bench::hand_over::Distance;
use bench::placement::Placement;
use measured::folder::Folder;
use measured::measurement::Missing;
use measured::name::Name;
use measured::replacing::{Replaced, some_of};
use measured::runs::Run;
use measured::unfinished::Unfinished;

/// Where it goes, and where it goes on.
pub fn beginning(folder: &Folder, measurement: &Unfinished, placement: &Placement) {
    common::say(format_args!(
        "Measuring into {}; {placement}.",
        folder.path().display()
    ));
    for other in measurement.others() {
        common::say(format_args!(
            "Another measurement stays unfinished in {other}."
        ));
    }
    if !measurement.runs().is_empty() {
        common::say(format_args!(
            "Going on after {} runs. (rm -r {} to begin anew)",
            measurement.runs().len(),
            measurement.path().display()
        ));
    }
}

/// In how many runs the CPUs were how far apart.
pub fn distances(runs: &[Run]) -> Option<String> {
    let known = || runs.iter().filter(|run| run.hand_over_ns.is_some());
    let of = |distance| known().filter(|run| run.distance() == distance).count();
    let counts = [
        Some(Distance::OneCore),
        Some(Distance::Near),
        Some(Distance::Far),
        None,
    ]
    .into_iter()
    .map(|distance| (distance, of(distance)))
    .filter(|(_, count)| *count > 0)
    .map(|(distance, count)| match distance {
        Some(distance) => format!("{distance} in {count}"),
        None => format!("moved during {count}"),
    });
    let counts: Vec<String> = counts.collect();
    (!counts.is_empty()).then(|| {
        format!(
            "The CPUs were {} of {} runs.",
            counts.join(", "),
            known().count()
        )
    })
}

/// How far apart the CPUs were, what is missing, where it is and what shows it.
pub fn ending(name: &Name, distances: Option<String>, missing: &[Missing], replaced: &Replaced) {
    if let Some(distances) = distances {
        common::say(distances);
    }
    for line in not_measured(missing) {
        common::say(format_args!("{line}"));
    }
    match replaced {
        Replaced::Shown(None) => {}
        _ => common::say(format_args!("{replaced}")),
    }
    if let Replaced::Shown(_) = replaced {
        let what = if missing.is_empty() {
            "Done"
        } else {
            "Done but for that"
        };
        common::say(format_args!("{what}: {}", what_shows(name)));
    }
}

/// The book and its chart show two folders; any other is for comparing.
fn what_shows(name: &Name) -> String {
    if [Name::yours(), Name::reference()].contains(name) {
        "`make chart` shows it, and the book does once it is built again.".to_owned()
    } else {
        format!("`make compare A=reference B={name}` shows it.")
    }
}

/// A line for each reason.
fn not_measured(missing: &[Missing]) -> Vec<String> {
    missing
        .chunk_by(|one, other| one.why == other.why)
        .map(|group| {
            let names: Vec<String> = group.iter().map(|missing| missing.name.clone()).collect();
            format!("not measured: {}: {}", some_of(&names), group[0].why)
        })
        .collect()
}

/// An error where something failed: who runs this in a script is to know.
///
/// # Errors
///
/// See above.
pub fn verdict(failed: usize, replaced: &Replaced) -> Result<()> {
    match (failed, replaced) {
        (0, Replaced::Shown(_)) => Ok(()),
        (0, Replaced::Aside { .. }) => bail!("what was measured before stays, since it has more"),
        (1, _) => bail!("one configuration could not be measured; it is named above"),
        (failed, _) => bail!("{failed} configurations could not be measured; they are named above"),
    }
}
