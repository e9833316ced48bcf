//! The stages' system calls, each tried: is it allowed, and does it copy?
//!
//! The trial: put a page of A into a pipe, write B over the page, read the
//! pipe. B means that the pipe held the page itself; A, that it held a copy.

use std::fs::File;
use std::io::{self, IoSlice, PipeReader};
use std::os::unix::fs::FileExt;

use common::syscall::{read, splice, tee, vmsplice, write};
use common::{Buffer, WritingEnd, page_size};
use rustix::fs::MemfdFlags;

use super::check::{Check, Verdict};

const PIPE: &str = "write, read";

/// What became of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Moved,
    Copied,
    /// It arrived, and nothing that could tell more is allowed here.
    Arrived,
}

pub fn checks() -> Vec<Check> {
    vec![
        judge(PIPE, by_write(), "no stage can run"),
        judge("vmsplice", by_vmsplice(), "stages 2 to 5 stop"),
        judge("splice", by_splice(), "stages 3 to 5 stop"),
        judge(
            "tee",
            by_tee(),
            "all stages run; what goes beyond the post does not",
        ),
    ]
}

/// Whether this check says that stage 1 can run.
pub fn is_working_pipe(check: &Check) -> bool {
    check.name == PIPE && check.verdict == Verdict::Ok
}

fn judge(call: &'static str, result: io::Result<Fate>, without: &str) -> Check {
    match result {
        Ok(Fate::Moved) => Check::ok(call, "moves pages without a copy; tried"),
        Ok(Fate::Arrived) => Check::ok(call, "works; tried"),
        Ok(Fate::Copied) if call == PIPE => Check::ok(call, "work; tried"),
        Ok(Fate::Copied) => Check::limited(
            call,
            "works, and copies; tried",
            "this kernel copies instead: stages 2 to 5 gain little over stage 1",
        ),
        Err(error) => match error.raw_os_error() {
            Some(libc::EPERM | libc::ENOSYS) => Check::missing(
                call,
                format!("refused: {error}"),
                format!("{without}: seccomp forbids it, or the kernel was built without"),
            )
            .mended_by("podman run --security-opt seccomp=unconfined ..."),
            _ => Check::missing(call, format!("failed: {error}"), without),
        },
    }
}

fn by_write() -> io::Result<Fate> {
    let (reader, writer) = io::pipe()?;
    let mut page = page_of(b'A')?;
    write(&writer, &page)?;
    page.fill(b'B');
    fate(&reader)
}

fn by_vmsplice() -> io::Result<Fate> {
    let (reader, writer) = io::pipe()?;
    let writer = WritingEnd::of(writer)?;
    let mut page = page_of(b'A')?;
    vmsplice(&writer, &[IoSlice::new(&page)], 0)?;
    page.fill(b'B');
    fate(&reader)
}

/// From a file in memory, so that it does not depend on vmsplice.
fn by_splice() -> io::Result<Fate> {
    let (reader, writer) = io::pipe()?;
    let file = file_of(b'A')?;
    splice(&file, &writer, page_size(), 0)?;
    file.write_all_at(&vec![b'B'; page_size()], 0)?;
    let fate = fate(&reader)?;
    // And as stage 3 does it.
    write(&writer, b"X")?;
    splice(&reader, common::dev_null().map_err(io::Error::other)?, 1, 0)?;
    Ok(fate)
}

fn by_tee() -> io::Result<Fate> {
    let from = io::pipe()?;
    let to = io::pipe()?;
    let file = file_of(b'A')?;
    if splice(&file, &from.1, page_size(), 0).is_err() {
        write(&from.1, &vec![b'A'; page_size()])?;
        tee(&from.0, &to.1, page_size(), 0)?;
        return fate(&to.0).map(|_| Fate::Arrived);
    }
    tee(&from.0, &to.1, page_size(), 0)?;
    file.write_all_at(&vec![b'B'; page_size()], 0)?;
    fate(&to.0)
}

/// Reads what the pipe holds of a page that was A, and is now B.
fn fate(pipe: &PipeReader) -> io::Result<Fate> {
    let mut bytes = vec![0; page_size()];
    let count = read(pipe, &mut bytes)?;
    match &bytes[..count] {
        [] => Err(io::ErrorKind::UnexpectedEof.into()),
        bytes if bytes.iter().all(|&byte| byte == b'B') => Ok(Fate::Moved),
        bytes if bytes.iter().all(|&byte| byte == b'A') => Ok(Fate::Copied),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn page_of(byte: u8) -> io::Result<Buffer> {
    let mut page = Buffer::filled(page_size()).map_err(io::Error::other)?;
    page.fill(byte);
    Ok(page)
}

fn file_of(byte: u8) -> io::Result<File> {
    let file = File::from(rustix::fs::memfd_create("doctor", MemfdFlags::CLOEXEC)?);
    file.write_all_at(&vec![byte; page_size()], 0)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_is_a_copy_and_that_is_well() {
        assert_eq!(by_write().unwrap(), Fate::Copied);
        assert!(is_working_pipe(&checks()[0]));
    }

    #[test]
    fn each_fate_has_its_verdict() {
        let refused = || Err(io::Error::from_raw_os_error(libc::EPERM));
        for (result, verdict) in [
            (Ok(Fate::Moved), Verdict::Ok),
            (Ok(Fate::Arrived), Verdict::Ok),
            (Ok(Fate::Copied), Verdict::Limited),
            (refused(), Verdict::Missing),
        ] {
            let check = judge("vmsplice", result, "stages 2 to 5 stop");
            assert_eq!(check.verdict, verdict, "{check:?}");
        }
        let check = judge("vmsplice", refused(), "stages 2 to 5 stop");
        assert!(check.finding.contains("not permitted"), "{check:?}");
        assert!(check.meaning.unwrap().starts_with("stages 2 to 5 stop"));
        assert!(check.remedy.unwrap().contains("seccomp=unconfined"));
    }
}
