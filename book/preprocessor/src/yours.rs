//! What the reader has measured, in the book. Where it cannot be read, the book is
//! still built, and says so in its place.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use measured::Figures;

/// The reader's data.
pub struct Yours {
    /// What was measured, if anything was; or why that cannot be read.
    figures: Result<Option<Figures>>,
    /// Why what was left out.
    left_out: RefCell<BTreeSet<String>>,
}

impl Yours {
    /// Reads the reader's runs.
    pub fn read() -> Yours {
        let figures = Figures::read(&measured::folder_of("yours"));
        Yours {
            figures: figures.map(|figures| Some(figures).filter(|it| !it.runs().is_empty())),
            left_out: RefCell::default(),
        }
    }

    /// The figures of the reader's runs.
    pub fn figures(&self) -> Option<&Figures> {
        self.figures.as_ref().ok()?.as_ref()
    }

    /// For below what would show the reader's runs: why they are left out, if they are.
    pub fn note(&self) -> String {
        match &self.figures {
            Ok(_) => String::new(),
            Err(error) => self.left_out(error),
        }
    }

    /// What was measured for the book, and under a fold the same from the reader's machine,
    /// as far as they have measured it.
    ///
    /// # Errors
    ///
    /// When it was not measured for the book, or something else.
    pub fn below(&self, text: impl Fn(&Path) -> Result<Option<String>>) -> Result<String> {
        self.below_that_of(&measured::folder_of("reference"), text)
    }

    /// The same, where it was measured on another machine of the book.
    ///
    /// # Errors
    ///
    /// As for [`Yours::below`].
    pub fn below_that_of(
        &self,
        machine: &Path,
        text: impl Fn(&Path) -> Result<Option<String>>,
    ) -> Result<String> {
        let nothing = || format!("{} has nothing of it", machine.display());
        let below = match text(&measured::folder_of("yours")) {
            Ok(yours) => yours.as_deref().map(folded).unwrap_or_default(),
            Err(error) => self.left_out(&error),
        };
        Ok(text(machine)?.with_context(nothing)? + &below)
    }

    /// Says on standard error what was left out of the book, each once.
    pub fn warn(&self) {
        for why in self.left_out.borrow().iter() {
            common::say(format_args!(
                "warning: the book is built without some of your figures: {why}"
            ));
        }
    }

    fn left_out(&self, error: &anyhow::Error) -> String {
        let why = format!("{error:#}");
        let escaped = why
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('{', "&#123;")
            .replace('\n', "<br>");
        self.left_out.borrow_mut().insert(why);
        format!("\n<p class=\"yours\">Your figures are left out here: {escaped}</p>\n\n")
    }
}

/// The reader's, below what was measured for the book.
pub fn folded(yours: &str) -> String {
    format!(
        "\n<details class=\"yours\"><summary>The same on your machine</summary>\n{yours}\n</details>\n"
    )
}
