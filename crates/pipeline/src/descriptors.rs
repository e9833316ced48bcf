//! What a process has open, and which of that are ends of pipes.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};

use procfs::process::{FDPermissions, FDTarget, Process};
use procfs::{ProcError, ProcResult};

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

/// All descriptors of a process.
///
/// # Errors
///
/// When this user may not look at them, or the process has ended.
pub fn of(process: &Process) -> ProcResult<Vec<Descriptor>> {
    let open: Vec<_> = process.fd()?.filter_map(Result::ok).collect();
    // A user who is the same in another group may list them, and see none of them.
    if open.is_empty() && process.fd_count()? > 0 {
        return Err(ProcError::PermissionDenied(None));
    }
    Ok(open
        .into_iter()
        .map(|open| Descriptor {
            number: open.fd,
            reads: open.mode().contains(FDPermissions::READ),
            writes: open.mode().contains(FDPermissions::WRITE),
            target: target(open.target, process.pid, open.fd),
        })
        .collect())
}

fn target(target: FDTarget, pid: i32, fd: i32) -> Target {
    match target {
        FDTarget::Pipe(number) => Target::Pipe(Identity::Anonymous(number)),
        FDTarget::Socket(number) => Target::Socket(number),
        FDTarget::Path(path) => {
            let name = path.to_string_lossy().into_owned();
            // By the descriptor, not by the name: another file may have that by now.
            let Ok(about) = fs::metadata(format!("/proc/{pid}/fd/{fd}")) else {
                return Target::Other;
            };
            let kind = about.file_type();
            if kind.is_fifo() {
                Target::Pipe(Identity::Named(about.dev(), about.ino(), name))
            } else if kind.is_char_device() && is_terminal(about.rdev()) {
                Target::Terminal(name)
            } else if kind.is_char_device() {
                Target::Device
            } else {
                Target::File(name)
            }
        }
        _ => Target::Other,
    }
}

/// Major numbers 4 and 5 are terminals, 136 to 143 pseudo-terminals:
/// Documentation/admin-guide/devices.txt, Linux 6.12.
fn is_terminal(device: u64) -> bool {
    matches!(libc::major(device), 4 | 5 | 136..=143)
}
