//! What is said where nothing moves, or nobody takes what comes.

use crate::numbers::seconds;
use crate::seen::{ProcessSeen, Seen};
use crate::verdict::Verdict;

/// Who keeps all others from going on.
pub fn stalled(seen: &Seen, verdict: &Verdict) -> Vec<String> {
    let since = seconds(seen.still_seconds);
    let Some(place) = verdict.process else {
        let why = match seen.circle_seconds > 0.0 {
            true => "some wait for each other in a circle, and will for ever",
            false => "whoever is waited for cannot be seen",
        };
        return vec![format!("Nothing has moved for {since}: {why}.")];
    };
    let process = &seen.processes[place];
    vec![format!(
        "Nothing has moved for {since}: all wait for `{}`, and it sleeps {}.",
        process.name,
        asleep_for(process)
    )]
}

fn asleep_for(process: &ProcessSeen) -> &'static str {
    let asleep = &process.asleep;
    let reasons = [
        ("in a file system", asleep.disk),
        ("at a socket", asleep.network),
        ("by the clock", asleep.clock),
        ("until somebody types", asleep.terminal),
        ("until a program ends that it has started", asleep.child),
        (
            "for something that is no pipe of this pipeline",
            asleep.elsewhere,
        ),
    ];
    let most = reasons
        .into_iter()
        .max_by(|(_, one), (_, other)| one.total_cmp(other));
    most.map_or("", |(words, _)| words)
}

/// Who has left, and who has not noticed.
pub fn reader_left(seen: &Seen, verdict: &Verdict) -> Vec<String> {
    let names = |places: &[usize], else_what: &str| {
        places.first().map_or(else_what.to_owned(), |&place| {
            format!("`{}`", seen.processes[place].name)
        })
    };
    let Some(pipe) = verdict.pipe.map(|pipe| &seen.pipes[pipe]) else {
        return Vec::new();
    };
    vec![format!(
        "{} has left, and for {} {} went on without anybody to read: a writer learns that its \
         reader has gone when it next writes, and not before.",
        names(&pipe.readers, "the reader"),
        seconds(pipe.unread_seconds),
        names(&pipe.writers, "its writer"),
    )]
}
