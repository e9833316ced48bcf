//! What is said of the kernels: a row for each, and below them what it means.

use std::fmt::Write;

use anyhow::Result;

use crate::checked::Checked;
use crate::committed::Compared;
use crate::list::Kernel;

/// What came of a kernel.
pub struct Row {
    name: String,
    /// The version of the package that was booted.
    pub version: Option<String>,
    /// How many things were as they should be.
    well: usize,
    faults: Vec<String>,
    /// Why nothing was tried.
    left_out: Option<String>,
    /// What one gets to know of the kernel.
    facts: Vec<(String, String)>,
    /// Each stage: instructions for 4 KiB, and what they were.
    pub counts: Vec<(u8, f64, Option<Compared>)>,
}

impl Row {
    /// Of a kernel of which nothing is known yet.
    pub fn of(kernel: &Kernel) -> Row {
        Row {
            name: kernel.name(),
            version: None,
            well: 0,
            faults: Vec::new(),
            left_out: None,
            facts: Vec::new(),
            counts: Vec::new(),
        }
    }

    /// Of one that cannot be tried here.
    pub fn left_out(kernel: &Kernel, why: &str) -> Row {
        Row {
            left_out: Some(why.to_owned()),
            ..Row::of(kernel)
        }
    }

    /// Adds what came of a boot that tried everything; `how` it differs from the first.
    pub fn tried(&mut self, how: &str, checked: Result<Checked>) {
        match checked {
            Ok(checked) => {
                self.well += checked.well;
                for (what, fault) in checked.faults {
                    self.fault(&format!("{how} {what}: {fault}"));
                }
                if how.is_empty() {
                    self.facts = checked.facts;
                }
            }
            Err(error) => self.fault(&format!("{how} {error:#}")),
        }
    }

    /// Adds something that was not as it should be.
    pub fn fault(&mut self, fault: &str) {
        self.faults.push(fault.trim().to_owned());
    }

    /// Whether anything was not as it should be.
    pub fn has_failed(&self) -> bool {
        !self.faults.is_empty() || self.changes().next().is_some()
    }

    /// What has changed since it was committed.
    fn changes(&self) -> impl Iterator<Item = (u8, Compared)> {
        let compared = self
            .counts
            .iter()
            .filter_map(|(stage, _, compared)| Some((*stage, (*compared)?)));
        compared.filter(|(_, compared)| compared.has_changed())
    }

    /// The row, and below it all that is wrong.
    pub fn in_words(&self) -> String {
        let mut text = format!(
            "{:15} {:22}",
            self.name,
            self.version.as_deref().unwrap_or("")
        );
        if let Some(why) = &self.left_out {
            return format!("{} left out: {why}\n", text.trim_end());
        }
        let _ = write!(text, "{:>7}", self.well);
        for (_, all, compared) in &self.counts {
            let _ = match compared {
                Some(compared) => write!(text, "{:>9.0}", compared.now),
                None => write!(text, "{:>8.0}*", all),
            };
        }
        let _ = writeln!(
            text,
            "  {}",
            if self.has_failed() {
                "NOT WELL"
            } else {
                "well"
            }
        );
        for fault in &self.faults {
            let _ = writeln!(text, "    {fault}");
        }
        for (stage, compared) in self.changes() {
            let _ = writeln!(
                text,
                "    stage {stage} takes {:.0} instructions and not {:.0}: {:+.1}%",
                compared.now,
                compared.then,
                compared.change() * 100.0
            );
        }
        for kind in ["boot", "doctor", "stage"] {
            let facts = self.facts.iter().filter(|(name, _)| name.starts_with(kind));
            for (name, fact) in facts {
                let _ = writeln!(text, "    {name}: {fact}");
            }
        }
        text
    }
}

/// What stands above the rows.
pub fn head() -> String {
    format!(
        "{:15} {:22}{:>7}{:>9}{:>9}{:>9}{:>9}\n",
        "kernel", "package", "tried", "stage 1", "stage 2", "stage 3", "stage 4"
    )
}

/// What stands below them.
pub fn below(rows: &[Row]) -> String {
    let mut text =
        "\nInstructions that 4 KiB take through the pipe, both ends together. Those that copy or\n\
         clear bytes are left out where they are known. They are the same on any machine.\n"
            .to_owned();
    let stars = rows
        .iter()
        .any(|row| row.counts.iter().any(|(_, _, compared)| compared.is_none()));
    if stars {
        text += "* all of them: this package is not among the committed ones, so nothing is compared.\n";
    }
    let speeds = rows
        .iter()
        .any(|row| row.facts.iter().any(|(name, _)| name.starts_with("stage")));
    text += match speeds {
        true => "The speeds are KVM's, on this machine's own CPU.\n",
        false => {
            "There is no KVM here, so all ran in an emulator: times would mean nothing, and none is shown.\n"
        }
    };
    text
}
