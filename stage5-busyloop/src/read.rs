//! Stage 5, the reading end: splice(2) that never sleeps.

use std::io;
use std::os::fd::AsFd;
use std::process::ExitCode;

use clap::Parser;
use common::syscall::splice;
use common::{Calls, Knob, ReadOptions, pipe};
use libc::SPLICE_F_NONBLOCK;
use stage5_busyloop::Spin;

/// Stage 5, the reading end: time the pipe on standard input, by splice(2) to /dev/null,
/// in a busy loop
#[derive(Parser)]
struct Options {
    #[command(flatten)]
    reader: ReadOptions,
}

fn main() -> ExitCode {
    let options = Options::parse().reader;
    common::run(|| {
        let pipe = pipe::standard_input()?;
        let null = common::dev_null()?;
        let calls =
            drain_pipe(&pipe, &null, &options).map_err(|error| common::refused("splice", error))?;
        let knobs = [Knob::BusyLoop, Knob::ReadWithSplice];
        options.report(&calls, &knobs)
    })
}

fn drain_pipe(pipe: impl AsFd, null: impl AsFd, options: &ReadOptions) -> io::Result<Calls> {
    let mut spin = Spin::on(&pipe);
    let mut calls = Calls::new();
    while calls.bytes() < options.bytes_to_pipe {
        match splice(&pipe, &null, options.next(calls.bytes()), SPLICE_F_NONBLOCK) {
            // The pipe is empty. Try again at once.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => spin.pause(calls.bytes())?,
            Ok(0) => break,
            count => calls.returned(count?),
        }
    }
    Ok(calls)
}
