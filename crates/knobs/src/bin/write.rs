//! The writing end with every knob: what `stage1-write` to `stage5-write` do, and more.

use std::convert::Infallible;
use std::io::{self, IoSlice};
use std::os::fd::AsFd;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser;
use common::syscall::{vmsplice, write};
use common::{WritingEnd, pipe, size};
use knobs::{self, Options, PageFaults, Waiting};
use libc::{POLLOUT, SPLICE_F_GIFT, SPLICE_F_NONBLOCK};

/// Fill the pipe on standard output with X, as the options say
///
/// All options are for both ends, which ignore what is for the other; `read`
/// reads. They may be spelled with underscores: --buf_size.
#[derive(Parser)]
#[command(args_override_self = true, infer_long_args = true)]
struct Program {
    #[command(flatten)]
    options: Options,
}

fn main() -> ExitCode {
    let options = Program::parse_from(knobs::arguments()).options;
    common::run(|| {
        options.look_over()?;
        let pipe = pipe::standard_output()?;
        set_pipe_size(&pipe, &options)?;
        let faults = options.verbose.then(PageFaults::count);
        if options.write_with_vmsplice {
            with_vmsplice(&pipe, &options)?;
        } else {
            with_write(&pipe, &options)?;
        }
        if let Some(faults) = faults {
            options.tell(faults.report());
        }
        Ok(())
    })
}

/// The pipe gets exactly the size that the options ask for, or none at all.
fn set_pipe_size(pipe: impl AsFd, options: &Options) -> Result<()> {
    let wanted = match (options.write_with_vmsplice, options.pipe_size) {
        (false, 0) => return Ok(()),
        (false, size) => size,
        (true, 0) if options.buf_size.is_multiple_of(2) => options.buf_size / 2,
        (true, 0) => bail!(
            "a buffer of {} cannot be halved, and --write-with-vmsplice needs a pipe of half of it\n\
             use an even --buf-size",
            size::format(options.buf_size as u64)
        ),
        (true, _) => bail!(
            "--write-with-vmsplice makes the pipe half as large as the buffer\n\
             leave --pipe-size away, or change --buf-size"
        ),
    };
    let got = pipe::set_size(pipe, wanted)?;
    if got != wanted {
        bail!(
            "cannot make the pipe {} large: the kernel made it {}\n\
             ask for a power of two of pages",
            size::format(wanted as u64),
            size::format(got as u64)
        );
    }
    Ok(())
}

fn with_write(pipe: impl AsFd, options: &Options) -> Result<()> {
    if options.busy_loop {
        pipe::never_block(&pipe)?;
    }
    let buffer = knobs::buffer(options)?;
    options.tell("starting to write");
    let write = |bytes: &[u8]| write(&pipe, bytes);
    common::writer_stopped("write", fill_pipe(&pipe, options, &[&buffer], write))
}

fn with_vmsplice(pipe: &WritingEnd, options: &Options) -> Result<()> {
    let first = knobs::buffer(options)?;
    let second;
    // By turns: while the pages of one are in the pipe, the other is free.
    let buffers: [&[u8]; 2] = if options.same_buffer {
        first.split_at(options.buf_size / 2).into()
    } else {
        second = knobs::buffer(options)?;
        [&first, &second]
    };
    let mut flags = 0;
    if options.busy_loop {
        flags |= SPLICE_F_NONBLOCK;
    }
    if options.gift {
        flags |= SPLICE_F_GIFT;
    }
    options.tell("starting to write");
    let splice = |bytes: &[u8]| vmsplice(pipe, &[IoSlice::new(bytes)], flags);
    common::writer_stopped("vmsplice", fill_pipe(pipe, options, &buffers, splice))
}

/// Passes the buffers by turns, each to its end, however little a call takes.
fn fill_pipe(
    pipe: impl AsFd,
    options: &Options,
    buffers: &[&[u8]],
    pass: impl Fn(&[u8]) -> io::Result<usize>,
) -> io::Result<Infallible> {
    let waiting = Waiting::new(options);
    loop {
        for buffer in buffers {
            let mut remaining = *buffer;
            while !remaining.is_empty() {
                let passed = waiting.through(&pipe, POLLOUT, || pass(remaining))?;
                remaining = &remaining[passed..];
            }
        }
    }
}
