//! What becomes of lent pages that a reader hands on.

use std::thread;
use std::time::Duration;

use common::pipe;
use common::syscall::splice;
use libc::SPLICE_F_NONBLOCK;
use rustix::event::PollFlags;

use super::difference::Difference;
use super::lines::Lines;
use crate::support::contestant::Contestant;
use crate::support::fault::Fault;
use crate::support::partner::Partner;
use crate::wait;

/// The first wrong line, if there is one, that comes through a pipe which is spliced
/// on into another: its pages leave the writer's pipe long before they are read.
///
/// # Errors
///
/// When the program cannot be started.
pub fn spliced_on(writer: &Contestant) -> Result<Option<Difference>, Fault> {
    let (_running, pipe) = writer.start_writer(None)?;
    let (further, into) = pipe::new()?;
    let further = Partner::new(further.into());
    let mut lines = Lines::new(1);
    let mut part = vec![0; 64 << 10];
    for _ in 0..200 {
        while wait::patiently(&pipe, PollFlags::IN)?
            && splice(&pipe, &into, part.len(), SPLICE_F_NONBLOCK).is_ok_and(|count| count > 0)
        {
        }
        // Time for the writer to go on, as it may.
        thread::sleep(Duration::from_millis(2));
        // Who stops here has passed all the same.
        let Ok(count) = further.read(&mut part) else {
            break;
        };
        if let Some(difference) = lines.difference(&part[..count]) {
            return Ok(Some(difference));
        }
    }
    Ok(None)
}
