//! One producer and one consumer, and every way to bring the data from the one
//! to the other: what a pipe costs beside what one would really use.

mod ends;
mod pipes;
mod ring;
mod socket;
mod touch;
mod uring;

use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use beyond::{NO_THREAD, pin, two_cpus};
use clap::{Parser, ValueEnum};
use common::{Knob, Throughput};
use touch::{Touched, count_lines, count_lines_at_pages};

/// How much goes at a time: the stages' buffer.
const CHUNK: usize = 256 << 10;

/// Bring data from one thread to another in one of many ways, and time it
#[derive(Parser)]
struct Options {
    /// The way
    #[arg(value_enum)]
    way: Way,

    /// What becomes of the data at the two ends
    #[arg(value_enum, default_value = "moved")]
    touched: Touched,

    /// How long to go on, in milliseconds: the ways differ too much for a number of bytes
    #[arg(long, default_value_t = 1000)]
    milliseconds: u64,

    /// Try again at once instead of sleeping
    #[arg(long)]
    busy_loop: bool,

    /// The producer's CPU and the consumer's
    #[arg(long, default_value = "0,1")]
    cpus: String,

    /// Print the result as a row of comma-separated values
    #[arg(long)]
    csv: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Way {
    /// write(2) into a pipe, read(2) out of it
    Read,
    /// vmsplice(2) into a pipe, read(2) out of it
    VmspliceRead,
    /// vmsplice(2) into a pipe, vmsplice(2) out of it into memory
    VmspliceVmsplice,
    /// vmsplice(2) into a pipe, splice(2) out of it into a file in memory that is mapped
    VmspliceFile,
    /// vmsplice(2) into a pipe, splice(2) to /dev/null: nobody can touch the data
    VmspliceNull,
    /// The same by io_uring
    UringNull,
    /// write(2) and read(2) on a pair of Unix sockets
    Socket,
    /// A ring in shared memory
    Ring,
    /// No producer: the consumer reads a gigabyte of memory from end to end
    Memory,
    /// No producer: the consumer reads one chunk again and again
    Cache,
}

/// The end that has data to give: one chunk at a time.
trait Producer: Send {
    /// Lets `fill` write the next chunk, if it likes, and sends it off.
    fn send(&mut self, fill: &mut dyn FnMut(&mut [u8])) -> io::Result<()>;
}

/// The end that takes it.
trait Consumer: Send {
    /// Shows what has come to `look`, and returns how much it was.
    fn receive(&mut self, look: &mut dyn FnMut(&[u8])) -> io::Result<usize>;
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| {
        let throughput = match options.way {
            Way::Memory => read_alone(1 << 30, &options)?,
            Way::Cache => read_alone(CHUNK, &options)?,
            _ => bring(&options)?,
        };
        let knobs: &[Knob] = match options.busy_loop {
            true => &[Knob::BusyLoop],
            false => &[],
        };
        let line = match options.csv {
            true => throughput.csv_row(0, knobs),
            false => throughput.to_string(),
        };
        writeln!(io::stdout(), "{line}").context("cannot print the result")
    })
}

fn ends(options: &Options) -> Result<(Box<dyn Producer>, Box<dyn Consumer>)> {
    let busy = options.busy_loop;
    Ok(match options.way {
        Way::Read => pipes::write_read(busy)?,
        Way::VmspliceRead => pipes::vmsplice_read(busy)?,
        Way::VmspliceVmsplice => pipes::vmsplice_vmsplice(busy)?,
        Way::VmspliceFile => pipes::vmsplice_file(busy)?,
        Way::VmspliceNull => pipes::vmsplice_null(busy)?,
        Way::UringNull => uring::vmsplice_uring(busy)?,
        Way::Socket => socket::pair(busy)?,
        Way::Ring => ring::ring(busy),
        Way::Memory | Way::Cache => bail!("this way has no producer"),
    })
}

fn bring(options: &Options) -> Result<Throughput> {
    let (mut producer, mut consumer) = ends(options)?;
    if options.touched != Touched::Moved
        && matches!(options.way, Way::VmspliceNull | Way::UringNull)
    {
        bail!("what goes to /dev/null is touched by nobody: choose another way");
    }
    let duration = Duration::from_millis(options.milliseconds);
    let (producer_cpu, consumer_cpu) = two_cpus(&options.cpus)?;
    let touched = options.touched;
    thread::scope(|threads| {
        let produce = move || -> Result<()> {
            pin(producer_cpu)?;
            let mut value: u8 = b'X';
            let mut fill = |chunk: &mut [u8]| {
                if touched == Touched::Twice {
                    value ^= 1;
                    chunk.fill(value);
                }
            };
            loop {
                match producer.send(&mut fill) {
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                    sent => sent.map_err(|error| common::refused("sending", error))?,
                }
            }
        };
        let producing = thread::Builder::new()
            .spawn_scoped(threads, produce)
            .context(NO_THREAD)?;
        pin(consumer_cpu)?;
        let mut lines = 0;
        let mut look = |chunk: &[u8]| {
            lines += match touched {
                Touched::Moved => 0,
                Touched::Page => count_lines_at_pages(chunk),
                Touched::Once | Touched::Twice => count_lines(chunk),
            };
        };
        // What comes first waits for both threads to start.
        let mut receive = || {
            let received = consumer.receive(&mut look);
            received.map_err(|error| common::refused("receiving", error))
        };
        receive()?;
        let start = Instant::now();
        let mut received = 0;
        // Nothing more comes from a producer that has failed.
        while start.elapsed() < duration && !producing.is_finished() {
            received += receive()? as u64;
        }
        let throughput = Throughput::measured(received, start.elapsed(), CHUNK);
        drop(consumer);
        std::hint::black_box(lines);
        producing.join().expect("the producer does not panic")?;
        Ok(throughput)
    })
}

fn read_alone(size: usize, options: &Options) -> Result<Throughput> {
    pin(two_cpus(&options.cpus)?.1)?;
    let duration = Duration::from_millis(options.milliseconds);
    let memory = stage4_hugepages::huge_buffer(size)?;
    let mut lines = count_lines(&memory);
    let start = Instant::now();
    let mut read = 0;
    while start.elapsed() < duration {
        lines += count_lines(std::hint::black_box(&memory));
        read += size as u64;
    }
    std::hint::black_box(lines);
    Ok(Throughput::measured(read, start.elapsed(), CHUNK))
}
