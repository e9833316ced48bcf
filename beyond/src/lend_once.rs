//! Pages that are lent once and go on changing: they stay in pipes of our own, and tee(2)
//! duplicates them from there.

use std::convert::Infallible;
use std::io::{self, Write};
use std::process::ExitCode;

use beyond::PrivatePipe;
use clap::Parser;
use common::syscall::tee;
use common::{Buffer, WritingEnd, page_size, pipe};
use libc::SPLICE_F_NONBLOCK;
use stage4_hugepages::huge_buffer;

/// Fill the pipe on standard output with X, and at each MiB with a number, from huge pages
/// that are lent once, by tee(2) and splice(2), in a busy loop
#[derive(Parser)]
struct Options {
    /// Lend ordinary pages
    #[arg(long)]
    small_pages: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| {
        let pipe = pipe::standard_output()?;
        // No more than one buffer: when the last of one is in, the last of the other is out.
        let size = pipe::set_size_at_most(&pipe, 1 << 20)?;
        let buffer = match options.small_pages {
            true => Buffer::filled,
            false => huge_buffer,
        };
        let buffers = [buffer(size)?, buffer(size)?];
        let [first, second] = &buffers;
        let stocks = [PrivatePipe::lent(first)?, PrivatePipe::lent(second)?];
        let outbox = PrivatePipe::with_slots(size / page_size())?;
        common::writer_stopped("tee or splice", fill_pipe(&pipe, buffers, &stocks, &outbox))
    })
}

fn fill_pipe(
    pipe: &WritingEnd,
    mut buffers: [Buffer; 2],
    stocks: &[PrivatePipe; 2],
    outbox: &PrivatePipe,
) -> io::Result<Infallible> {
    let mut number = 0;
    loop {
        for (buffer, stock) in buffers.iter_mut().zip(stocks) {
            // The pages are in the stock for ever: who reads them finds what is there now.
            writeln!(&mut buffer[..], "{number:019}")?;
            number += 1;
            let bytes = tee(&stock.reader, &outbox.writer, usize::MAX, SPLICE_F_NONBLOCK)?;
            outbox.move_into(pipe, bytes)?;
        }
    }
}
