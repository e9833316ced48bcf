//! The reading end with every knob: what `stage1-read` to `stage5-read` do, and more.

use std::io;
use std::os::fd::AsFd;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use common::syscall::{read, splice};
use common::{Calls, pipe, size};
use knobs::{self, Options, Waiting};
use libc::{POLLIN, SPLICE_F_MOVE, SPLICE_F_NONBLOCK};

/// Time the pipe on standard input, as the options say
///
/// All options are for both ends, which ignore what is for the other; `write`
/// writes. They may be spelled with underscores: --buf_size.
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
        let pipe = pipe::standard_input()?;
        options.tell(format_args!(
            "will read {}",
            size::format(options.bytes_to_pipe)
        ));
        let calls = if options.read_with_splice {
            with_splice(&pipe, &options)?
        } else {
            with_read(&pipe, &options)?
        };
        let (pipe_size, knobs) = (options.pipe_size, options.knobs());
        options.reader().report_with(&calls, pipe_size, &knobs)
    })
}

fn with_read(pipe: impl AsFd, options: &Options) -> Result<Calls> {
    if options.busy_loop {
        pipe::never_block(&pipe)?;
    }
    let mut buffer = knobs::buffer(options)?;
    drain_pipe("read", &pipe, options, |length| {
        read(&pipe, &mut buffer[..length])
    })
}

fn with_splice(pipe: impl AsFd, options: &Options) -> Result<Calls> {
    let null = common::dev_null()?;
    let mut flags = 0;
    if options.busy_loop {
        flags |= SPLICE_F_NONBLOCK;
    }
    if options.gift {
        flags |= SPLICE_F_MOVE;
    }
    drain_pipe("splice", &pipe, options, |length| {
        splice(&pipe, &null, length, flags)
    })
}

/// Takes exactly the bytes that it is asked for, whatever is in the pipe.
fn drain_pipe(
    name: &str,
    pipe: impl AsFd,
    options: &Options,
    mut take: impl FnMut(usize) -> io::Result<usize>,
) -> Result<Calls> {
    let (waiting, reader) = (Waiting::new(options), options.reader());
    let mut calls = Calls::new();
    while calls.bytes() < reader.bytes_to_pipe {
        let length = reader.next(calls.bytes());
        let taken = waiting
            .through(&pipe, POLLIN, || take(length))
            .map_err(|error| common::refused(name, error))?;
        if taken == 0 {
            break;
        }
        calls.returned(taken);
    }
    Ok(calls)
}
