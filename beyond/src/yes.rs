//! tee(2) into a second pipe of our own, and splice(2) from there to standard output.

use std::convert::Infallible;
use std::hint;
use std::io;
use std::os::fd::AsFd;
use std::process::ExitCode;

use beyond::{LineOptions, PrivatePipe, Stock, page_slot};
use clap::Parser;
use common::syscall::{splice, tee};
use common::{page_size, pipe};
use libc::SPLICE_F_NONBLOCK;

/// Fill the pipe on standard output with a line or with X, by tee(2) and splice(2) through
/// pipes of my own, in a busy loop
#[derive(Parser)]
struct Options {
    #[command(flatten)]
    line: LineOptions,
}

fn main() -> ExitCode {
    let options = Options::parse().line;
    common::run(|| {
        let pipe = pipe::standard_output()?;
        let slots = pipe::set_size_at_most(&pipe, options.pipe_size)? / page_size();
        let slotful = options.slotful(page_size())?;
        // Two, so that we count the users of one page while the reader, which
        // is about a pipe's worth behind, counts those of the other.
        let stocks = [
            Stock::of(&page_slot(&slotful)?, slots)?,
            Stock::of(&page_slot(&slotful)?, slots)?,
        ];
        let outbox = PrivatePipe::with_slots(slots)?;
        common::writer_stopped("splice", fill_pipe(&pipe, &stocks, &outbox))
    })
}

fn fill_pipe(pipe: impl AsFd, stocks: &[Stock], outbox: &PrivatePipe) -> io::Result<Infallible> {
    loop {
        for stock in stocks {
            // The reader does not know of this pipe, and need not wait for its lock.
            let mut remaining = tee(stock, &outbox.writer, usize::MAX, SPLICE_F_NONBLOCK)?;
            while remaining > 0 {
                match splice(&outbox.reader, &pipe, remaining, SPLICE_F_NONBLOCK) {
                    // The pipe is full. Try again at once.
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => hint::spin_loop(),
                    // Under the shared lock a slot is moved, which takes no counting.
                    moved => remaining -= moved?,
                }
            }
        }
    }
}
