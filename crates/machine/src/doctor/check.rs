//! One line of the doctor's report.

use serde::Serialize;

/// One thing that was looked at or tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// How it is.
    pub verdict: Verdict,
    /// What was seen.
    pub finding: String,
    /// What it means, and for which stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// The command that mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As the stages want it.
    Ok,
    /// Usable, with less speed or less to see.
    Limited,
    /// Not to be had here, or not by this user.
    Missing,
}

impl Check {
    /// A check that found nothing to mend.
    pub fn ok(name: &'static str, finding: impl Into<String>) -> Check {
        Check {
            name,
            verdict: Verdict::Ok,
            finding: finding.into(),
            meaning: None,
            remedy: None,
        }
    }

    /// A check that found less than there should be.
    pub fn limited(
        name: &'static str,
        finding: impl Into<String>,
        meaning: impl Into<String>,
    ) -> Check {
        Check {
            verdict: Verdict::Limited,
            meaning: Some(meaning.into()),
            ..Check::ok(name, finding)
        }
    }

    /// A check that found nothing.
    pub fn missing(
        name: &'static str,
        finding: impl Into<String>,
        meaning: impl Into<String>,
    ) -> Check {
        Check {
            verdict: Verdict::Missing,
            ..Check::limited(name, finding, meaning)
        }
    }

    /// Adds the command that mends it.
    pub fn mended_by(self, remedy: impl Into<String>) -> Check {
        Check {
            remedy: Some(remedy.into()),
            ..self
        }
    }
}
