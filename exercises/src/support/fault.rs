//! What was wrong.

/// Why a check ends before its last step.
#[derive(Debug)]
pub enum Fault {
    /// The program does not do what it should.
    Wrong {
        /// What a right program does.
        expected: String,
        /// What this one did.
        came: String,
        /// The part of the book that helps.
        read: &'static str,
    },
    /// The machine is too busy for a verdict. Trying again may give one.
    Noisy(String),
    /// So near to what is asked for that there is no verdict.
    OnTheLine(String),
    /// This machine has not what the check needs, and nobody can help it: the reason.
    NotHere(String),
    /// The check itself failed.
    Unchecked(anyhow::Error),
}

impl Fault {
    /// A wrong answer.
    pub fn wrong(
        expected: impl Into<String>,
        came: impl Into<String>,
        read: &'static str,
    ) -> Fault {
        Fault::Wrong {
            expected: expected.into(),
            came: came.into(),
            read,
        }
    }

    /// Something that this machine has not got.
    pub fn not_here(reason: impl Into<String>) -> Fault {
        Fault::NotHere(reason.into())
    }

    /// The same fault with a further sentence about what came, where the program is wrong.
    pub fn adding(self, sentence: &str) -> Fault {
        match self {
            Fault::Wrong {
                expected,
                came,
                read,
            } => Fault::Wrong {
                expected,
                came: format!("{came}\n{sentence}"),
                read,
            },
            other => other,
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Fault {
    fn from(error: E) -> Fault {
        Fault::Unchecked(error.into())
    }
}
