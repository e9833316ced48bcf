//! The kinds of memory that are compared.

use std::io::{self, Write};

use anyhow::{Context, Result};
use common::page_size;

use knobs::memory::Memory;

/// What has been done to memory before it is passed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Past {
    /// It was written: it has pages of its own.
    Touched,
    /// It was passed, and never written: wherever it is read, it is the
    /// kernel's one page of zeros.
    Untouched,
    /// Nothing: it has no page yet.
    New,
}

impl Past {
    /// All of them.
    pub const ALL: [Past; 3] = [Past::Touched, Past::Untouched, Past::New];

    /// In one word.
    pub fn name(self) -> &'static str {
        match self {
            Past::Touched => "touched",
            Past::Untouched => "untouched",
            Past::New => "new",
        }
    }
}

/// Memory on pages of one size, with its past.
pub struct Subject {
    memory: Memory,
    /// The size of its pages in bytes.
    pub page: usize,
    /// What was done to it.
    pub past: Past,
}

impl Subject {
    /// Each page size with each past, `bytes` of memory each. Where huge pages
    /// cannot be had, they are left out, and a note says so.
    ///
    /// # Errors
    ///
    /// When there is no memory.
    pub fn all(bytes: usize) -> Result<Vec<Subject>> {
        let mut subjects = Vec::new();
        for past in Past::ALL {
            let memory = Memory::on_small_pages(bytes).context("cannot get memory")?;
            subjects.push(Subject::new(memory, page_size(), past));
        }
        let Some(huge_page) = stage4_hugepages::huge_page_size() else {
            note("this kernel has no transparent huge pages: only ordinary ones are measured");
            return Ok(subjects);
        };
        for past in Past::ALL {
            let memory = Memory::on_huge_pages(bytes).context("cannot get memory")?;
            subjects.push(Subject::new(memory, huge_page, past));
        }
        let touched = subjects
            .iter()
            .find(|subject| subject.page == huge_page && subject.past == Past::Touched)
            .expect("it was just made");
        // It warns, with the reason, where the pages are not huge.
        stage4_hugepages::check(&[touched.memory()], false)?;
        Ok(subjects)
    }

    fn new(memory: Memory, page: usize, past: Past) -> Subject {
        let mut subject = Subject { memory, page, past };
        if past == Past::Touched {
            subject.memory.fill(b'X');
        }
        subject
    }

    /// The bytes to pass.
    pub fn memory(&self) -> &[u8] {
        &self.memory
    }

    /// Brings it into the state that its past says.
    ///
    /// # Errors
    ///
    /// As in madvise(2).
    pub fn prepare(&mut self) -> io::Result<()> {
        match self.past {
            Past::New => self.memory.forget(),
            Past::Touched | Past::Untouched => Ok(()),
        }
    }
}

fn note(text: &str) {
    // Nobody reading standard error is no reason to stop.
    let _ = writeln!(io::stderr(), "note: {text}");
}
