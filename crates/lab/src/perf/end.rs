//! The two ends of a stage's pipe.

use bench::stages::Stage;

/// One end of a stage's pipe.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    Write,
    Read,
}

impl End {
    /// In the order of the pipe.
    pub const BOTH: [End; 2] = [End::Write, End::Read];

    /// What runs there.
    pub fn program(self, stage: &Stage) -> &'static str {
        match self {
            End::Write => stage.writer,
            End::Read => stage.reader,
        }
    }

    /// The system call that this end lives by.
    pub fn call(self, stage: &Stage) -> &'static str {
        let [write, read] = stage.calls;
        match self {
            End::Write => write,
            End::Read => read,
        }
    }

    /// As in the names of the files: `stage1.write.txt`.
    pub fn name(self) -> &'static str {
        match self {
            End::Write => "write",
            End::Read => "read",
        }
    }
}
