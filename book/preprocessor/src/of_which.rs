//! Whose calls a directive asks for: `[label=][folder:]group/name[@distance]`.

use anyhow::{Result, bail};
use bench::hand_over::Distance;
use measured::Figures;
use measured::calls::Calls;

/// A configuration, where it was measured, and how far apart the CPUs were.
pub struct OfWhich {
    /// What it is called where the configuration's name does not say enough.
    label: Option<String>,
    /// A folder under `book/measured`, in place of the machine's own.
    folder: Option<String>,
    /// `group/name`.
    name: String,
    /// In place of the usual one.
    distance: Option<Distance>,
}

impl OfWhich {
    /// Reads what stands in a directive.
    ///
    /// # Errors
    ///
    /// When there is no such distance.
    pub fn parse(text: &str) -> Result<OfWhich> {
        let before = |text: &'_ str, sign| match text.split_once(sign) {
            Some((before, rest)) => (Some(before.to_owned()), rest.to_owned()),
            None => (None, text.to_owned()),
        };
        let (label, rest) = before(text, '=');
        let (folder, rest) = before(&rest, ':');
        let (name, distance) = match rest.split_once('@') {
            None => (rest, None),
            Some((name, "near")) => (name.to_owned(), Some(Distance::Near)),
            Some((name, "far")) => (name.to_owned(), Some(Distance::Far)),
            Some((_, other)) => bail!("no CPUs are '{other}'"),
        };
        Ok(OfWhich {
            label,
            folder,
            name,
            distance,
        })
    }

    /// Its calls; nothing where none were timed.
    ///
    /// # Errors
    ///
    /// When its folder cannot be read.
    pub fn calls(&self, figures: &Figures) -> Result<Option<Calls>> {
        let read;
        let figures = match &self.folder {
            None => figures,
            Some(folder) => {
                read = Figures::read(&measured::folder_of(folder))?;
                &read
            }
        };
        Ok(match self.distance {
            Some(distance) => figures.calls_at(distance, &self.name),
            None => figures.calls(&self.name),
        })
    }

    /// `Stage 1, 64KiB` for `buffer/stage1-64KiB`, where it has no label.
    pub fn called(&self) -> String {
        if let Some(label) = &self.label {
            return label.clone();
        }
        let name = self.name.split_once('/');
        let name = name.map_or(self.name.as_str(), |(_, name)| name);
        let name = name.replace('-', ", ");
        match name.strip_prefix("stage") {
            Some(rest) => format!("Stage {rest}"),
            None => name,
        }
    }

    /// Whether it is what every `make measure` measures.
    pub fn is_usual(&self) -> bool {
        self.folder.is_none() && self.distance.is_none()
    }

    /// Whether both ends were on one CPU, so that its distance from others is no matter.
    pub fn on_one_cpu(&self) -> bool {
        self.name.contains("one-cpu/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_for_people() {
        let called = |text| OfWhich::parse(text).unwrap().called();
        assert_eq!(called("stages/stage3"), "Stage 3");
        assert_eq!(called("buffer/stage1-64KiB"), "Stage 1, 64KiB");
        assert_eq!(called("busy/write_read"), "write_read");
        assert_eq!(called("far away=stages/stage3@far"), "far away");
    }

    #[test]
    fn all_parts_are_told_apart() {
        let of = OfWhich::parse("beside load=laptop:stages/stage3@near").unwrap();
        assert_eq!(of.folder.as_deref(), Some("laptop"));
        assert_eq!(of.name, "stages/stage3");
        assert_eq!(of.distance, Some(Distance::Near));
        assert!(!of.is_usual() && OfWhich::parse("stages/stage3").unwrap().is_usual());
        assert!(OfWhich::parse("stages/stage3@home").is_err());
    }
}
