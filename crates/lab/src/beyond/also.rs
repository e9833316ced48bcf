//! A program of whoever measures, in the rounds of a table.

use std::path;
use std::str::FromStr;

use anyhow::{Context, Error, Result, bail, ensure};

use super::tables::{Rung, Table};

/// Where it is, and what its row is called: as the file.
#[derive(Clone)]
pub struct Also {
    name: String,
    path: String,
}

impl Also {
    /// Puts it behind the others.
    ///
    /// # Errors
    ///
    /// When the table's programs share no reader, or one has its name.
    pub fn join(&self, rungs: &mut Vec<Rung>, table: Table) -> Result<()> {
        ensure!(
            table.reader().is_some(),
            "this table has no reader that one more program could write to: leave --also out"
        );
        let Also { name, path } = self;
        ensure!(
            rungs.iter().all(|rung| rung.name != *name),
            "the table has a row '{name}' already: give your program's file another name"
        );
        rungs.push(Rung::of(name.clone(), "yours", path.clone()));
        Ok(())
    }
}

impl FromStr for Also {
    type Err = Error;

    fn from_str(text: &str) -> Result<Also> {
        let path = path::absolute(text)?;
        ensure!(path.is_file(), "there is no such file");
        let name = path.file_name().and_then(|name| name.to_str());
        let plain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        match name.filter(|name| name.chars().all(plain)) {
            Some(name) => Ok(Also {
                name: name.to_owned(),
                path: path.to_str().context("its path is no text")?.to_owned(),
            }),
            None => bail!("its row has the file's name: letters, digits, '-', '_' and '.'"),
        }
    }
}
