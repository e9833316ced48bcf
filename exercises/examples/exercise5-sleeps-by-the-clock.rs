//! Exercise 5, a wrong answer: sleeps for a millisecond whenever the pipe is full.

use std::convert::Infallible;
use std::io::{self, IoSlice};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

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

fn fill_pipe(pipe: &WritingEnd, buffers: [&[u8]; 2]) -> io::Result<Infallible> {
    loop {
        for buffer in buffers {
            let mut remaining = buffer;
            while !remaining.is_empty() {
                match vmsplice(pipe, &[IoSlice::new(remaining)], SPLICE_F_NONBLOCK) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        thread::sleep(Duration::from_millis(1));
                    }
                    spliced => remaining = &remaining[spliced?..],
                }
            }
        }
    }
}
