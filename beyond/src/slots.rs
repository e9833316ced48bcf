//! As beyond-yes, with slots of eight pages.

use std::convert::Infallible;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

use anyhow::Result;
use beyond::{LARGE_SLOT, LineOptions, PrivatePipe, Stock, large_slot, page_slot};
use clap::Parser;
use common::syscall::tee;
use common::{page_size, pipe, size};
use libc::SPLICE_F_NONBLOCK;

/// Fill the pipe on standard output with a line or with X, by tee(2) and splice(2) through
/// pipes of my own, whose slots hold more than a page, in a busy loop
#[derive(Parser)]
struct Options {
    #[command(flatten)]
    line: LineOptions,

    /// How much to put into a slot, at most 32KiB
    #[arg(long, value_name = "SIZE", default_value = "32KiB", value_parser = slot_size)]
    slot_size: usize,
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| {
        let pipe = pipe::standard_output()?;
        let slots = pipe::set_size_at_most(&pipe, options.line.pipe_size)? / page_size();
        // Two, so that we count the users of one block of memory while the
        // reader, which is about a pipe's worth behind, counts those of the other.
        let stocks = [
            Stock::of(&slot(&options)?, slots)?,
            Stock::of(&slot(&options)?, slots)?,
        ];
        let outbox = PrivatePipe::with_slots(slots)?;
        common::writer_stopped("splice", fill_pipe(&pipe, &stocks, &outbox))
    })
}

fn fill_pipe(pipe: impl AsFd, stocks: &[Stock], outbox: &PrivatePipe) -> io::Result<Infallible> {
    loop {
        for stock in stocks {
            let bytes = tee(stock, &outbox.writer, usize::MAX, SPLICE_F_NONBLOCK)?;
            outbox.move_into(&pipe, bytes)?;
        }
    }
}

/// One slot of the size asked for, or of a page where the kernel gives no larger one.
fn slot(options: &Options) -> Result<PrivatePipe> {
    if let Some(slot) = large_slot(&options.line.slotful(options.slot_size)?)? {
        return Ok(slot);
    }
    let warning = "warning: no memory for slots larger than a page: expect beyond-yes's speed";
    // Nobody reading standard error is no reason to stop.
    let _ = writeln!(io::stderr(), "{}: {warning}", common::program_name());
    page_slot(&options.line.slotful(page_size())?)
}

fn slot_size(text: &str) -> Result<usize, String> {
    match size::parse(text)? {
        size if size <= LARGE_SLOT => Ok(size),
        _ => Err("the kernel makes no slot larger than 32KiB of what is sent to it".to_owned()),
    }
}
