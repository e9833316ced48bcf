//! All that the book's directives can ask for.

use anyhow::Result;
use measured::Figures;
use measured::machine::Machine;

use crate::console::Console;

/// All that the directives can ask for.
pub struct Sources {
    /// What was measured on this book's machine.
    pub reference: Figures,
    /// This book's machine.
    pub machine: Machine,
    /// What was measured on the reader's, if anything was.
    pub yours: Option<Figures>,
    /// What the book's commands print.
    pub console: Console,
}

impl Sources {
    /// Reads both machines' folders.
    ///
    /// # Errors
    ///
    /// When a file there is something else.
    pub fn read() -> Result<Sources> {
        let folder = measured::folder("reference");
        let yours = Figures::read(&measured::folder("yours"))?;
        Ok(Sources {
            reference: Figures::read(&folder)?.with_beyond(&folder)?,
            machine: Machine::read(&folder.join("machine.toml"))?,
            yours: (!yours.runs().is_empty()).then_some(yours),
            console: Console::read(&folder)?,
        })
    }

    /// This book's machine, and the reader's if it was measured.
    pub fn machines(&self) -> Vec<(&str, &Figures)> {
        let yours = self.yours.as_ref().map(|yours| ("yours", yours));
        [("this book's machine", &self.reference)]
            .into_iter()
            .chain(yours)
            .collect()
    }
}
