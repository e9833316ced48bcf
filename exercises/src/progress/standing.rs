//! How far one exercise has come, and the line that remembers it.

use std::fmt;

/// What is remembered of one exercise.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Standing {
    /// Whether its check has passed.
    pub state: State,
    /// How many hints have been shown.
    pub hints: usize,
    /// How many had been shown when it passed.
    pub hints_before: Option<usize>,
    /// The best that was measured.
    pub best: Option<Best>,
    /// Why a part of it could not be checked.
    pub not_here: String,
}

/// Whether a check has passed.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum State {
    /// Not yet.
    #[default]
    Open,
    /// As far as the machine could check it.
    Partly,
    /// All of it.
    Passed,
}

/// How fast a program was, and the medal for it.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Best {
    /// How many times as fast as what it raced.
    pub ratio: f64,
    /// `gold`, or nothing.
    pub medal: String,
}

impl Standing {
    /// A check has passed; but for what could not be checked, and why.
    pub fn pass(&mut self, not_here: Option<&str>) {
        let state = match not_here {
            Some(_) => State::Partly,
            None => State::Passed,
        };
        if self.state == State::Open {
            self.hints_before = Some(self.hints);
        }
        // What has passed once stays passed.
        if state >= self.state {
            self.state = state;
            let reason = not_here.unwrap_or_default();
            self.not_here = reason.split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }

    /// Keeps the best ratio, with the medal of that time.
    pub fn remember(&mut self, ratio: f64, medal: &str) {
        if self.best.as_ref().is_none_or(|best| best.ratio < ratio) {
            self.best = Some(Best {
                ratio,
                medal: medal.to_owned(),
            });
        }
    }

    /// Those that were shown before it passed.
    pub fn hints_that_count(&self) -> usize {
        self.hints_before.unwrap_or(self.hints)
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Open => "open",
            State::Partly => "partly",
            State::Passed => "passed",
        };
        write!(out, "{state} hints {}", self.hints)?;
        if let Some(before) = self.hints_before {
            write!(out, " before {before}")?;
        }
        if let Some(best) = &self.best {
            write!(out, " best {:.2}", best.ratio)?;
            if !best.medal.is_empty() {
                write!(out, " medal {}", best.medal)?;
            }
        }
        if !self.not_here.is_empty() {
            write!(out, ": {}", self.not_here)?;
        }
        Ok(())
    }
}

/// The number of an exercise, and its standing, from `exercise 2 passed hints 1 best 1.63`.
pub(super) fn parse(line: &str) -> Option<(u8, Standing)> {
    let (facts, not_here) = line.split_once(": ").unwrap_or((line, ""));
    let words: Vec<&str> = facts.split_whitespace().collect();
    let ["exercise", number, state, ref facts @ ..] = words[..] else {
        return None;
    };
    let mut standing = Standing {
        state: match state {
            "open" => State::Open,
            "partly" => State::Partly,
            "passed" => State::Passed,
            _ => return None,
        },
        not_here: not_here.to_owned(),
        ..Standing::default()
    };
    let (pairs, []) = facts.as_chunks::<2>() else {
        return None;
    };
    if pairs.is_empty() {
        return None;
    }
    for [name, value] in pairs {
        match *name {
            "hints" => standing.hints = value.parse().ok()?,
            "before" => standing.hints_before = Some(value.parse().ok()?),
            "best" => {
                let ratio = value.parse().ok().filter(|it| (0.0..1e6).contains(it))?;
                standing.best.get_or_insert_default().ratio = ratio;
            }
            "medal" => standing.best.get_or_insert_default().medal = (*value).to_owned(),
            _ => return None,
        }
    }
    Some((number.parse().ok()?, standing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_back() {
        for line in [
            "open hints 0",
            "passed hints 3 before 1 best 1.63",
            "open hints 1 best 3.10 medal tin",
            "partly hints 0 before 0: there is one CPU here: who spins on it waits",
        ] {
            let (number, standing) = parse(&format!("exercise 7 {line}")).unwrap();
            assert_eq!((number, standing.to_string().as_str()), (7, line));
        }
        for junk in [
            "",
            "open",
            "nearly hints 0",
            "open hints",
            "open hints x",
            "open hits 1",
            "open hints 0 best NaN",
            "open hints 0 best -5",
            "open hints 0 best inf",
            "open hints 0 best 1e300",
        ] {
            assert_eq!(parse(&format!("exercise 7 {junk}")), None, "{junk}");
        }
    }

    #[test]
    fn what_has_passed_stays_passed_and_the_best_is_kept() {
        let mut standing = Standing::default();
        standing.pass(Some("no\nvmsplice"));
        assert_eq!(
            (standing.state, &*standing.not_here),
            (State::Partly, "no vmsplice")
        );
        standing.pass(None);
        standing.hints = 2;
        standing.pass(Some("one CPU"));
        assert_eq!((standing.state, &*standing.not_here), (State::Passed, ""));
        assert_eq!(standing.hints_that_count(), 0);
        standing.remember(41.0, "silver");
        standing.remember(12.0, "bronze");
        assert_eq!(standing.best.unwrap().medal, "silver");
    }
}
