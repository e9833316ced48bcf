//! What exercise 8's starter is given: a program that is three pipelines, and the work in them.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand, ValueEnum};

/// Whose fault it is that a pipeline is slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Whose {
    /// Nobody has looked yet.
    Unknown,
    /// The writer's.
    Writer,
    /// The pipe's.
    Pipe,
    /// The reader's.
    Reader,
}

/// One pipeline: both ends, and whose fault it is.
pub struct Pipeline {
    /// Its name.
    pub name: &'static str,
    /// The answer.
    pub whose: Whose,
    /// The end that writes.
    pub write: fn(File) -> io::Result<()>,
    /// The end that reads, and what it makes of the bytes.
    pub read: fn(File) -> io::Result<u64>,
}

/// Three pipelines: each is run as `exercise8 NAME write | exercise8 NAME read`
#[derive(Parser)]
struct Options {
    /// The pipeline; or `whose`, for the answers
    name: String,
    /// Which end of it
    #[command(subcommand)]
    end: Option<End>,
}

#[derive(Subcommand)]
enum End {
    Write,
    Read,
}

/// Is the end that the command line names, or gives the answers.
///
/// # Errors
///
/// Those of the end; or there is no such pipeline.
pub fn run(pipelines: &[Pipeline]) -> Result<()> {
    let options = Options::parse();
    if options.name == "whose" {
        for pipeline in pipelines {
            let answer = pipeline.whose.to_possible_value();
            let answer = answer.as_ref().map_or("", |answer| answer.get_name());
            common::print(format_args!("{} {answer}\n", pipeline.name))?;
        }
        return Ok(());
    }
    let found = pipelines.iter().find(|it| it.name == options.name);
    match (found, options.end) {
        (Some(pipeline), Some(End::Write)) => {
            let out = io::stdout().as_fd().try_clone_to_owned()?;
            Ok((pipeline.write)(out.into())?)
        }
        (Some(pipeline), Some(End::Read)) => {
            let input = io::stdin().as_fd().try_clone_to_owned()?;
            common::print(format_args!("{:016x}\n", (pipeline.read)(input.into())?))
        }
        _ => bail!("say which end of lines, bursts or digest: exercise8 lines write"),
    }
}

/// The size of a block.
pub const BLOCK: usize = 512 << 10;

/// A block of bytes that take about a millisecond to find.
pub fn make_block(number: u64) -> Vec<u8> {
    let mut state = number + 1;
    let mut block = vec![0; BLOCK];
    for place in block.as_chunks_mut::<8>().0 {
        for _ in 0..8 {
            state = mix(state);
        }
        *place = state.to_le_bytes();
    }
    block
}

/// A number that depends on all bytes taken in, in whole words; it takes about a
/// millisecond for each block of them.
#[derive(Default)]
pub struct Digest(pub u64);

impl Digest {
    /// Takes in these, a multiple of eight.
    pub fn take_in(&mut self, bytes: &[u8]) {
        for word in bytes.as_chunks::<8>().0 {
            self.0 ^= u64::from_le_bytes(*word);
            for _ in 0..8 {
                self.0 = mix(self.0 | 1);
            }
        }
    }
}

/// Marsaglia's xorshift.
fn mix(mut state: u64) -> u64 {
    state ^= state << 13;
    state ^= state >> 7;
    state ^ state << 17
}
