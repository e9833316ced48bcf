//! What the book's commands print: recorded once on the reference machine, and
//! run again by the tests, which compare its shape.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use common::{print, say};

use measured::folder::Folder;
use measured::name::Name;

use measured::text;

const FILE: &str = "console.toml";
/// At the end of a command that the tests must not run, such as a server.
const NOT_RUN: &str = "# not run by the tests";

/// The options of `preprocessor console`.
#[derive(Args)]
pub struct Options {
    /// Run every command of the book with small sizes, and compare the shape of what it prints
    #[arg(long)]
    check: bool,

    /// Record what they print, in the place of what book/measured/reference has of it
    #[arg(long, conflicts_with = "check")]
    replace_reference: bool,
}

/// Commands and what they printed.
pub struct Console {
    recorded: BTreeMap<String, String>,
}

/// A command as it stands in the book.
struct Shown {
    file: PathBuf,
    line: usize,
    command: String,
    /// Whether its output is shown below it.
    with_output: bool,
    /// Whether its output looks the same on every machine, but for numbers.
    same_everywhere: bool,
}

impl Console {
    /// What was recorded in this folder; nothing if it never was.
    ///
    /// # Errors
    ///
    /// When the file is something else.
    pub fn read(folder: &Path) -> Result<Console> {
        let recorded = text::read_toml(&folder.join(FILE)).map_err(|error| {
            anyhow!("{error:#}\nrecord it again: target/release/preprocessor console")
        })?;
        let recorded = recorded.unwrap_or_default();
        Ok(Console { recorded })
    }

    /// The chapter with the recorded output below each command.
    ///
    /// # Errors
    ///
    /// When a command was never recorded.
    pub fn fill_in(&self, chapter: &str) -> Result<String> {
        let mut text = String::new();
        let mut fence = None;
        for line in chapter.lines() {
            if let Some(language) = line.strip_prefix("```") {
                fence = if fence.is_some() {
                    None
                } else {
                    Some(language.trim().to_owned())
                };
                // What varies is the tests' business, not the reader's.
                text += if line.starts_with("```console") {
                    "```console"
                } else {
                    line
                };
                text.push('\n');
                continue;
            }
            text += line.strip_suffix(NOT_RUN).map_or(line, str::trim_end);
            text.push('\n');
            let shown = fence
                .as_deref()
                .is_some_and(|language| language.starts_with("console"));
            if let Some(command) = line.strip_prefix("$ ").filter(|_| shown) {
                let output = self.recorded.get(command).with_context(|| {
                    format!(
                        "what '{command}' prints was not recorded: run target/release/preprocessor console --replace-reference"
                    )
                })?;
                text += output;
            }
        }
        Ok(text)
    }
}

/// Records what the book's commands print, or checks that they still do.
///
/// # Errors
///
/// When a command fails, or prints something of another shape.
pub fn run(options: &Options) -> Result<()> {
    let reference = Name::reference();
    let shown = commands(Path::new("book/src"))?;
    if options.check {
        check(&shown, &Console::read(&reference.folder())?)
    } else {
        record(
            &shown,
            &Folder::open(&reference, options.replace_reference)?,
        )
    }
}

fn record(shown: &[Shown], folder: &Folder) -> Result<()> {
    let mut recorded = BTreeMap::new();
    for shown in shown.iter().filter(|shown| shown.with_output) {
        if !recorded.contains_key(&shown.command) {
            say(format_args!("$ {}", shown.command));
            recorded.insert(shown.command.clone(), output_of(shown, &[])?);
        }
    }
    folder.write(FILE, toml::to_string(&recorded)?.as_bytes())
}

