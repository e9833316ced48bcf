//! What would help, found by trying: the command is run again and again, in each round once
//! in every way, in an order by chance.

mod ends;
mod enlarge;
mod outcome;
mod way;

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use bench::cpu_list;
use measured::rounds::Rounds;
use rand::seq::SliceRandom;

pub use ends::Input;
pub use outcome::{Gain, text};

use crate::keeper::Ending;
use crate::numbers::seconds;
use crate::report::wrapped;
use crate::run::{self, Shell, Watching};
use crate::view::View;
use ends::Outlet;
use enlarge::Enlarge;
use way::Way;

/// What is to be tried, and how often.
pub struct Trial<'a> {
    /// The shell.
    pub shell: &'a Shell,
    /// The command.
    pub command: &'a str,
    /// What it reads.
    pub input: Input,
    /// How many rounds.
    pub rounds: u32,
    /// Whether nobody is asked.
    pub unasked: bool,
}

impl Trial<'_> {
    /// Asks, and tries; `first` is how it went as it is. Nothing where nobody wants it.
    ///
    /// # Errors
    ///
    /// When there is nothing to try, nobody to ask, or the command does not do the same
    /// each time.
    pub fn run(&self, first: &Watching) -> Result<Option<Vec<Gain>>> {
        if first.seen.pipes.is_empty() {
            bail!("there is nothing to try: there was no pipe in it");
        }
        let lenders = enlarge::lenders(&first.seen);
        let lends = |&place: &usize| lenders.contains(&first.seen.processes[place].name);
        let all_lent = first
            .seen
            .pipes
            .iter()
            .all(|pipe| pipe.writers.iter().any(lends));
        let mut ways = Way::all(all_lent);
        self.warn(&ways, &lenders, first);
        if !self.unasked && !wanted(terminal()?)? {
            return Ok(None);
        }
        let (mut times, mut last) = (Rounds::default(), None);
        for round in 1..=self.rounds {
            let mut order = ways.clone();
            order.shuffle(&mut rand::rng());
            for way in order {
                let start = Instant::now();
                let (watching, bytes, refused) = self.once(&way, &lenders)?;
                let time = start.elapsed().as_secs_f64();
                if watching.ended_by.is_some() || matches!(watching.ending, Ending::Killed) {
                    watching.end_alike();
                }
                if let Some(why) = refused {
                    common::say(format_args!("not tried: {}: {why}", way.name()));
                    ways.retain(|other| *other != way);
                    continue;
                }
                let now = (watching.code(), bytes);
                let before = *last.get_or_insert(now);
                if before != now {
                    bail!(
                        "the command does not do the same each time: exit code {}, {} bytes of \
                         output before, and now {}, {}\nwhat takes it longer, then, is not known",
                        before.0,
                        before.1,
                        now.0,
                        now.1
                    );
                }
                times.extend([(way.name(), round, time)]);
            }
        }
        Ok(Some(outcome::gains(&ways, &times)))
    }

    fn once(&self, way: &Way, lenders: &[String]) -> Result<(Watching, u64, Option<String>)> {
        self.input.give()?;
        let outlet = Outlet::give()?;
        let start = || run::start(self.shell, self.command);
        let started = match way {
            Way::Cpus(cpus) => cpu_list::only_on(cpus, start)
                .with_context(|| format!("cannot run {}", way.name()))??,
            _ => start()?,
        };
        let drain = outlet.drain()?;
        let mut enlarge = match way {
            Way::Pipes(size) => Some(Enlarge::to(*size, lenders)),
            _ => None,
        };
        let watching = run::watch(started, &mut View::new(false), |watcher| {
            if let Some(enlarge) = &mut enlarge {
                enlarge.look(&mut watcher.scene);
            }
        });
        let bytes = drain.stop();
        Ok((watching?, bytes, enlarge.and_then(|it| it.refused)))
    }

    fn warn(&self, ways: &[Way], lenders: &[String], first: &Watching) {
        let runs = ways.len() as u32 * self.rounds;
        let names: Vec<String> = ways.iter().map(Way::name).collect();
        let what = format!(
            "To find what would help, this command runs {runs} times more, for about {}: \
             {}, in each of these ways once: {}. {}; its output is read and dropped. \
             Files that it writes are written {runs} times.",
            seconds(first.seen.seconds * f64::from(runs)),
            match self.rounds {
                1 => "1 round".to_owned(),
                more => format!("{more} rounds"),
            },
            names.join(", "),
            self.input.in_words(),
        );
        common::say(format_args!("\n{}", wrapped(&what).trim_end()));
        if !lenders.is_empty() {
            let kept = format!(
                "The pipes of {} stay as they are: it may lend its pages, and its bytes are then \
                 right only at the size that it chose.",
                lenders.join(" and of ")
            );
            common::say(wrapped(&kept).trim_end());
        }
    }
}

/// Where to ask, whatever standard input and output are.
///
/// # Errors
///
/// When there is no terminal.
pub fn terminal() -> Result<File> {
    let terminal = File::options().read(true).write(true).open("/dev/tty");
    terminal
        .ok()
        .context("there is no terminal to ask at: --yes tries without asking")
}

fn wanted(mut terminal: File) -> Result<bool> {
    terminal.write_all(b"Run it? [y/N] ")?;
    let mut answer = String::new();
    BufReader::new(terminal).read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
