//! What the learner is told: each step of a check, and what was wrong with the
//! first that failed.

use std::io::{self, Write};

use bench::spinner;
use indicatif::ProgressBar;

use super::fault::Fault;
use super::needs;

/// A terminal's width, if nobody has made it wider.
const WIDTH: usize = 80;
/// How far what explains a step is set in.
const INDENT: usize = 8;
/// The room for a label beside its text. A longer one has a line of its own.
const LABEL: usize = 10;

/// The account of a check, printed as it goes.
pub struct Report<'a> {
    out: &'a mut dyn Write,
    /// What is worth to be remembered of a program that passes: how fast, which medal.
    pub feat: Option<Feat>,
    /// Why a part could not be checked on this machine.
    pub not_here: Option<String>,
}

/// How well a program did.
#[derive(Clone, Debug, PartialEq)]
pub struct Feat {
    /// How many times as fast as what it raced.
    pub ratio: f64,
    /// `gold`, or nothing.
    pub medal: &'static str,
}

impl<'a> Report<'a> {
    /// An account that goes to `out`.
    pub fn new(out: &'a mut dyn Write) -> Report<'a> {
        Report {
            out,
            feat: None,
            not_here: None,
        }
    }

    /// Makes one step of a check; what it returns is a remark, or empty.
    ///
    /// # Errors
    ///
    /// The step's own, after it has been told.
    pub fn step(
        &mut self,
        name: &str,
        step: impl FnOnce() -> Result<String, Fault>,
    ) -> Result<(), Fault> {
        // For whoever waits at a terminal.
        let waiting = ProgressBar::new_spinner().with_message(name.to_owned());
        spinner::keep_turning(&waiting);
        let result = step().map_err(needs::unless_refused_here);
        waiting.finish_and_clear();
        match result {
            Ok(remark) if remark.is_empty() => writeln!(self.out, "  ok    {name}")?,
            Ok(remark) => writeln!(self.out, "  ok    {name}: {remark}")?,
            Err(fault) => {
                let verdict = match &fault {
                    Fault::Wrong { .. } => "WRONG",
                    Fault::NotHere(reason) => {
                        self.not_here = Some(reason.clone());
                        "-    "
                    }
                    Fault::Noisy(_) | Fault::OnTheLine(_) | Fault::Unchecked(_) => "?    ",
                };
                writeln!(self.out, "  {verdict} {name}")?;
                return Err(fault);
            }
        }
        Ok(())
    }

    /// Makes a step that is a race; what it returns is how many times as fast the program was.
    ///
    /// # Errors
    ///
    /// The step's own, after it has been told.
    pub fn race(
        &mut self,
        name: &str,
        step: impl FnOnce() -> Result<f64, Fault>,
    ) -> Result<(), Fault> {
        let mut ratio = 0.0;
        self.step(name, || {
            ratio = step()?;
            Ok(format!("{ratio:.2}x"))
        })?;
        self.feat = Some(Feat { ratio, medal: "" });
        Ok(())
    }

    /// Adds lines that are neither right nor wrong.
    ///
    /// # Errors
    ///
    /// When nobody takes them.
    pub fn note(&mut self, text: &str) -> io::Result<()> {
        for line in text.lines() {
            writeln!(self.out, "        {line}")?;
        }
        Ok(())
    }

    /// Says what a fault is, and what to do.
    ///
    /// # Errors
    ///
    /// When nobody takes it.
    pub fn fault(&mut self, fault: &Fault) -> io::Result<()> {
        match fault {
            Fault::Wrong {
                expected,
                came,
                read,
            } => {
                self.labelled("expected", expected)?;
                self.labelled("came", came)?;
                self.labelled("read", &format!("the book, {read}"))
            }
            Fault::Noisy(why) => {
                self.labelled("too noisy to judge", why)?;
                self.note("This is no verdict. Close what else is running, and try again.")
            }
            Fault::OnTheLine(what) => {
                self.labelled("nearly", what)?;
                self.note("This is no verdict: a little more will do.")
            }
            Fault::NotHere(reason) => self.labelled("could not be checked", reason),
            Fault::Unchecked(error) => self.labelled("could not be checked", &format!("{error:#}")),
        }
    }

    fn labelled(&mut self, label: &str, text: &str) -> io::Result<()> {
        let mut lines = text
            .lines()
            .flat_map(|line| textwrap::wrap(line, WIDTH - INDENT - LABEL));
        if label.len() < LABEL {
            let first = lines.next().unwrap_or_default();
            writeln!(self.out, "{:INDENT$}{label:LABEL$}{first}", "")?;
        } else {
            writeln!(self.out, "{:INDENT$}{label}:", "")?;
        }
        for line in lines {
            writeln!(self.out, "{:INDENT$}{:LABEL$}{line}", "", "")?;
        }
        Ok(())
    }
}
