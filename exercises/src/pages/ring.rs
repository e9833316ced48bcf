//! Pages that belong together and are not huge: what a driver gets for a ring of packets.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::{ptr, slice};

use anyhow::{Result, bail};
use common::page_size;

/// What the check looks for in the words of whoever could not have the ring.
pub const REFUSED: &str = "no ring of packets to be had";
/// So many pages belong together: a compound page of order 4.
const BLOCK: usize = 16;
const BLOCKS: usize = 2;

/// The memory that the kernel shares for sending packets: packet(7). It stays until the
/// process ends, and nothing is ever sent. It takes CAP_NET_RAW.
pub fn of_packets() -> Result<&'static [u8]> {
    // A socket that is bound to nothing.
    // SAFETY: makes a file descriptor, and touches no memory.
    let socket = unsafe { libc::socket(libc::AF_PACKET, libc::SOCK_RAW | libc::SOCK_CLOEXEC, 0) };
    if socket < 0 {
        bail!("{REFUSED}: {}", io::Error::last_os_error());
    }
    // SAFETY: it was opened just now, and nobody else has it.
    let socket = unsafe { OwnedFd::from_raw_fd(socket) };
    let (frame, frames) = (page_size() as u32, (BLOCK * BLOCKS) as u32);
    let request = libc::tpacket_req {
        tp_block_size: BLOCK as u32 * frame,
        tp_block_nr: BLOCKS as u32,
        tp_frame_size: frame,
        tp_frame_nr: frames,
    };
    // SAFETY: the kernel reads the request, as long as it is said to be, in this call alone.
    let made = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_PACKET,
            libc::PACKET_TX_RING,
            (&raw const request).cast(),
            size_of_val(&request) as libc::socklen_t,
        )
    };
    if made != 0 {
        bail!("{REFUSED}: {}", io::Error::last_os_error());
    }
    let size = BLOCK * BLOCKS * page_size();
    let (access, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED);
    // SAFETY: a new mapping, at an address that the kernel chooses.
    let ring = unsafe { libc::mmap(ptr::null_mut(), size, access, flags, socket.as_raw_fd(), 0) };
    if ring == libc::MAP_FAILED {
        bail!("{REFUSED}: {}", io::Error::last_os_error());
    }
    // SAFETY: so long is the mapping; it is never unmapped, and nobody writes to it: the
    // kernel would only when something is sent.
    Ok(unsafe { slice::from_raw_parts(ring.cast(), size) })
}
