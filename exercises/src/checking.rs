//! Checks a program, and keeps what came of it if it is the learner's.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;

use crate::exercise::Exercise;
use crate::progress::Progress;
use crate::support::contestant::Contestant;
use crate::support::fault::Fault;
use crate::support::report::Report;

const NO_VERDICT: u8 = 2;

/// Whose program is checked.
pub enum Whose<'path> {
    /// The learner's starter.rs.
    Learner,
    /// The solution.
    Solution,
    /// Any, and what it was built from.
    Other(&'path Path, Option<PathBuf>),
}

impl Whose<'_> {
    /// The program, and what it is called.
    fn contestant(self, exercise: &Exercise, folder: &Path) -> Result<(Contestant, String)> {
        let beside_me = |name: &str, source: PathBuf| -> Result<Contestant> {
            Ok(Contestant {
                source: Some(source),
                ..Contestant::beside_me(&format!("{name}{}", exercise.number), &[])?
            })
        };
        Ok(match self {
            Whose::Learner => {
                let source = folder.join(exercise.folder).join("starter.rs");
                (beside_me("exercise", source)?, "your starter.rs".to_owned())
            }
            Whose::Solution => {
                let source = folder.join(format!("solutions/{}.rs", exercise.folder));
                (beside_me("solution", source)?, "the solution".to_owned())
            }
            Whose::Other(program, source) => {
                let contestant = Contestant {
                    program: program.to_owned(),
                    arguments: Vec::new(),
                    source,
                };
                (contestant, program.display().to_string())
            }
        })
    }
}

/// Checks it, step by step, and prints what it does; the exit code is that of `workshop check`.
///
/// # Errors
///
/// When the program is missing, what came of it cannot be kept, or nobody takes the report.
pub fn check(
    exercise: &Exercise,
    whose: Whose,
    folder: &Path,
    out: &mut impl Write,
) -> Result<ExitCode> {
    let number = exercise.number;
    let mine = matches!(whose, Whose::Learner);
    let (contestant, what) = whose.contestant(exercise, folder)?;
    if mine {
        // What cannot be kept should be known before the work of a check.
        Progress::lock(folder)?;
    }
    writeln!(out, "Exercise {number}, {}: {what}", exercise.title)?;
    let mut report = Report::new(out);
    let fault = (exercise.check)(&contestant, &mut report).err();
    if let Some(fault) = &fault {
        report.fault(fault)?;
    }
    let (feat, not_here) = (report.feat, report.not_here);
    let code = match &fault {
        None | Some(Fault::NotHere(_)) => ExitCode::SUCCESS,
        Some(Fault::Wrong { .. } | Fault::Unchecked(_)) => ExitCode::FAILURE,
        Some(Fault::Noisy(_) | Fault::OnTheLine(_)) => ExitCode::from(NO_VERDICT),
    };
    let passed = code == ExitCode::SUCCESS;
    if mine {
        Progress::lock(folder)?.update(number, |standing| {
            if passed {
                standing.pass(not_here.as_deref());
            }
            if let Some(feat) = feat {
                standing.remember(feat.ratio, feat.medal);
            }
        })?;
    }
    match (passed, not_here) {
        (true, None) => writeln!(out, "Passed.")?,
        (true, Some(_)) => writeln!(out, "Passed, as far as it can be checked here.")?,
        (false, _) if mine => writeln!(
            out,
            "The file: exercises/{}/starter.rs\nA hint: make hint{number}",
            exercise.folder
        )?,
        _ => {}
    }
    Ok(code)
}
