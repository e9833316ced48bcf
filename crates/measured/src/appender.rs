//! Writes a run's row into runs.csv as the run ends, so that an interrupted measurement keeps
//! what it has.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::row;
use crate::runs::{HEADER, Run, whole_rows};

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
        let whole = whole_rows(&text);
        file.set_len(whole.len() as u64).with_context(describe)?;
        file.seek(SeekFrom::End(0))?;
        match whole.split_inclusive(|&byte| byte == b'\n').next() {
            None => file.write_all(HEADER)?,
            Some(header) => ensure!(
                header == HEADER,
                "{} was begun by another version, with other columns\n\
                 finish it with that, or remove its folder to begin anew",
                path.display()
            ),
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
    use crate::runs::{FILE, read};

    fn run(round: u32) -> Run {
        Run {
            round,
            group: "stages".into(),
            name: "stage1".into(),
            gib_per_s: 3.7,
            bytes: 1 << 30,
            stolen: 0.0,
            cpus: "0,1".into(),
            hand_over_ns: Some(21.5),
            hand_over_after_ns: Some(180.0),
            awake_gib_per_s: Some(5.4),
            slept: Some(0.25),
            slept_us: Some(46.0),
            calls: Some(4),
            reader_sleeps: Some(1),
            writer_sleeps: Some(0),
            histogram: Some("3327:3 46000:1".parse().unwrap()),
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
    fn nothing_is_added_below_other_columns() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::write(&path, "round,group,name,gib_per_s\n").unwrap();
        assert!(Appender::open(&path).is_err());
    }
}
