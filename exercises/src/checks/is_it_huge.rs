//! Exercise 4: is this memory on huge pages?

use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;
use clap::ValueEnum;
use common::pipe;
use rustix::fs::MemfdFlags;
use rustix::io::FdFlags;

use crate::pages::{Answer, Memory, ring};
use crate::support::contestant::Contestant;
use crate::support::fault::Fault;
use crate::support::partner::Partner;
use crate::support::patience::PATIENCE;
use crate::support::report::Report;

const CHAPTER: &str = "stage 4, huge pages: how to see that a page is huge";
const WITHOUT_ROOT: &str = "you are not root (or root without CAP_SYS_ADMIN): half of the exercise \
    is still to be tried, by\nsudo -E env PATH=\"$PATH\" make exercise4";
/// The user that owns nothing.
const NOBODY: u32 = 65534;

pub fn check(teller: &Contestant, report: &mut Report) -> Result<(), Fault> {
    let root = may_see_frames()?;
    // The last kind takes root to be made.
    let kinds = Memory::value_variants();
    for memory in kinds.iter().filter(|&&kind| kind != Memory::Together) {
        report.step(&format!("without root: {}", name(*memory)), || {
            without_root(teller, *memory, root)
        })?;
    }
    if !root {
        return report.step("with root", || Err(Fault::not_here(WITHOUT_ROOT)));
    }
    for memory in kinds {
        report.step(&format!("with root: {}", name(*memory)), || {
            expect(teller, *memory, true, |_| {})
        })?;
    }
    Ok(())
}

fn name(memory: Memory) -> &'static str {
    match memory {
        Memory::Huge => "huge pages",
        Memory::Piece => "a piece of huge pages",
        Memory::Ordinary => "ordinary pages",
        Memory::Advised => "ordinary pages, advised too late",
        Memory::Half => "a huge page, and then ordinary ones",
        Memory::Seam => "the end of a huge page, and a few ordinary ones",
        Memory::HugeInMixed => "the huge page of a mixed mapping",
        Memory::OrdinaryInMixed => "the ordinary pages of a mixed mapping",
        Memory::Together => "a driver's pages, which belong together",
    }
}

/// Whether this process may read page frame numbers: CAP_SYS_ADMIN, the 22nd
/// bit of its effective capabilities.
fn may_see_frames() -> Result<bool, Fault> {
    let status =
        fs::read_to_string("/proc/self/status").context("cannot read /proc/self/status")?;
    let effective = status
        .lines()
        .find_map(|line| line.strip_prefix("CapEff:"))
        .and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok());
    Ok(effective.is_some_and(|bits| bits & 1 << 21 != 0))
}

fn without_root(teller: &Contestant, memory: Memory, root: bool) -> Result<String, Fault> {
    if !root {
        return expect(teller, memory, false, |_| {});
    }
    // A copy that everybody can reach, which in a home folder nobody can.
    let copy = copy_in_memory(&teller.program)
        .with_context(|| format!("cannot copy {}", teller.program.display()))?;
    let reachable = Contestant {
        program: format!("/proc/self/fd/{}", copy.as_raw_fd()).into(),
        ..teller.with(&[])
    };
    expect(&reachable, memory, false, |command| {
        command.arg0(&teller.program).gid(NOBODY).uid(NOBODY);
    })
}

/// A program without a name that anybody could have taken before: memfd_create(2).
fn copy_in_memory(program: &Path) -> io::Result<File> {
    let mut copy = File::from(rustix::fs::memfd_create("program", MemfdFlags::CLOEXEC)?);
    io::copy(&mut File::open(program)?, &mut copy)?;
    copy.set_permissions(fs::Permissions::from_mode(0o755))?;
    // What is open for writing cannot be run.
    let to_run = File::open(format!("/proc/self/fd/{}", copy.as_raw_fd()))?;
    // Not closed at exec(2): a script is opened once more, by what runs it.
    rustix::io::fcntl_setfd(&to_run, FdFlags::empty())?;
    Ok(to_run)
}

fn expect(
    teller: &Contestant,
    memory: Memory,
    as_root: bool,
    prepare: impl FnOnce(&mut Command),
) -> Result<String, Fault> {
    let value = memory.to_possible_value();
    let argument = value
        .as_ref()
        .map_or("", |value| value.get_name())
        .to_owned();
    let (output, writer) = pipe::new()?;
    let mut running = teller.start_with(Stdio::null(), writer, None, |command| {
        command.arg(&argument);
        prepare(command);
    })?;
    let Some(ending) = running.end()? else {
        return Err(Fault::wrong(
            "an answer",
            format!("no end within {} seconds", PATIENCE.as_secs()),
            CHAPTER,
        ));
    };
    let answer = Partner::new(output.into()).read_words()?;
    let truth = memory.truth();
    // The counts of a mixed mapping say nothing of one half of it.
    let may_be_untold = !as_root && matches!(memory, Memory::HugeInMixed | Memory::OrdinaryInMixed);
    if ending.code != 0 {
        // A container's root may not have the capability, nor each kernel such sockets.
        if ending.said(ring::REFUSED) {
            return Ok("cannot be had here".to_owned());
        }
        if [
            "not on huge pages",
            "has no transparent huge pages",
            "madvise failed",
        ]
        .iter()
        .any(|reason| ending.said.contains(reason))
        {
            return Err(Fault::not_here(ending.said.trim()));
        }
        return Err(Fault::wrong(
            format!("'{}'", truth.name()),
            format!(
                "{}\nwithout root, some files do not open: is there another that tells?",
                ending.in_words()
            ),
            CHAPTER,
        ));
    }
    if answer == truth.name() {
        return Ok(String::new());
    }
    if may_be_untold && answer == Answer::CannotTell.name() {
        return Ok("cannot tell, which is true".to_owned());
    }
    let why = match memory {
        _ if answer == Answer::CannotTell.name() => match as_root {
            true => "With root, each page can be looked at: /proc/self/pagemap, /proc/kpageflags.",
            false => "It can be told without root: /proc/self/smaps says enough about its mapping.",
        },
        Memory::Huge => "All its pages are huge, and this process may see it.",
        Memory::Piece => "The huge pages start before it, and end after it.",
        Memory::Ordinary => "Elsewhere in this process there are huge pages. These are none.",
        Memory::Advised => {
            "It was advised to be huge after its pages were there: advice is no page."
        }
        Memory::Half => "It lies on two mappings, one of them without any huge page.",
        Memory::Seam => {
            "It begins in mid-huge-page, and its last pages are ordinary ones: whoever leaps by the \
             size of a huge page leaps over them. Look at every page."
        }
        Memory::HugeInMixed | Memory::OrdinaryInMixed => {
            "The mapping has both kinds of page, and a count for all of it cannot say which these are."
        }
        Memory::Together => {
            "Sixteen of its pages each belong together (KPF_COMPOUND_HEAD, KPF_COMPOUND_TAIL), as any \
             driver's may. That makes none of them huge: which flag does?"
        }
    };
    let allowed = if may_be_untold {
        ", or 'cannot tell'"
    } else {
        ""
    };
    Err(Fault::wrong(
        format!("'{}'{allowed}", truth.name()),
        format!("'{answer}'\n{why}"),
        CHAPTER,
    ))
}
