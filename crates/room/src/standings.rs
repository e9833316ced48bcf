//! How far the exercises have come, from the file that the workshop keeps.

use std::path::Path;

use anyhow::{Context, Result};

use crate::shared::{Standing, State};
use crate::text::EXERCISES;

/// In the workspace.
pub const FILE: &str = "exercises/.progress";

/// What the file remembers; nothing where there is none.
///
/// # Errors
///
/// When it cannot be read, or a line makes no sense.
pub fn read(path: &Path) -> Result<Vec<Standing>> {
    let text = measured::text::read(path)?.unwrap_or_default();
    let mut standings: Vec<Standing> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let is_new = |it: &Standing| standings.iter().all(|known| known.number != it.number);
        let standing = parse(line).filter(is_new).with_context(|| {
            let line = index + 1;
            format!(
                "{}:{line}: this is no exercise's standing\nmend it, or move the file away",
                path.display()
            )
        })?;
        standings.push(standing);
    }
    Ok(standings)
}

/// As in `exercise 2 passed hints 1 best 1.63 medal gold: a reason`. The reason stays here, as
/// do facts that are of no use to others.
fn parse(line: &str) -> Option<Standing> {
    let facts = line.split_once(": ").map_or(line, |(facts, _)| facts);
    let words: Vec<&str> = facts.split_whitespace().collect();
    let ["exercise", number, state, ref facts @ ..] = words[..] else {
        return None;
    };
    let mut standing = Standing {
        number: number
            .parse::<u8>()
            .ok()
            .filter(|it| (1..=EXERCISES).contains(&usize::from(*it)))?,
        state: match state {
            "open" => State::Open,
            "partly" => State::Partly,
            "passed" => State::Passed,
            _ => return None,
        },
        hints: 0,
        best: None,
        medal: None,
    };
    let (pairs, []) = facts.as_chunks::<2>() else {
        return None;
    };
    for [name, value] in pairs {
        match *name {
            "hints" => standing.hints = value.parse().ok()?,
            "best" => {
                let best = value.parse().ok().filter(|it| (0.0..1e6).contains(it));
                standing.best = Some(best?);
            }
            "medal" => standing.medal = Some((*value).to_owned()),
            _ => {}
        }
    }
    Some(standing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_either_age_is_read_and_its_reason_stays_here() {
        let old = parse("exercise 2 passed hints 1").unwrap();
        assert_eq!((old.number, old.state, old.hints), (2, State::Passed, 1));
        let new = "exercise 7 partly hints 3 before 1 best 41.20 medal gold: /home/anna is full";
        let new = parse(new).unwrap();
        assert_eq!(
            (new.state, new.hints, new.best),
            (State::Partly, 3, Some(41.2))
        );
        assert_eq!(new.medal.as_deref(), Some("gold"));
        for junk in [
            "",
            "exercise",
            "exercise x open",
            "exercise 1 nearly",
            "exercise 1 open hints",
            "exercise 0 open",
            "exercise 200 open",
            "exercise 1 open hints 0 best NaN",
            "exercise 1 open hints 0 best 1e300",
        ] {
            assert_eq!(parse(junk), None, "{junk}");
        }
    }

    #[test]
    fn no_file_is_nothing_and_a_damaged_one_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".progress");
        assert_eq!(read(&path).unwrap(), []);
        for second in ["", "exercise 1 passed hints 0"] {
            std::fs::write(&path, format!("exercise 1 open hints 0\n{second}\n")).unwrap();
            let error = format!("{:#}", read(&path).unwrap_err());
            assert!(error.contains(".progress:2: this is no"), "{error}");
        }
    }
}
