//! CSV as rows of one type; what is wrong is named with its line and its column.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use csv::{ErrorKind, StringRecord};

use crate::row::{Row, check};

/// The rows in the content of the file at `path`.
pub(crate) fn parse<R: Row>(path: &Path, bytes: &[u8]) -> Result<Vec<R>> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().cloned();
    let header = header.map_err(|error| at(path, &StringRecord::new(), &error))?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| at(path, &header, &error))?;
        let row: R = record.deserialize(Some(&header)).map_err(|error| {
            let column = match error.kind() {
                ErrorKind::Deserialize { err, .. } => err.field(),
                _ => None,
            };
            let value = column.and_then(|column| record.get(column as usize));
            let said = value.map_or(String::new(), |value| format!(" ('{value:.40}')"));
            anyhow!("{}{said}", at(path, &header, &error))
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        check(&row).with_context(|| format!("{}:{line}", path.display()))?;
        rows.push(row);
    }
    Ok(rows)
}

/// What is wrong, behind the line and the column where it is.
fn at(path: &Path, header: &StringRecord, error: &csv::Error) -> anyhow::Error {
    let line = error.position().map_or(1, csv::Position::line);
    let named = |column: u64| {
        header
            .get(column as usize)
            .unwrap_or("the names of the columns")
    };
    let what = match error.kind() {
        ErrorKind::Deserialize { err, .. } => match err.field() {
            Some(column) => format!("{}: {}", named(column), err.kind()),
            None => err.kind().to_string(),
        },
        ErrorKind::Utf8 { err, .. } => format!("{}: not UTF-8", named(err.field() as u64)),
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("{len} columns, where the first line names {expected_len}"),
        _ => error.to_string(),
    };
    anyhow!("{}:{line}: {what}", path.display())
}
