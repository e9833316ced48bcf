//! The reading end with every knob: what `stage1-read` to `stage5-read` do, and more.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Parser;
use common::syscall::{read, splice};
use common::{Calls, Throughput, pipe, size};
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
        let times = calls.times();
        let throughput = Throughput::of_calls(&calls, &times, options.buf_size);
        let mut line = match options.csv {
            true => throughput.csv_row(options.pipe_size, &options.knobs()),
            false => throughput.to_string(),
        };
        if options.calls {
            line += &format!("\n{times}");
        }
        writeln!(io::stdout(), "{line}").context("cannot print the result")
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
    let waiting = Waiting::new(options);
    let mut calls = Calls::new();
    while calls.bytes() < options.bytes_to_pipe {
        let remaining = options.bytes_to_pipe - calls.bytes();
        let length =
            usize::try_from(remaining).map_or(options.buf_size, |rest| rest.min(options.buf_size));
        let taken = waiting
            .through(&pipe, POLLIN, || take(length))
            .map_err(|error| common::refused(name, error))?;
        if taken == 0 {
            bail!(
                "the input ended early: {} of {} bytes came\n\
                 the writing end has stopped; does it say why?",
                calls.bytes(),
                options.bytes_to_pipe
            );
        }
        calls.returned(taken);
    }
    Ok(calls)
}
