//! Exercise 5: a writer that never sleeps, even when it should.

use std::convert::Infallible;
use std::hint;
use std::io::{self, IoSlice};
use std::process::ExitCode;

use common::syscall::vmsplice;
use common::{WritingEnd, pipe};
use libc::SPLICE_F_NONBLOCK;
use stage4_hugepages::huge_buffer;

const BUFFER_SIZE: usize = 256 << 10;

fn main() -> ExitCode {
    common::run(|| {
        let pipe = pipe::standard_output()?;
        pipe::set_size_at_most(&pipe, BUFFER_SIZE)?;
        let buffers = [huge_buffer(BUFFER_SIZE)?, huge_buffer(BUFFER_SIZE)?];
        common::writer_stopped("vmsplice", fill_pipe(&pipe, [&buffers[0], &buffers[1]]))
    })
}

// Your work starts here, and goes to the end of the file. The `use` lines are yours too.
// `exercises::wait::for_room(pipe)` sleeps until the pipe has room.

/// Fills the pipe, until the reader has gone.
fn fill_pipe(pipe: &WritingEnd, buffers: [&[u8]; 2]) -> io::Result<Infallible> {
    loop {
        for buffer in buffers {
            let mut remaining = buffer;
            while !remaining.is_empty() {
                match vmsplice(pipe, &[IoSlice::new(remaining)], SPLICE_F_NONBLOCK) {
                    // The pipe is full. Try again at once, for ever.
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => hint::spin_loop(),
                    spliced => remaining = &remaining[spliced?..],
                }
            }
        }
    }
}
