//! Files of text in a machine's folder, which are shown as they are.

use std::path::Path;

use anyhow::{Result, anyhow, bail};
use serde::de::DeserializeOwned;

use crate::rows;

/// The file's text; nothing where there is no such file.
///
/// # Errors
///
/// When it cannot be read, or is not UTF-8; with its line.
pub fn read(path: &Path) -> Result<Option<String>> {
    let Some(bytes) = rows::read(path)? else {
        return Ok(None);
    };
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        anyhow!("{}:{line}: not UTF-8", path.display())
    })
}

/// The same of a file that ends with `end`, where it was not cut off.
///
/// # Errors
///
/// As for [`read`], and when it ends otherwise.
pub fn read_to(path: &Path, end: &str) -> Result<Option<String>> {
    let text = read(path)?;
    if let Some(text) = text.as_ref().filter(|text| !text.ends_with(end)) {
        let last = text.lines().count().max(1);
        bail!("{}:{last}: the file is cut off here", path.display());
    }
    Ok(text)
}

/// What the TOML file says; nothing where there is no such file.
///
/// # Errors
///
/// When it cannot be read, or says something else; with its line.
pub fn read_toml<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let Some(text) = read(path)? else {
        return Ok(None);
    };
    toml::from_str(&text).map(Some).map_err(|error| {
        let line = line_of(&error, &text);
        anyhow!("{}:{line}: {}", path.display(), error.message())
    })
}

/// The line of the text that is no such TOML, from 1.
pub fn line_of(error: &toml::de::Error, text: &str) -> usize {
    let at = error.span().map_or(0, |span| span.start).min(text.len());
    1 + text.as_bytes()[..at]
        .iter()
        .filter(|&&byte| byte == b'\n')
        .count()
}
