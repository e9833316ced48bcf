//! runs.csv: one row per run, written as it ends, so that an interrupted
//! measurement keeps what it has.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::numbers::Number;
use crate::parsing::parse;
use crate::row::{self, Row};
use crate::rows;

/// The file's name in a machine's folder.
pub const FILE: &str = "runs.csv";

/// One run of one configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Which round it belongs to, from 1.
    pub round: u32,
    /// The configuration's group.
    pub group: String,
    /// The configuration's name in its group.
    pub name: String,
    /// GiB per second.
    pub gib_per_s: f64,
    /// How many bytes went through.
    pub bytes: u64,
    /// The part of the run's CPU time that the hypervisor gave to others.
    pub stolen: f64,
    /// The CPU of the writing end and that of the reading end, as in `0,1`.
    pub cpus: String,
    /// What ran, as one would type it.
    pub command: String,
}

impl Row for Run {
    fn numbers(&self) -> Vec<Number> {
        vec![
            Number::some("round", self.round.into()),
            Number::speed("gib_per_s", self.gib_per_s),
            Number::some("bytes", self.bytes),
            Number::part("stolen", self.stolen),
        ]
    }

    fn holds(&self) -> Vec<String> {
        vec![format!("{}/{}", self.group, self.name)]
    }
}

/// Reads all whole rows; no file is no rows.
///
/// # Errors
///
/// When the file cannot be read, or has a row that cannot be; with its line.
pub fn read(path: &Path) -> Result<Vec<Run>> {
    let read = || {
        let bytes = rows::read(path)?.unwrap_or_default();
        // What follows the last line end was cut off when the writer was killed.
        let whole = bytes.iter().rposition(|&byte| byte == b'\n');
        parse(path, &bytes[..whole.map_or(0, |end| end + 1)])
    };
    read().map_err(|error| rows::with_advice(&error, "make measure"))
}

/// Appends rows to the file, each in one write.
pub struct Appender {
    file: File,
}

impl Appender {
    /// Opens the file behind its last whole row, or begins it.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn open(path: &Path) -> Result<Appender> {
        let describe = || format!("cannot write {}", path.display());
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .with_context(describe)?;
        let text = fs::read(path).with_context(describe)?;
        let whole = text
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |end| end + 1);
        file.set_len(whole as u64).with_context(describe)?;
        std::io::Seek::seek(&mut file, std::io::SeekFrom::End(0))?;
        if whole == 0 {
            file.write_all(b"round,group,name,gib_per_s,bytes,stolen,cpus,command\n")?;
        }
        Ok(Appender { file })
    }

    /// Adds a row.
    ///
    /// # Errors
    ///
    /// When a figure in it cannot be right, or it cannot be written.
    pub fn append(&mut self, run: &Run) -> Result<()> {
        row::check(run)?;
        let mut writer = csv::WriterBuilder::new()
            .has_headers(false)
            .from_writer(Vec::new());
        writer.serialize(run)?;
        let row = writer.into_inner().context("cannot finish a row")?;
        self.file
            .write_all(&row)
            .context("cannot write a row: is the disk full?")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(round: u32) -> Run {
        Run {
            round,
            group: "stages".into(),
            name: "stage1".into(),
            gib_per_s: 3.7,
            bytes: 1 << 30,
            stolen: 0.0,
            cpus: "0,1".into(),
            command: "write \"a, b\" | read".into(),
        }
    }

    #[test]
    fn whatever_the_kill_left_can_be_read_and_continued() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let mut appender = Appender::open(&path).unwrap();
        appender.append(&run(1)).unwrap();
        appender.append(&run(2)).unwrap();
        let whole = fs::read(&path).unwrap();
        let one_row = whole.len()
            - whole
                .split_inclusive(|&byte| byte == b'\n')
                .next_back()
                .unwrap()
                .len();
        for length in 0..=whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let rows = read(&path).unwrap();
            assert!(
                rows.len() <= 2 && (length < one_row || !rows.is_empty()),
                "{length}"
            );
            let mut appender = Appender::open(&path).unwrap();
            appender.append(&run(3)).unwrap();
            assert_eq!(read(&path).unwrap().len(), rows.len() + 1);
            assert_eq!(read(&path).unwrap().last(), Some(&run(3)));
        }
    }

    #[test]
    fn no_file_is_no_runs_and_junk_is_an_error() {
        assert_eq!(read(Path::new("/nonexistent/runs.csv")).unwrap(), []);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::write(&path, "round,group\n1,2\n").unwrap();
        assert!(format!("{:#}", read(&path).unwrap_err()).contains(":2: missing field `name`"));
    }
}
