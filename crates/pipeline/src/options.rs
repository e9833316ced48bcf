//! `lab pipeline`: what it takes, and what it then does.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::attach;
use crate::report::Report;
use crate::run::{self, Shell};
use crate::seen::Seen;
use crate::trial::{self, Gain, Input, Trial};
use crate::view::View;

const LEGEND: &str = "\
Example: lab pipeline -- 'tar c src | zstd | wc -c'. The command is run, as a shell would.

The report has a line per pipe: who writes and who reads, by their numbers
below; how often it was found empty, or full, with five bars between the two;
and what went through. A full pipe waits for its reader, an empty one for its
writer. Then a line per process: on a CPU for itself (user) or in the kernel for
it (system); ready for a CPU that it did not get; asleep for bytes (read), for
room (write), or for something that is no pipe (else). And then whom all the
others wait for.";

/// What `lab pipeline` takes.
#[derive(Args)]
#[command(after_help = LEGEND)]
pub struct Options {
    /// A command, as one types it into a shell
    #[arg(required_unless_present = "pid")]
    command: Vec<String>,

    /// Watch the running pipeline that this process belongs to, and change nothing
    #[arg(long, conflicts_with_all = ["command", "pipefail", "try_it"])]
    pid: Option<i32>,

    /// With --pid: how long to watch
    #[arg(long, default_value_t = 10.0, requires = "pid", value_parser = seconds)]
    seconds: f64,

    /// Fail where any program of the pipeline does, and not only where the last one does
    #[arg(long)]
    pipefail: bool,

    /// Then run it again and again, and say what would make it faster; asks first
    #[arg(long = "try")]
    try_it: bool,

    /// With --try: how often to run it in each way
    #[arg(long, default_value_t = 9, requires = "try_it", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// With --try: do not ask
    #[arg(long, requires = "try_it")]
    yes: bool,

    /// The shell that runs the command [default: $SHELL, or /bin/sh]
    #[arg(long, value_name = "PROGRAM")]
    shell: Option<OsString>,

    /// Print the report for programs, as one line of JSON
    #[arg(long)]
    json: bool,

    /// Where the report goes [default: standard error, as standard output is the pipeline's]
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| "a number of seconds, as in 10 or 0.5")?;
    match seconds > 0.0 && seconds <= 1e6 {
        true => Ok(seconds),
        false => Err("it must be more than 0, and at most a million".to_owned()),
    }
}

/// Watches, reports, and ends as the pipeline did.
///
/// # Errors
///
/// When the command cannot be started, or the process not watched.
pub fn run(options: &Options) -> Result<()> {
    let mut view = View::new(!options.json);
    if let Some(pid) = options.pid {
        let seen = attach::watch(pid, Duration::from_secs_f64(options.seconds), &mut view)?;
        return match &options.report {
            Some(_) => options.tell(&seen),
            None => common::print(options.text(&seen)),
        };
    }
    let [command] = &options.command[..] else {
        bail!(
            "the command came as {} words: put all of it in quotes, as in lab pipeline -- 'a | b'",
            options.command.len()
        );
    };
    let shell = options.shell();
    // What can be read only once must be known before it has been read.
    let input = match options.try_it {
        true => Some(Input::of_standard_input()?),
        false => None,
    };
    if options.try_it && !options.yes {
        trial::terminal()?;
    }
    let watching = run::watch(run::start(&shell, command)?, &mut view, |_| {})?;
    options.tell(&watching.seen)?;
    if let Some(input) = input.filter(|_| watching.ended_by.is_none()) {
        let trial = Trial {
            shell: &shell,
            command,
            input,
            rounds: options.rounds,
            unasked: options.yes,
        };
        if let Some(gains) = trial.run(&watching)? {
            options.tell_gains(&gains)?;
        }
    }
    watching.end_alike()
}

impl Options {
    fn shell(&self) -> Shell {
        let given = self.shell.clone().or_else(|| std::env::var_os("SHELL"));
        Shell {
            program: given.unwrap_or("/bin/sh".into()),
            pipefail: self.pipefail,
        }
    }

    fn text(&self, seen: &Seen) -> String {
        let report = Report::of(seen);
        match self.json {
            true => report.json(),
            false => report.text(),
        }
    }

    fn tell(&self, seen: &Seen) -> Result<()> {
        if let Some(file) = &self.report {
            std::fs::write(file, "").with_context(|| cannot_write(file))?;
        }
        self.add(&self.text(seen))
    }

    fn tell_gains(&self, gains: &[Gain]) -> Result<()> {
        self.add(&match self.json {
            true => serde_json::to_string(gains)? + "\n",
            false => format!("\nTimes as fast as it is:\n{}", trial::text(gains)),
        })
    }

    /// Adds to the report, which nobody but us has written.
    fn add(&self, text: &str) -> Result<()> {
        match &self.report {
            Some(file) => {
                let open = std::fs::File::options().append(true).open(file);
                open.and_then(|mut file| file.write_all(text.as_bytes()))
                    .with_context(|| cannot_write(file))
            }
            None => {
                common::say(text.trim_end());
                Ok(())
            }
        }
    }
}

fn cannot_write(file: &Path) -> String {
    format!("cannot write the report to {}", file.display())
}
