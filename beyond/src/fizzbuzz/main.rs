//! FizzBuzz past stage 5. The text of many lines stays where it is, and goes through the
//! pipe lap after lap; from one lap to the next only digits change, and each by a constant.

mod outlet;
mod ring;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use common::pipe;
use stage4_hugepages::huge_buffer;

use outlet::Outlet;
use ring::{LAP, ROOM, Ring, first_lap_from, lines};

/// Write FizzBuzz into the pipe on standard output, up to the last number of 64 bits,
/// in a busy loop
#[derive(Parser)]
struct Options {
    /// The number to start from
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    start: u64,
}

/// One past the end. Numbers have 128 bits here, since this one has 65.
const END: u128 = 1 << 64;

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| {
        let pipe = pipe::standard_output()?;
        let mut memory = huge_buffer(ROOM)?;
        stage4_hugepages::check(&[&memory[..]], false)?;
        let result = fizzbuzz(&mut Outlet::into(pipe)?, options.start.into(), &mut memory);
        // The pipe may hold its last pages still, and nobody else should write to them.
        memory.leak();
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result.map_err(|error| common::refused("vmsplice or tee", error)),
        }
    })
}

fn fizzbuzz(outlet: &mut Outlet, start: u128, memory: &mut [u8]) -> io::Result<()> {
    let mut first = first_lap_from(start);
    io::stdout().write_all(&lines(start, first.min(END) - start))?;
    while first + LAP <= END {
        // The ring of shorter numbers lies in the same memory.
        outlet.wait_until_unread(0)?;
        let mut ring = Ring::new(memory, first);
        let pieces = outlet.lend(ring.text)?;
        let laps = (first..ring.end.min(END - LAP + 1)).step_by(LAP as usize);
        for (turn, lap) in laps.enumerate() {
            for (piece, stock) in &pieces {
                if turn > 0 {
                    // What was sent after it is all the rest of the ring. If no more than that
                    // is unread, this piece has been read, however much the pipe holds.
                    outlet.wait_until_unread(ring.text.len() - piece.len())?;
                    ring.advance(piece, lap);
                }
                outlet.send(&ring.text[piece.clone()], stock)?;
            }
            first = lap + LAP;
        }
    }
    io::stdout().write_all(&lines(first, END.saturating_sub(first)))
}
