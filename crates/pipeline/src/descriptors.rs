//! What a process has open, and which of that are ends of pipes.

use std::collections::BTreeMap;
use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::mem::MaybeUninit;

use procfs::process::Process;
use procfs::{ProcError, ProcResult};
use rustix::fs::{AtFlags, FileType, RawDir, Stat};
use rustix::io::Errno;

/// A pipe, by what its descriptors lead to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identity {
    /// One without a name, by its number: `pipe:[123]`.
    Anonymous(u64),
    /// One with a name, by device and number, and that name.
    Named(u64, u64, String),
}

/// What a descriptor leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A pipe.
    Pipe(Identity),
    /// A file, by its name.
    File(String),
    /// A socket, by its number.
    Socket(u64),
    /// A terminal, by its name.
    Terminal(String),
    /// A device that keeps and gives nothing that counts, such as /dev/null.
    Device,
    /// Anything else.
    Other,
}

/// One descriptor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// Its number.
    pub number: i32,
    /// What it leads to.
    pub target: Target,
    /// Whether one may read from it.
    pub reads: bool,
    /// Whether one may write to it.
    pub writes: bool,
}

/// What the names of files stand for that a process has had open, so that each is looked
/// at once.
pub type Known = BTreeMap<String, Target>;

/// All descriptors of a process.
///
/// # Errors
///
/// When this user may not look at them, or the process has ended.
pub fn of(process: &Process, known: &mut Known) -> ProcResult<Vec<Descriptor>> {
    let folder = process.open_relative("fd")?;
    let mut buffer = [MaybeUninit::uninit(); 2048];
    let mut entries = RawDir::new(&folder, &mut buffer);
    let (mut all, mut refused) = (Vec::new(), false);
    while let Some(entry) = entries.next() {
        let entry = entry.map_err(io::Error::from)?;
        let name = entry.file_name();
        if let Ok(Ok(number)) = name.to_str().map(str::parse) {
            match descriptor(&folder, name, number, known) {
                Ok(one) => all.push(one),
                Err(error) => refused |= error == Errno::ACCESS,
            }
        }
    }
    // A user who is the same in another group may list them, and see none of them.
    match all.is_empty() && refused {
        true => Err(ProcError::PermissionDenied(None)),
        false => Ok(all),
    }
}

fn descriptor(
    folder: &File,
    name: &CStr,
    number: i32,
    known: &mut Known,
) -> Result<Descriptor, Errno> {
    let link = rustix::fs::readlinkat(folder, name, Vec::new())?;
    // The link's own mode says what may be done with it: proc_pid(5).
    let mode = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode;
    let link = link.to_string_lossy();
    let number_in =
        |kind: &str| -> Option<u64> { link.strip_prefix(kind)?.strip_suffix(']')?.parse().ok() };
    let target = if let Some(pipe) = number_in("pipe:[") {
        Target::Pipe(Identity::Anonymous(pipe))
    } else if let Some(socket) = number_in("socket:[") {
        Target::Socket(socket)
    } else if !link.starts_with('/') || link.starts_with("/memfd:") {
        Target::Other
    } else if let Some(target) = known.get(&*link) {
        target.clone()
    } else {
        // By the descriptor, not by the name: another file may have that by now.
        let about = rustix::fs::statat(folder, name, AtFlags::empty());
        let target = about.map_or(Target::Other, |about| target(&link, &about));
        // Another FIFO could have the name of this one.
        if matches!(
            target,
            Target::Terminal(_) | Target::Device | Target::File(_)
        ) {
            known.insert(link.clone().into_owned(), target.clone());
        }
        target
    };
    Ok(Descriptor {
        number,
        target,
        reads: mode & 0o400 != 0,
        writes: mode & 0o200 != 0,
    })
}

fn target(name: &str, about: &Stat) -> Target {
    let name = name.to_owned();
    match FileType::from_raw_mode(about.st_mode) {
        FileType::Fifo => Target::Pipe(Identity::Named(about.st_dev, about.st_ino, name)),
        FileType::CharacterDevice if is_terminal(about.st_rdev) => Target::Terminal(name),
        FileType::CharacterDevice => Target::Device,
        _ => Target::File(name),
    }
}

/// Major numbers 4 and 5 are terminals, 136 to 143 pseudo-terminals:
/// Documentation/admin-guide/devices.txt, Linux 6.12.
fn is_terminal(device: u64) -> bool {
    matches!(libc::major(device), 4 | 5 | 136..=143)
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::os::fd::AsRawFd;

    #[test]
    fn what_this_process_has_open() {
        let (reader, writer) = io::pipe().unwrap();
        let null = common::dev_null().unwrap();
        let folder = File::open("/").unwrap();
        let me = Process::myself().unwrap();
        let mut known = Known::new();
        for _ in 0..2 {
            let all = of(&me, &mut known).unwrap();
            let find = |number: i32| all.iter().find(|it| it.number == number).unwrap();
            let (read, write) = (find(reader.as_raw_fd()), find(writer.as_raw_fd()));
            assert!(matches!(read.target, Target::Pipe(Identity::Anonymous(_))));
            assert_eq!(read.target, write.target);
            assert!(read.reads && !read.writes && write.writes && !write.reads);
            assert_eq!(find(null.as_raw_fd()).target, Target::Device);
            let file = Target::File("/".to_owned());
            assert_eq!(find(folder.as_raw_fd()).target, file);
        }
        assert!(known.contains_key("/dev/null"));
    }
}
