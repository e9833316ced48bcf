//! The data is in a pipe of our own once; tee(2) duplicates it into standard output.

use std::convert::Infallible;
use std::hint;
use std::io;
use std::os::fd::AsFd;
use std::process::ExitCode;

use beyond::{LineOptions, Stock, page_slot};
use clap::Parser;
use common::syscall::tee;
use common::{page_size, pipe};
use libc::SPLICE_F_NONBLOCK;

/// Fill the pipe on standard output with a line or with X, by tee(2) from a pipe of my own,
/// in a busy loop
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
        let stock = Stock::of(&page_slot(&options.slotful(page_size())?)?, slots)?;
        common::writer_stopped("tee", fill_pipe(&pipe, &stock))
    })
}

fn fill_pipe(pipe: impl AsFd, stock: impl AsFd) -> io::Result<Infallible> {
    loop {
        // No byte is copied and no page looked up: a slot is a pointer and two
        // numbers, and one more user of the page is counted.
        match tee(&stock, &pipe, usize::MAX, SPLICE_F_NONBLOCK) {
            // The pipe is full. Try again at once.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => hint::spin_loop(),
            // However many slots went: the next call may start from the first.
            duplicated => _ = duplicated?,
        }
    }
}
