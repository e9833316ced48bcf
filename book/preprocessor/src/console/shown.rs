//! The commands that the book shows, and what they print now.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use bench::pair;

/// At the end of a command that the tests must not run, such as a server.
pub const NOT_RUN: &str = "# not run by the tests";
/// Where the book's commands have the programs. Cargo may have been told to put them elsewhere.
const BUILT: &str = "target/release/";

/// A command as it stands in the book.
pub struct Shown {
    pub file: PathBuf,
    pub line: usize,
    pub command: String,
    /// Whether its output is shown below it.
    pub with_output: bool,
    /// Whether its output looks the same on every machine, but for numbers.
    pub same_everywhere: bool,
}

impl Shown {
    /// All that the command prints, on both of its outputs.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub fn output(&self, settings: &[(&str, &str)]) -> Result<String> {
        // As on make's command line; and what make says to its own children is not
        // for those that the book starts.
        let settings: Vec<String> = settings
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let here = format!("{}/", pair::programs_folder()?.display());
        let command = self.command.replace(BUILT, &pair::quoted(&here));
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1; {command}")])
            .env("MAKEFLAGS", settings.join(" "))
            .env_remove("MAKELEVEL")
            .stdin(Stdio::null())
            .output()?;
        let text: String = String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter(|line| !is_about_this_run(line))
            .map(|line| format!("{}\n", with_programs_in(&here, line.trim_end())))
            .collect();
        // diff(1) says by 1 that there is a difference, which is what the book shows.
        let differs = self.command.starts_with("diff ") && output.status.code() == Some(1);
        if !output.status.success() && !differs {
            bail!("it failed:\n{text}");
        }
        Ok(text)
    }
}

/// The line as if the programs of this folder were where the book has them. Where the
/// folder's name takes quotes, each program's path is in a pair of them.
fn with_programs_in(folder: &str, line: &str) -> String {
    let quoted = format!("'{folder}");
    let mut parts = line.split(&quoted);
    let first = parts.next().unwrap_or_default().to_owned();
    let unquoted = parts.fold(first, |text, part| {
        text + BUILT + &part.replacen('\'', "", 1)
    });
    unquoted.replace(folder, BUILT)
}

/// Lines that are there at one time and not at another: cargo's, and notes on
/// how a run went.
fn is_about_this_run(line: &str) -> bool {
    let line = line.trim_start();
    [
        "note: ",
        "Compiling ",
        "Finished ",
        "Blocking ",
        "Downloading ",
        "Downloaded ",
        "Updating ",
        "Locking ",
    ]
    .iter()
    .any(|start| line.starts_with(start))
}

/// The commands in the book's fences, `console` and `sh`.
///
/// # Errors
///
/// When the chapters cannot be read.
pub fn commands(folder: &Path) -> Result<Vec<Shown>> {
    let mut shown = Vec::new();
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| {
            format!(
                "cannot read {}: start me in the workspace's folder",
                folder.display()
            )
        })?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    for file in files {
        let mut fence: Option<String> = None;
        for (index, line) in fs::read_to_string(&file)?.lines().enumerate() {
            if let Some(language) = line.strip_prefix("```") {
                fence = if fence.is_some() {
                    None
                } else {
                    Some(language.trim().to_owned())
                };
            } else if let (Some(language), Some(command)) = (&fence, line.strip_prefix("$ "))
                && (language.starts_with("console") || language == "sh")
            {
                shown.push(Shown {
                    file: file.clone(),
                    line: index + 1,
                    command: command.to_owned(),
                    with_output: language.starts_with("console"),
                    same_everywhere: language == "console",
                });
            }
        }
    }
    Ok(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_elsewhere_are_told_as_in_the_book() {
        for (folder, line) in [
            (
                "/a b/",
                "$ taskset -c 0 '/a b/one' | taskset -c 1 '/a b/two' --bytes 1",
            ),
            (
                "/ab/",
                "$ taskset -c 0 /ab/one | taskset -c 1 /ab/two --bytes 1",
            ),
            (
                BUILT,
                "$ taskset -c 0 target/release/one | taskset -c 1 target/release/two --bytes 1",
            ),
        ] {
            let expected =
                "$ taskset -c 0 target/release/one | taskset -c 1 target/release/two --bytes 1";
            assert_eq!(with_programs_in(folder, line), expected);
        }
    }
}