fn check(shown: &[Shown], console: &Console) -> Result<()> {
    // Sizes that show the shape, and a folder that is nobody's.
    let small = [
        ("BYTES", "64M"),
        ("QUICK", "1"),
        ("ROUNDS", "1"),
        ("MACHINE", "of-the-tests"),
    ];
    let mut failures = Vec::new();
    let mut done = BTreeMap::new();
    for shown in shown
        .iter()
        .filter(|shown| !shown.command.ends_with(NOT_RUN))
    {
        let at = format!(
            "{}:{}: $ {}",
            shown.file.display(),
            shown.line,
            shown.command
        );
        if !done.contains_key(&shown.command) {
            match output_of(shown, &small) {
                Ok(output) => drop(done.insert(shown.command.clone(), output)),
                Err(error) => {
                    failures.push(format!("{at}\n{error:#}"));
                    continue;
                }
            }
        }
        if !shown.with_output || !shown.same_everywhere {
            continue;
        }
        let (now, then) = (&done[&shown.command], console.recorded.get(&shown.command));
        if then.is_none_or(|then| shape(then) != shape(now)) {
            let then = then.map_or("nothing", String::as_str);
            failures.push(format!(
                "{at}\nthe book shows\n{then}\nbut now it prints\n{now}"
            ));
        }
    }
    print(format_args!(
        "{} commands of the book were run\n",
        done.len()
    ))?;
    if !failures.is_empty() {
        bail!(
            "{} of the book's commands do not do as it says:\n\n{}",
            failures.len(),
            failures.join("\n\n")
        );
    }
    Ok(())
}

/// All that the command prints, on both of its outputs.
fn output_of(shown: &Shown, settings: &[(&str, &str)]) -> Result<String> {
    // As on make's command line; and what make says to its own children is not
    // for those that the book starts.
    let settings: Vec<String> = settings
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1; {}", shown.command)])
        .env("MAKEFLAGS", settings.join(" "))
        .env_remove("MAKELEVEL")
        .stdin(Stdio::null())
        .output()?;
    let text: String = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter(|line| !is_about_this_run(line))
        .map(|line| format!("{}\n", line.trim_end()))
        .collect();
    // diff(1) says by 1 that there is a difference, which is what the book shows.
    let differs = shown.command.starts_with("diff ") && output.status.code() == Some(1);
    if !output.status.success() && !differs {
        bail!("it failed:\n{text}");
    }
    Ok(text)
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

/// The text without what differs from run to run: numbers, and the bars drawn for them.
fn shape(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| {
            let words: Vec<String> = line.split_whitespace().map(shape_of_word).collect();
            words
                .into_iter()
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

fn shape_of_word(word: &str) -> String {
    let mut shape = String::new();
    for c in word.chars() {
        match c {
            '0'..='9' | '.' if shape.ends_with('#') => {}
            '0'..='9' => shape.push('#'),
            '▀'..='▟' => {}
            other => shape.push(other),
        }
    }
    // A size is a number too, whatever its unit; a speed has always the same one.
    for unit in ["KiB", "MiB", "GiB"] {
        if !shape.contains("/s") {
            shape = shape.replace(&format!("#{unit}"), "#B");
        }
    }
    shape
}

/// The commands in the book's fences, `console` and `sh`.
fn commands(folder: &Path) -> Result<Vec<Shown>> {
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
    fn the_output_comes_below_its_command() {
        let recorded =
            BTreeMap::from([("make stage1".to_owned(), "$ a | b\n0.8GiB/s\n".to_owned())]);
        let console = Console { recorded };
        let text = console.fill_in(
            "a\n```console\n$ make stage1\n```\n```sh\n$ make serve # not run by the tests\n```\n",
        );
        assert_eq!(
            text.unwrap(),
            "a\n```console\n$ make stage1\n$ a | b\n0.8GiB/s\n```\n```sh\n$ make serve\n```\n"
        );
        assert!(console.fill_in("```console\n$ make stage2\n```\n").is_err());
    }

    #[test]
    fn a_shape_knows_numbers_from_words() {
        assert_eq!(shape("stage 1  0.8   ▍\n"), shape("stage 5  64.2  ███▏\n"));
        assert_eq!(
            shape("256 iterations (64MiB piped)"),
            shape("40960 iterations (10GiB piped)")
        );
        assert_ne!(shape("0.8GiB/s"), shape("10GiB"));
        assert_ne!(shape("one\n"), shape("one\ntwo\n"));
    }
}
