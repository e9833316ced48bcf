//! What the book's commands print: recorded once on the reference machine, and
//! run again by the tests, which compare its shape.

mod shape;
mod shown;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use common::{print, say};
use measured::folder::Folder;
use measured::name::Name;
use measured::text;

use shape::shape;
use shown::{NOT_RUN, Shown};

const FILE: &str = "console.toml";

/// The options of `preprocessor console`.
#[derive(Args)]
pub struct Options {
    /// Run every command of the book with small sizes, and compare the shape of what it prints
    #[arg(long)]
    check: bool,

    /// Record what they print, in the place of what book/measured has of it
    #[arg(long, conflicts_with = "check")]
    replace_reference: bool,

    /// Record what these commands print, and leave the others
    #[arg(conflicts_with = "check")]
    commands: Vec<String>,
}

/// Commands and what they printed.
pub struct Console {
    recorded: BTreeMap<String, String>,
}

impl Console {
    /// What was recorded on the reference machine.
    ///
    /// # Errors
    ///
    /// When a file is something else.
    pub fn read() -> Result<Console> {
        Console::of(&Name::reference().folder())
    }

    /// What was recorded in this folder; nothing if it never was.
    fn of(folder: &Path) -> Result<Console> {
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
    let mut shown = shown::commands(Path::new("book/src"))?;
    if options.check {
        return check(&shown, &Console::read()?);
    }
    let folder = Folder::open(&Name::reference(), options.replace_reference)?;
    if options.commands.is_empty() {
        return record(&shown, &folder, BTreeMap::new());
    }
    for command in &options.commands {
        if !shown.iter().any(|shown| shown.command == *command) {
            bail!("the book does not show what '{command}' prints: its commands are in book/src");
        }
    }
    shown.retain(|shown| options.commands.contains(&shown.command));
    let mut others = Console::read()?.recorded;
    others.retain(|command, _| !options.commands.contains(command));
    record(&shown, &folder, others)
}

fn record(shown: &[Shown], folder: &Folder, mut recorded: BTreeMap<String, String>) -> Result<()> {
    for shown in shown.iter().filter(|shown| shown.with_output) {
        if !recorded.contains_key(&shown.command) {
            say(format_args!("$ {}", shown.command));
            recorded.insert(shown.command.clone(), shown.output(&[])?);
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
            match shown.output(&small) {
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
}
