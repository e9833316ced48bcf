//! Stage 5, the writing end: vmsplice(2) that never sleeps.

use std::convert::Infallible;
use std::hint;
use std::io::{self, IoSlice};
use std::process::ExitCode;

use clap::Parser;
use common::syscall::vmsplice;
use common::{WriteOptions, WritingEnd, pipe};
use libc::SPLICE_F_NONBLOCK;
use stage4_hugepages::huge_buffers;

/// Stage 5, the writing end: fill the pipe on standard output with X, by vmsplice(2)
/// from huge pages, in a busy loop
#[derive(Parser)]
struct Options {
    #[command(flatten)]
    writer: WriteOptions,

    /// Tell whether the buffers are on huge pages, and stop where they are not
    #[arg(long)]
    check_huge_page: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| {
        let buf_size = options.writer.buf_size;
        let pipe = pipe::standard_output()?;
        // The pipe holds no more than one buffer: when the last page of one is in, the last of
        // the other is out, and ours again (unless the reader has kept the pages themselves).
        pipe::set_size_at_most(&pipe, buf_size)?;
        let buffers = huge_buffers(buf_size)?;
        stage4_hugepages::check(&buffers, options.check_huge_page)?;
        common::writer_stopped("vmsplice", fill_pipe(&pipe, buffers))
    })
}

/// Ends only by an error; the usual one is that the reader has closed the pipe.
fn fill_pipe(pipe: &WritingEnd, buffers: [&[u8]; 2]) -> io::Result<Infallible> {
    loop {
        for buffer in buffers {
            // Here a program with something to say would first fill `buffer` with it.
            let mut remaining = buffer;
            while !remaining.is_empty() {
                match vmsplice(pipe, &[IoSlice::new(remaining)], SPLICE_F_NONBLOCK) {
                    // The pipe is full. Try again at once; the hint is a short rest
                    // that keeps the pipe's lock free for the reader.
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => hint::spin_loop(),
                    spliced => remaining = &remaining[spliced?..],
                }
            }
        }
    }
}
