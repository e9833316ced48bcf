//! What a machine is called: one folder's name, and no path to elsewhere.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Error, bail};

/// The name of a folder under `book/measured`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// The machine that the book was measured on; its folder is committed.
    pub fn reference() -> Name {
        Name("reference".to_owned())
    }

    /// Another machine that the book has figures of; its folder is committed, too.
    pub fn second() -> Name {
        Name("second".to_owned())
    }

    /// Whether its folder is committed with the book: both machines, and the first one
    /// beside load and with a quota.
    pub fn is_committed(&self) -> bool {
        ["reference", "reference-loaded", "reference-quota", "second"].contains(&self.0.as_str())
    }

    /// The reader's.
    pub fn yours() -> Name {
        Name("yours".to_owned())
    }

    /// Its folder, in the workspace.
    pub fn folder(&self) -> PathBuf {
        crate::folder_of(&self.0)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for Name {
    type Err = Error;

    /// Takes what need not be quoted in a shell, and hides from no `ls`.
    fn from_str(text: &str) -> Result<Name, Error> {
        let plain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        if !text.starts_with(char::is_alphanumeric) || !text.chars().all(plain) {
            bail!(
                "name a folder for book/measured, such as laptop: \
                 letters, digits, '-', '_' and '.', a letter or digit first"
            );
        }
        Ok(Name(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_path() {
        for name in ["yours", "laptop-one-cpu", "vm2.6_12", "Rechner-ü"] {
            assert_eq!(name.parse::<Name>().unwrap().to_string(), name);
        }
        for name in [
            "", ".", "..", "../x", "/abs", "a/b", "-x", ".git", "a b", "a\n",
        ] {
            assert!(name.parse::<Name>().is_err(), "{name:?}");
        }
    }
}
