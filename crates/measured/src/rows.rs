//! Rows of measured data: what is read and written as CSV goes through here, so that
//! what cannot be right is an error with its line, and never a figure.

use std::fmt;
use std::fs;
use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};

use crate::parsing::parse;
use crate::row::{Row, check};

/// A file of rows in a machine's folder.
pub struct Rows<R> {
    /// Its path in the folder.
    pub file: &'static str,
    /// What measures it, as one types it.
    pub command: &'static str,
    row: PhantomData<fn() -> R>,
}

/// Rows that were written beside those there, which have what these lack.
#[derive(Debug, PartialEq)]
pub struct Beside {
    /// Where they are.
    pub path: PathBuf,
    /// What those there have, and these have not.
    pub lacking: Vec<String>,
}

impl fmt::Display for Beside {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, more) = (&self.lacking[0], self.lacking.len() - 1);
        let and = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        let path = self.path.display();
        write!(
            out,
            "what was measured lacks {first}{and}, so it is in {path}; what was there stays"
        )
    }
}

impl<R: Row> Rows<R> {
    /// A file by its path in a machine's folder, and the command that measures it.
    pub const fn new(file: &'static str, command: &'static str) -> Rows<R> {
        Rows {
            file,
            command,
            row: PhantomData,
        }
    }

    /// Reads a machine's file; nothing where it has none.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is cut off, has no rows, or one that cannot be.
    pub fn read(&self, folder: &Path) -> Result<Option<Vec<R>>> {
        let path = folder.join(self.file);
        self.read_whole(&path)
            .map_err(|error| with_advice(&error, self.command))
    }

    fn read_whole(&self, path: &Path) -> Result<Option<Vec<R>>> {
        let Some(bytes) = read(path)? else {
            return Ok(None);
        };
        let shown = path.display();
        if !bytes.is_empty() && !bytes.ends_with(b"\n") {
            let last = bytes.split(|&byte| byte == b'\n').count();
            bail!("{shown}:{last}: the file is cut off here, in the middle of a row");
        }
        let rows = parse(path, &bytes)?;
        ensure!(!rows.is_empty(), "{shown}: it has no rows");
        Ok(Some(rows))
    }

    /// Writes the rows, whole, in the place of those there. Where those have what
    /// these lack, they stay, and these go beside them.
    ///
    /// # Errors
    ///
    /// When one of them cannot be right, the file cannot be written, or what is
    /// there cannot be read.
    pub fn replace(&self, folder: &Path, rows: &[R]) -> Result<Option<Beside>> {
        ensure!(!rows.is_empty(), "nothing was measured for {}", self.file);
        let text = text(rows)?;
        let held = |rows: &[R]| rows.iter().flat_map(Row::holds).collect::<Vec<_>>();
        let mut lacking = self.read(folder)?.map_or(Vec::new(), |there| held(&there));
        let new = held(rows);
        lacking.retain(|what| !new.contains(what));
        lacking.sort();
        lacking.dedup();
        let path = folder.join(self.file);
        if lacking.is_empty() {
            crate::write_whole(&path, text.as_bytes())?;
            return Ok(None);
        }
        let path = path.with_extension("incomplete.csv");
        crate::write_whole(&path, text.as_bytes())?;
        Ok(Some(Beside { path, lacking }))
    }
}

/// A file's content; nothing where there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        bytes => bytes
            .map(Some)
            .with_context(|| format!("{}: cannot read it", path.display())),
    }
}

/// The rows below the names of the columns.
///
/// # Errors
///
/// When a number in them cannot be right.
pub fn text<R: Row>(rows: &[R]) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        check(row).context("what was measured is not kept")?;
        writer.serialize(row)?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// The error, and below it what to do about it.
pub(crate) fn with_advice(error: &anyhow::Error, command: &str) -> anyhow::Error {
    anyhow!("{error:#}\nmove it away and measure again: {command}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::beyond::{LADDER, Speed};

    fn row(name: &str, gib_per_s: f64) -> Speed {
        Speed {
            round: 1,
            name: name.to_owned(),
            gib_per_s,
            hand_over_ns: Some(21.55),
            hand_over_after_ns: Some(180.0),
            awake_gib_per_s: None,
        }
    }

    #[test]
    fn rows_are_written_as_they_are_read() {
        let rows = [row("stage5", 57.45), row("slots", 0.0001)];
        let text = text(&rows).unwrap();
        assert_eq!(
            text,
            "round,name,gib_per_s,hand_over_ns,hand_over_after_ns,awake_gib_per_s\n1,stage5,57.450,21.6,180.0,\n1,slots,0.0001,21.6,180.0,\n"
        );
        let again: Vec<Speed> = parse(Path::new("x"), text.as_bytes()).unwrap();
        assert_eq!(again[1].gib_per_s, 0.0001);
    }

    #[test]
    fn what_lacks_something_goes_beside_what_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(LADDER.file);
        let replace = |rows: &[Speed]| LADDER.replace(folder.path(), rows);
        assert_eq!(
            replace(&[row("stage5", 1.0), row("tee", 2.0)]).unwrap(),
            None
        );
        let before = fs::read(&path).unwrap();
        let beside = replace(&[row("stage5", 3.0)]).unwrap().unwrap();
        assert_eq!(beside.lacking, ["tee"]);
        assert_eq!(fs::read(&path).unwrap(), before);
        let text = fs::read_to_string(&beside.path).unwrap();
        assert!(text.contains("stage5,3.000"), "{text}");

        // Nothing, and what is no figure, is not written at all.
        assert!(replace(&[]).is_err() && replace(&[row("stage5", f64::NAN)]).is_err());
        assert_eq!(fs::read(&path).unwrap(), before);
        assert_eq!(
            replace(&[row("tee", 4.0), row("stage5", 5.0)]).unwrap(),
            None
        );
        // What cannot be read is not replaced either.
        fs::write(&path, "round\n").unwrap();
        assert!(replace(&[row("stage5", 3.0)]).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "round\n");
    }
}
