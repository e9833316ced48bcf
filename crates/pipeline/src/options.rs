//! `lab pipeline`: what it takes, and what it then does.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;

use crate::attach;
use crate::report::Report;
use crate::run::{self, Shell};
use crate::seen::Seen;
use crate::view::View;

/// What `lab pipeline` takes.
#[derive(Args)]
pub struct Options {
    /// A command, as one types it into a shell
    #[arg(required_unless_present = "pid")]
    command: Option<String>,

    /// Watch the running pipeline that this process belongs to, and change nothing
    #[arg(long, conflicts_with_all = ["command", "pipefail"])]
    pid: Option<i32>,

    /// With --pid: how long to watch
    #[arg(long, default_value_t = 10.0, requires = "pid", value_parser = seconds)]
    seconds: f64,

    /// Fail where any program of the pipeline does, and not only where the last one does
    #[arg(long)]
    pipefail: bool,

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
    let command = options.command.as_deref().unwrap_or_default();
    let watching = run::watch(&options.shell(), command, &mut view, |_| {})?;
    options.tell(&watching.seen)?;
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
        let text = self.text(seen);
        match &self.report {
            Some(file) => std::fs::write(file, text)
                .with_context(|| format!("cannot write the report to {}", file.display())),
            None => {
                common::say(text.trim_end());
                Ok(())
            }
        }
    }
}
