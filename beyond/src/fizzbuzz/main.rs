//! FizzBuzz past stage 5. The text of many lines stays where it is, and goes through the
//! pipe lap after lap; from one lap to the next only digits change, and each by a constant.

mod outlet;
mod ring;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use common::{page_size, pipe};
use stage4_hugepages::huge_buffer;

use outlet::Outlet;
use ring::{FIRST, LAP, ROOM, Ring, lines};

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
        let mut outlet = Outlet::into(pipe)?;
        let result = fizzbuzz(&mut outlet, options.start.into(), &mut memory);
        // The pipe may hold its last pages still, and nobody else should write to them.
        memory.leak();
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result.map_err(|error| common::refused("vmsplice", error)),
        }
    })
}

fn fizzbuzz(outlet: &mut Outlet, start: u128, memory: &mut [u8]) -> io::Result<()> {
    let oldest = start.max(FIRST);
    let mut first = oldest + (LAP - (oldest - FIRST) % LAP) % LAP;
    io::stdout().write_all(&lines(start, (first.min(END) - start) as u64))?;
    while first + LAP <= END {
        // The ring of shorter numbers lies in the same memory.
        outlet.wait_until_unread(0)?;
        let mut ring = Ring::new(memory, first)?;
        let length = ring.text.len();
        let piece = length.div_ceil(length.div_ceil(outlet.room));
        let piece = piece.next_multiple_of(page_size());
        // What is sent after a piece, until it is its turn again. If no more than that is
        // unread, this piece has been read, however much the pipe holds.
        let rest = length - piece;
        let laps = (first..ring.end.min(END - LAP + 1)).step_by(LAP as usize);
        for (turn, lap) in laps.enumerate() {
            for start in (0..length).step_by(piece) {
                let piece = start..length.min(start + piece);
                if turn > 0 {
                    outlet.wait_until_unread(rest)?;
                    ring.advance(&piece, lap);
                }
                outlet.send(&ring.text[piece], rest)?;
            }
            first = lap + LAP;
        }
    }
    io::stdout().write_all(&lines(first, END.saturating_sub(first) as u64))
}
