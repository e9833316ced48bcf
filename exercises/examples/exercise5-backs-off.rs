//! Exercise 5, a wrong answer: sleeps four times as long each time that the pipe is still full.

use std::convert::Infallible;
use std::hint;
use std::io::{self, IoSlice};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use common::syscall::vmsplice;
use common::{WritingEnd, pipe};
use libc::SPLICE_F_NONBLOCK;
use stage4_hugepages::huge_buffer;

const BUFFER_SIZE: usize = 256 << 10;

/// A try is a system call, a few tenths of a microsecond. So many take far longer than
/// to fall asleep and be woken, and a reader at work never finds us asleep.
const TRIES: u32 = 10_000;

fn main() -> ExitCode {
    common::run(|| {
        let pipe = pipe::standard_output()?;
        pipe::set_size_at_most(&pipe, BUFFER_SIZE)?;
        let buffers = [huge_buffer(BUFFER_SIZE)?, huge_buffer(BUFFER_SIZE)?];
        common::writer_stopped("vmsplice", fill_pipe(&pipe, [&buffers[0], &buffers[1]]))
    })
}

fn fill_pipe(pipe: &WritingEnd, buffers: [&[u8]; 2]) -> io::Result<Infallible> {
    let mut tries = 0;
    loop {
        for buffer in buffers {
            let mut remaining = buffer;
            while !remaining.is_empty() {
                match vmsplice(pipe, &[IoSlice::new(remaining)], SPLICE_F_NONBLOCK) {
                    // The pipe is full, and may have room again before we could fall asleep.
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock && tries < TRIES => {
                        tries += 1;
                        hint::spin_loop();
                    }
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        thread::sleep(Duration::from_micros(1 << (2 * (tries - TRIES)).min(20)));
                        tries += 1;
                    }
                    spliced => {
                        remaining = &remaining[spliced?..];
                        tries = 0;
                    }
                }
            }
        }
    }
}
