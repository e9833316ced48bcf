//! What an exercise needs of the machine, and not of the learner.

use std::io::{self, IoSlice};

use common::syscall::vmsplice;
use common::{Buffer, WritingEnd, page_size, pipe};

use super::fault::Fault;

/// That vmsplice(2) is there for everybody to call.
///
/// # Errors
///
/// When the kernel refuses it, and may refuse it to any program here.
pub fn vmsplice_allowed() -> Result<String, Fault> {
    let (_reader, writer) = pipe::new()?;
    let page = Buffer::filled(page_size())?;
    vmsplice(&WritingEnd::of(writer)?, &[IoSlice::new(&page)], 0).map_err(refused)?;
    Ok(String::new())
}

/// A refusal of vmsplice, to whoever calls it.
pub fn refused(error: io::Error) -> Fault {
    let refused = is_refusal(&error);
    let error = common::refused("vmsplice", error);
    match refused {
        true => Fault::not_here(format!("{error:#}")),
        false => error.into(),
    }
}

/// Whether it is the system call that is refused, as by a container, and not this use of it.
pub fn is_refusal(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EPERM | libc::ENOSYS))
}

/// Nobody is wrong who says that vmsplice was refused, where it is.
pub fn unless_refused_here(fault: Fault) -> Fault {
    let says_so = matches!(&fault, Fault::Wrong { came, .. } if came.contains("vmsplice failed"));
    match vmsplice_allowed() {
        Err(not_here @ Fault::NotHere(_)) if says_so => not_here,
        _ => fault,
    }
}
