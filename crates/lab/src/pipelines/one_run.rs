//! One run of one pipeline.

use std::ffi::OsString;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use bench::pair;
use measured::pipelines::{AFTER, Pipeline, WATCHED};
use serde_json::Value;
use tempfile::TempDir;

use super::cases::{Case, DATA};

/// What a shell says of a writer that SIGPIPE has ended, as `yes | head` does to `yes`.
const READER_HAS_LEFT: i32 = 128 + libc::SIGPIPE;

/// Where the pipelines run: in a folder with their data, and with the programs on PATH.
pub struct Bench {
    folder: TempDir,
    path: OsString,
}

impl Bench {
    /// Makes the data.
    ///
    /// # Errors
    ///
    /// When there is no room for it.
    pub fn new() -> Result<Bench> {
        let programs = fs::canonicalize(pair::programs_folder()?)?;
        let path = std::env::var_os("PATH").unwrap_or_default();
        let all = [programs].into_iter().chain(std::env::split_paths(&path));
        let bench = Bench {
            folder: tempfile::tempdir().context("cannot make a folder for the data")?,
            path: std::env::join_paths(all).context("cannot put the programs on PATH")?,
        };
        bench.to_its_end(bash(DATA))?;
        Ok(bench)
    }

    /// Runs the pipeline in this way.
    ///
    /// # Errors
    ///
    /// When it fails, or the watcher does.
    pub fn run(&self, case: &Case, way: &str, round: u32) -> Result<Pipeline> {
        let command = match way {
            AFTER => case.after.unwrap_or(case.before),
            _ => case.before,
        };
        let report = self.folder.path().join("report");
        let start = Instant::now();
        self.to_its_end(match way {
            WATCHED => {
                let me = std::env::current_exe().context("cannot find myself")?;
                let mut lab = Command::new(me);
                lab.args(["pipeline", "--shell", "bash", "--pipefail", "--json"]);
                lab.arg("--report").arg(&report).args(["--", command]);
                lab
            }
            _ => bash(command),
        })?;
        let mut row = Pipeline {
            round,
            pipeline: case.name.to_owned(),
            way: way.to_owned(),
            seconds: start.elapsed().as_secs_f64(),
            verdict: None,
            at_most: None,
            watcher: None,
        };
        if way == WATCHED {
            let text = fs::read_to_string(&report).context("the watcher has left no report")?;
            let report: Value = serde_json::from_str(&text)?;
            let (seen, verdict) = (&report["seen"], &report["verdict"]);
            let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
            row.verdict = verdict["kind"].as_str().map(str::to_owned);
            row.at_most = Some(number(&verdict["at_most"]));
            row.watcher = Some(number(&seen["watcher_seconds"]) / number(&seen["seconds"]));
        }
        Ok(row)
    }

    /// What it prints is read and dropped.
    fn to_its_end(&self, mut command: Command) -> Result<()> {
        command
            .current_dir(self.folder.path())
            .env("PATH", &self.path)
            .stdin(Stdio::null());
        pair::end_with_me(&mut command);
        let output = command
            .output()
            .with_context(|| format!("cannot start {command:?}"))?;
        if !matches!(output.status.code(), Some(0 | READER_HAS_LEFT)) {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("{}: {}", output.status, said.trim());
        }
        Ok(())
    }
}

fn bash(command: &str) -> Command {
    let mut bash = Command::new("bash");
    bash.args(["-o", "pipefail", "-c", command]);
    bash
}
