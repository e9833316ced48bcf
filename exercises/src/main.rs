//! The workshop's front door: checks, hints, progress.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use bench::pair;
use clap::{Parser, Subcommand};
use exercises::exercise::{ALL, Exercise};
use exercises::progress::{Progress, State};
use exercises::support::contestant::Contestant;
use exercises::support::fault::Fault;
use exercises::support::guard;
use exercises::support::report::Report;
use exercises::{hints, reset, watch};

/// Check the workshop's exercises
#[derive(Parser)]
struct Options {
    /// End when the program that started this one does, as make does
    #[arg(long, hide = true)]
    end_with_parent: bool,

    /// Check below a process that looks after this one
    #[arg(long, hide = true)]
    looked_after: bool,

    #[command(subcommand)]
    command: Command,

    /// The folder of the exercises
    #[arg(long, global = true, default_value = env!("CARGO_MANIFEST_DIR"))]
    exercises: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Check the starter.rs of an exercise: exit code 0 when it passes, if need be without
    /// what this machine cannot check, 1 when it does not pass, 2 when the machine is too
    /// noisy to judge
    Check {
        #[arg(value_parser = exercise)]
        exercise: &'static Exercise,
        /// Check the solution instead
        #[arg(long)]
        solution: bool,
        /// Check this program instead
        #[arg(long, conflicts_with = "solution")]
        program: Option<PathBuf>,
        /// What it was built from
        #[arg(long, requires = "program")]
        source: Option<PathBuf>,
    },
    /// Give the next hint
    Hint {
        #[arg(value_parser = exercise)]
        exercise: &'static Exercise,
    },
    /// Check the starter.rs of an exercise whenever it is saved
    Watch {
        #[arg(value_parser = exercise)]
        exercise: &'static Exercise,
    },
    /// Show which exercises have passed
    Progress,
    /// Bring a starter.rs back to how it came
    Reset {
        #[arg(value_parser = exercise)]
        exercise: &'static Exercise,
    },
}

const NO_VERDICT: u8 = 2;

fn main() -> ExitCode {
    let options = Options::parse();
    let mut code = ExitCode::SUCCESS;
    let run = common::run(|| {
        if options.looked_after {
            guard::end_with_the_one_above();
        } else if options.end_with_parent {
            pair::end_with_parent()?;
        }
        let folder = &options.exercises;
        let out = &mut Printed(io::stdout());
        match &options.command {
            Command::Check { .. } if !options.looked_after => {
                code = guard::run_below_me("--looked-after")?;
            }
            Command::Check {
                exercise,
                solution,
                program,
                source,
            } => {
                let program = program.as_deref().map(|program| (program, source.clone()));
                code = check(exercise, *solution, program, folder, out)?;
            }
            Command::Hint { exercise } => hints::give(exercise, &mut Progress::lock(folder)?, out)?,
            Command::Watch { exercise } => watch::watch(exercise, folder)?,
            Command::Progress => show(&Progress::load(folder)?, out)?,
            Command::Reset { exercise } => {
                reset::reset(exercise, folder, &mut io::stdin().lock(), out)?;
            }
        }
        Ok(())
    });
    if run == ExitCode::SUCCESS { code } else { run }
}

/// An output that says what it is when it fails.
struct Printed<W>(W);

impl<W: Write> Write for Printed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(cannot_print)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(cannot_print)
    }
}

fn cannot_print(error: io::Error) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("cannot write to standard output: {error}"),
    )
}

fn exercise(text: &str) -> Result<&'static Exercise, String> {
    text.parse()
        .ok()
        .and_then(Exercise::find)
        .ok_or_else(|| format!("the exercises are 1 to {}", ALL.len()))
}

fn check(
    exercise: &'static Exercise,
    solution: bool,
    program: Option<(&Path, Option<PathBuf>)>,
    folder: &Path,
    out: &mut impl Write,
) -> Result<ExitCode> {
    let number = exercise.number;
    let mine = !solution && program.is_none();
    let beside_me = |name: &str, source: PathBuf| -> Result<Contestant> {
        Ok(Contestant {
            source: Some(source),
            ..Contestant::beside_me(&format!("{name}{number}"), &[])?
        })
    };
    let (contestant, what) = match program {
        Some((program, source)) => {
            let contestant = Contestant {
                program: program.to_owned(),
                arguments: Vec::new(),
                source,
            };
            (contestant, program.display().to_string())
        }
        None if solution => {
            let source = folder.join(format!("solutions/{}.rs", exercise.folder));
            (beside_me("solution", source)?, "the solution".to_owned())
        }
        None => {
            let source = folder.join(exercise.folder).join("starter.rs");
            (beside_me("exercise", source)?, "your starter.rs".to_owned())
        }
    };
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

fn show(progress: &Progress, out: &mut impl Write) -> Result<()> {
    for exercise in &ALL {
        let standing = progress.of(exercise.number);
        let state = match standing.state {
            State::Open => "open",
            State::Partly => "passed in part",
            State::Passed => "passed",
        };
        let hints = match standing.hints_that_count() {
            0 => String::new(),
            1 => ", 1 hint".to_owned(),
            count => format!(", {count} hints"),
        };
        let best = match &standing.best {
            None => String::new(),
            Some(best) if best.medal.is_empty() => format!(", best {:.2}x", best.ratio),
            Some(best) => format!(", {}, best {:.1}x", best.medal, best.ratio),
        };
        writeln!(
            out,
            "{}  {:22}{:>4} min   {state}{hints}{best}",
            exercise.number, exercise.title, exercise.minutes
        )?;
        if standing.state == State::Partly {
            for line in textwrap::wrap(&format!("not checked here: {}", standing.not_here), 68) {
                writeln!(out, "            {line}")?;
            }
        }
    }
    let next = ALL
        .iter()
        .find(|exercise| progress.of(exercise.number).state == State::Open);
    match next {
        Some(next) => writeln!(
            out,
            "\nNext: exercises/{}/README.md, then make exercise{}",
            next.folder, next.number
        )?,
        None => writeln!(out, "\nAll passed.")?,
    }
    Ok(())
}
