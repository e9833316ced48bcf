//! The counter's stream by plain write(2): what exercises 1 and 2 are measured against.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

use clap::Parser;
use common::{Buffer, WriteOptions, pipe, size};
use exercises::counter;

/// Fill the pipe on standard output with a counter, by write(2)
#[derive(Parser)]
struct Options {
    #[command(flatten)]
    writer: WriteOptions,

    /// How many bytes the pipe can hold [default: as it is, mostly 64KiB]
    #[arg(long, value_name = "SIZE", value_parser = size::parse::<usize>)]
    pipe_size: Option<usize>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| {
        let mut out = File::from(pipe::standard_output()?.as_fd().try_clone_to_owned()?);
        if let Some(size) = options.pipe_size {
            pipe::set_size(&out, size)?;
        }
        let mut buffer = Buffer::filled(options.writer.buf_size)?;
        let mut next = 0;
        loop {
            next = counter::fill(&mut buffer, next);
            match out.write_all(&buffer) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                result => result?,
            }
        }
    })
}
