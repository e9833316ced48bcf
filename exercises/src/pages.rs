//! The memory that exercise 4 asks about, and the ways to answer.

pub(crate) mod ring;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use common::{Buffer, page_size};
use stage4_hugepages::huge_buffer;

/// What can be said of some memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// All of it is on huge pages.
    Huge,
    /// Some of it is on ordinary pages.
    Ordinary,
    /// This process may not know.
    CannotTell,
}

impl Answer {
    /// Its name, as a program prints it.
    pub fn name(self) -> &'static str {
        match self {
            Answer::Huge => "huge",
            Answer::Ordinary => "ordinary",
            Answer::CannotTell => "cannot tell",
        }
    }
}

/// Memory to ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Memory {
    /// Two huge pages.
    Huge,
    /// A piece from the middle of them, which starts and ends within a huge page.
    Piece,
    /// Ordinary pages.
    Ordinary,
    /// Ordinary pages that were advised to be huge when it was too late.
    Advised,
    /// A huge page, and then as much in ordinary ones.
    Half,
    /// The end of such a huge page, and the first few ordinary ones.
    Seam,
    /// The huge page of a mapping whose other half is on ordinary pages.
    HugeInMixed,
    /// The ordinary pages of such a mapping.
    OrdinaryInMixed,
    /// A driver's pages, which belong together sixteen by sixteen, and are ordinary.
    Together,
}

/// Runs a program that prints whether the memory of its first argument is huge.
pub fn ask(is_huge: impl FnOnce(&[u8]) -> io::Result<Answer>) -> ExitCode {
    common::run(|| {
        let wanted = std::env::args().nth(1).unwrap_or_default();
        let wanted = <Memory as clap::ValueEnum>::from_str(&wanted, false)
            .map_err(|_| anyhow::anyhow!("'{wanted}' is none of the kinds of memory: try huge"))?;
        // Huge pages that are none of its business, in the same process.
        let _neighbor = huge_buffer(2 * huge_page()?)?;
        let answer = wanted.with(is_huge)?.context("cannot tell for an error")?;
        writeln!(io::stdout(), "{}", answer.name()).context("cannot print the answer")
    })
}

impl Memory {
    /// What is true of it.
    pub fn truth(self) -> Answer {
        match self {
            Memory::Huge | Memory::Piece | Memory::HugeInMixed => Answer::Huge,
            Memory::Ordinary
            | Memory::Advised
            | Memory::Half
            | Memory::Seam
            | Memory::OrdinaryInMixed
            | Memory::Together => Answer::Ordinary,
        }
    }

    /// Makes such memory, and asks about it.
    fn with<T>(self, ask: impl FnOnce(&[u8]) -> T) -> Result<T> {
        let huge = huge_page()?;
        Ok(match self {
            Memory::Huge => ask(&really_huge(2 * huge)?),
            Memory::Piece => {
                let buffer = really_huge(2 * huge)?;
                ask(&buffer[3 * page_size()..huge / 2])
            }
            Memory::Ordinary => ask(&ordinary(2 * huge)?),
            Memory::Advised => {
                let mut buffer = ordinary(2 * huge)?;
                advise_too_late(&mut buffer)?;
                ask(&buffer)
            }
            Memory::Half => ask(&half(huge)?),
            Memory::Seam => ask(&half(huge)?[huge - 9 * page_size()..huge + 3 * page_size()]),
            Memory::HugeInMixed => ask(&mixed(huge)?[..huge]),
            Memory::OrdinaryInMixed => ask(&mixed(huge)?[huge..]),
            Memory::Together => ask(ring::of_packets()?),
        })
    }
}

/// # Errors
///
/// When the kernel has no huge pages to give.
fn really_huge(size: usize) -> Result<Buffer> {
    let buffer = [huge_buffer(size)?];
    stage4_hugepages::check(&buffer, true)?;
    let [buffer] = buffer;
    Ok(buffer)
}

fn ordinary(size: usize) -> Result<Buffer> {
    let mut refused = Ok(());
    let buffer = Buffer::filled_after(size, huge_page()?, |memory| {
        refused = advise(memory, Advice::NotHuge);
    })?;
    refused?;
    Ok(buffer)
}

/// Two mappings next to each other, the first one huge.
fn half(huge: usize) -> Result<Buffer> {
    let mut refused = Ok(());
    let buffer = Buffer::filled_after(2 * huge, huge, |memory| {
        let (first, second) = memory.split_at_mut(huge);
        refused = advise(first, Advice::Huge).and_then(|()| advise(second, Advice::NotHuge));
    })?;
    refused?;
    Ok(buffer)
}

/// The same as one mapping: with equal advice, the kernel joins the two.
fn mixed(huge: usize) -> Result<Buffer> {
    let mut buffer = half(huge)?;
    advise_too_late(&mut buffer[huge..])?;
    Ok(buffer)
}

/// Advises memory that has its ordinary pages already, and sees to it that the
/// kernel's khugepaged does not make them huge while we look.
fn advise_too_late(memory: &mut [u8]) -> Result<()> {
    rustix::thread::disable_transparent_huge_pages(true)?;
    advise(memory, Advice::Huge)
}

/// Advice that leaves every byte as it is.
enum Advice {
    Huge,
    NotHuge,
}

/// Tells the kernel which pages this memory should have: madvise(2).
fn advise<T>(memory: &mut [T], advice: Advice) -> Result<()> {
    let advice = match advice {
        Advice::Huge => libc::MADV_HUGEPAGE,
        Advice::NotHuge => libc::MADV_NOHUGEPAGE,
    };
    let size = size_of_val(memory);
    // SAFETY: the memory is borrowed for this call alone, and neither advice changes it.
    match unsafe { libc::madvise(memory.as_mut_ptr().cast(), size, advice) } {
        0 => Ok(()),
        _ => Err(common::refused("madvise", io::Error::last_os_error())),
    }
}

fn huge_page() -> Result<usize> {
    match stage4_hugepages::huge_page_size() {
        Some(size) => Ok(size),
        None => bail!("this kernel has no transparent huge pages: there is nothing to tell apart"),
    }
}
