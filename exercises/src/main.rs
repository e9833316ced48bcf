//! The workshop's front door: checks, hints, progress.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use bench::pair;
use clap::{Parser, Subcommand};
use exercises::exercise::{ALL, Exercise};
use exercises::progress::Progress;
use exercises::support::contestant::Contestant;
use exercises::support::guard;
use exercises::support::report::{Fault, Report};
use exercises::{hints, reset};

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
    /// Check the starter.rs of an exercise: exit code 0 when it passes, 1 when it
    /// does not, 2 when the machine is too noisy to judge
    Check {
        #[arg(value_parser = exercise)]
        exercise: &'static Exercise,
        /// Check the solution instead
        #[arg(long)]
        solution: bool,
        /// Check this program instead
        #[arg(long, conflicts_with = "solution")]
        program: Option<PathBuf>,
    },
    /// Give the next hint
    Hint {
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
            } => code = check(exercise, *solution, program.as_deref(), folder, out)?,
            Command::Hint { exercise } => hint(exercise, folder, out)?,
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
    program: Option<&Path>,
    folder: &Path,
    out: &mut impl Write,
) -> Result<ExitCode> {
    let number = exercise.number;
    let (contestant, what) = match program {
        Some(program) => {
            let contestant = Contestant {
                program: program.to_owned(),
                arguments: Vec::new(),
            };
            (contestant, program.display().to_string())
        }
        None if solution => {
            let contestant = Contestant::beside_me(&format!("solution{number}"), &[])?;
            (contestant, "the solution".to_owned())
        }
        None => {
            let contestant = Contestant::beside_me(&format!("exercise{number}"), &[])?;
            (contestant, "your starter.rs".to_owned())
        }
    };
    let mine = !solution && program.is_none();
    if mine {
        // What cannot be kept should be known before the work of a check.
        Progress::lock(folder)?;
    }
    writeln!(out, "Exercise {number}, {}: {what}", exercise.title)?;
    let mut report = Report::new(out);
    let Err(fault) = (exercise.check)(&contestant, &mut report) else {
        if mine {
            Progress::lock(folder)?.update(number, |standing| standing.passed = true)?;
        }
        writeln!(out, "Passed.")?;
        return Ok(ExitCode::SUCCESS);
    };
    report.fault(&fault)?;
    if mine {
        writeln!(
            out,
            "The file: exercises/{}/starter.rs. A hint: make hint{number}",
            exercise.folder
        )?;
    }
    Ok(match fault {
        Fault::Wrong { .. } | Fault::Unchecked(_) => ExitCode::FAILURE,
        Fault::Noisy(_) | Fault::OnTheLine(_) => ExitCode::from(NO_VERDICT),
    })
}

fn hint(exercise: &Exercise, folder: &Path, out: &mut impl Write) -> Result<()> {
    let mut progress = Progress::lock(folder)?;
    let hints = hints::parse(exercise.hints);
    let shown = progress.of(exercise.number).hints;
    // After the last one, the last again.
    let next = shown.min(hints.len() - 1);
    writeln!(
        out,
        "Exercise {}, {}, hint {} of {}:\n\n{}",
        exercise.number,
        exercise.title,
        next + 1,
        hints.len(),
        hints[next]
    )?;
    if next + 1 == hints.len() {
        writeln!(
            out,
            "\nThat is all. The solution: exercises/solutions/{}.rs",
            exercise.folder
        )?;
    }
    progress.update(exercise.number, |standing| standing.hints = next + 1)
}

fn show(progress: &Progress, out: &mut impl Write) -> Result<()> {
    for exercise in &ALL {
        let standing = progress.of(exercise.number);
        let state = if standing.passed { "passed" } else { "open" };
        let hints = match standing.hints {
            0 => String::new(),
            1 => ", 1 hint".to_owned(),
            count => format!(", {count} hints"),
        };
        writeln!(
            out,
            "{}  {:22}{:>4} min   {state}{hints}",
            exercise.number, exercise.title, exercise.minutes
        )?;
    }
    let next = ALL
        .iter()
        .find(|exercise| !progress.of(exercise.number).passed);
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
