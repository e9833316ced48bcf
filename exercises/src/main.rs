//! The workshop's front door: checks, hints, progress.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use bench::pair;
use clap::{Parser, Subcommand};
use exercises::checking::{self, Whose};
use exercises::exercise::{ALL, Exercise};
use exercises::progress::Progress;
use exercises::support::guard;
use exercises::{hints, overview, reset, watch};

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
                let whose = match program {
                    Some(program) => Whose::Other(program, source.clone()),
                    None if *solution => Whose::Solution,
                    None => Whose::Learner,
                };
                code = checking::check(exercise, whose, folder, out)?;
            }
            Command::Hint { exercise } => hints::give(exercise, &mut Progress::lock(folder)?, out)?,
            Command::Watch { exercise } => watch::watch(exercise, folder)?,
            Command::Progress => overview::show(&Progress::load(folder)?, out)?,
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
