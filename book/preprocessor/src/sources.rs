//! All that the book's directives can ask for.

use anyhow::{Result, ensure};
use measured::Figures;
use measured::beyond::LADDER;
use measured::machine::Machine;
use measured::name::Name;

use crate::console::Console;
use crate::tables::Instructions;
use crate::yours::Yours;

/// All that the directives can ask for.
pub struct Sources {
    /// What was measured on this book's machine.
    pub reference: Figures,
    /// This book's machine.
    pub machine: Machine,
    /// What was measured on the reader's, if anything was.
    pub yours: Yours,
    /// What the book's commands print.
    pub console: Console,
    /// What was counted on other kernels.
    pub instructions: Instructions,
}

impl Sources {
    /// Reads both machines' folders.
    ///
    /// # Errors
    ///
    /// When a file of this book's machine is something else.
    pub fn read() -> Result<Sources> {
        let folder = measured::folder_of("reference");
        let reference = Figures::read(&folder)?;
        ensure!(
            !reference.runs().is_empty(),
            "{}/runs.csv: it has no runs, and the book shows them",
            folder.display()
        );
        let second = Name::second().folder();
        let beyond = [&second, &folder]
            .into_iter()
            .find(|it| it.join(LADDER.file).exists());
        Ok(Sources {
            reference: reference.with_beyond(beyond.unwrap_or(&folder))?,
            machine: Machine::read(&folder.join("machine.toml"))?,
            yours: Yours::read(),
            console: Console::read()?,
            instructions: Instructions::read()?,
        })
    }

    /// This book's machine, and the reader's if it was measured.
    pub fn machines(&self) -> Vec<(&str, &Figures)> {
        let yours = self.yours.figures().map(|yours| ("yours", yours));
        [("this book's machine", &self.reference)]
            .into_iter()
            .chain(yours)
            .collect()
    }
}
