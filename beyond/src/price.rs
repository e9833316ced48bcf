//! What a slot costs on its way: each part of it alone, on one CPU, where nobody waits for a
//! lock and no cache line comes from elsewhere.

use std::fs::File;
use std::io::{self, IoSlice, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use beyond::{LARGE_SLOT, PrivatePipe, Stock, large_slot, page_slot, pin, two_cpus};
use clap::{Parser, ValueEnum};
use common::syscall::{splice, tee, vmsplice};
use common::{Buffer, page_size};
use libc::SPLICE_F_NONBLOCK;
use stage4_hugepages::huge_buffer;

/// Time a part of a slot's way through pipes: what each slot costs, and each call
#[derive(Parser)]
struct Options {
    /// Which part
    #[arg(value_enum, default_value = "drop")]
    part: Part,

    /// What the slots are
    #[arg(value_enum, default_value = "large")]
    slot: Slot,

    /// The CPU to be on, and one more, which stays idle
    #[arg(long, default_value = "0,1")]
    cpus: String,

    /// Print `slot,call` in nanoseconds and nothing else
    #[arg(long)]
    csv: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Part {
    /// vmsplice(2) from a huge page
    Lend,
    /// tee(2) from one pipe to another
    Tee,
    /// splice(2) from one pipe to another
    Move,
    /// splice(2) from a pipe to /dev/null
    Drop,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Slot {
    /// A page that write(2) filled, in each slot the same
    Page,
    /// Pages of one huge page, lent by vmsplice(2)
    Lent,
    /// Eight pages, in each slot the same
    Large,
}

const SLOTS: usize = 256;
const FEWER: usize = 16;
const ROUNDS: usize = 3000;

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| {
        pin(two_cpus(&options.cpus)?.0)?;
        let (slot, call) = measure(&options)?;
        let line = match options.csv {
            true => format!("{slot:.2},{call:.1}"),
            false => format!("{slot:.1} ns for each slot, {call:.0} ns for each call"),
        };
        writeln!(io::stdout(), "{line}").context("cannot print the result")
    })
}

/// From the time of a whole pipe in one call, and in calls of 16 slots.
fn measure(options: &Options) -> Result<(f64, f64)> {
    ensure!(
        options.part != Part::Lend || options.slot == Slot::Lent,
        "only lent slots are lent: beyond-price lend lent"
    );
    let way = Way::of(options.slot)?;
    let median = |slots| -> Result<f64> {
        let times = (0..ROUNDS).map(|_| way.once(options.part, slots));
        let mut times: Vec<Duration> = times.collect::<Result<_>>()?;
        times.sort_unstable();
        Ok(times[ROUNDS / 2].as_secs_f64() * 1e9)
    };
    let (one_call, more_calls) = (median(SLOTS)?, median(FEWER)?);
    let call = (more_calls - one_call) / (SLOTS / FEWER - 1) as f64;
    let slot = (one_call - call) / SLOTS as f64;
    ensure!(
        slot > 0.0 && call > 0.0,
        "the clock was disturbed: measure again on an idle machine"
    );
    Ok((slot, call))
}

/// From a stock through two pipes to /dev/null.
struct Way {
    stock: Source,
    bytes: usize,
    first: PrivatePipe,
    second: PrivatePipe,
    null: File,
}

enum Source {
    Stock(Stock),
    Lent(PrivatePipe, Buffer),
}

impl Way {
    fn of(slot: Slot) -> Result<Way> {
        let bytes = match slot {
            Slot::Page | Slot::Lent => page_size(),
            Slot::Large => LARGE_SLOT,
        };
        let stock = match slot {
            Slot::Page => Source::Stock(Stock::of(&page_slot(&vec![b'X'; bytes])?, SLOTS)?),
            Slot::Lent => {
                let buffer = huge_buffer(SLOTS * bytes)?;
                Source::Lent(PrivatePipe::lent(&buffer)?, buffer)
            }
            Slot::Large => match large_slot(&vec![b'X'; bytes])? {
                Some(slot) => Source::Stock(Stock::of(&slot, SLOTS)?),
                None => bail!("no memory for slots larger than a page: try again later"),
            },
        };
        Ok(Way {
            stock,
            bytes,
            first: PrivatePipe::with_slots(SLOTS)?,
            second: PrivatePipe::with_slots(SLOTS)?,
            null: common::dev_null()?,
        })
    }

    /// What this part of the way takes, so many slots in a call.
    fn once(&self, part: Part, slots: usize) -> Result<Duration> {
        let timed = |which: Part| if part == which { slots } else { SLOTS };
        let lending = self.lend(timed(Part::Lend))?;
        let teeing = self.each("tee", timed(Part::Tee), |bytes| {
            let stock = match &self.stock {
                Source::Stock(stock) => stock.as_fd(),
                Source::Lent(stock, _) => stock.reader.as_fd(),
            };
            tee(stock, &self.first.writer, bytes, SPLICE_F_NONBLOCK)
        })?;
        let moving = self.each("splice", timed(Part::Move), |bytes| {
            let (from, to) = (&self.first.reader, &self.second.writer);
            splice(from, to, bytes, SPLICE_F_NONBLOCK)
        })?;
        let dropping = self.drop_all(timed(Part::Drop))?;
        Ok(match part {
            Part::Lend => lending,
            Part::Tee => teeing,
            Part::Move => moving,
            Part::Drop => dropping,
        })
    }

    /// Lends what can be lent, and drops it.
    fn lend(&self, slots: usize) -> Result<Duration> {
        let Source::Lent(_, buffer) = &self.stock else {
            return Ok(Duration::ZERO);
        };
        let start = Instant::now();
        for part in buffer.chunks(slots * self.bytes) {
            let part = [IoSlice::new(part)];
            vmsplice(&self.second.writer, &part, SPLICE_F_NONBLOCK)
                .map_err(|error| common::refused("vmsplice", error))?;
        }
        let lending = start.elapsed();
        self.drop_all(SLOTS)?;
        Ok(lending)
    }

    fn drop_all(&self, slots: usize) -> Result<Duration> {
        self.each("splice", slots, |bytes| {
            splice(&self.second.reader, &self.null, bytes, SPLICE_F_NONBLOCK)
        })
    }

    /// What a call takes for all slots, so many at a time.
    fn each(
        &self,
        name: &str,
        slots: usize,
        call: impl Fn(usize) -> io::Result<usize>,
    ) -> Result<Duration> {
        let start = Instant::now();
        for _ in 0..SLOTS / slots {
            let done = call(slots * self.bytes).map_err(|error| common::refused(name, error))?;
            ensure!(done == slots * self.bytes, "{name} stopped at {done} bytes");
        }
        Ok(start.elapsed())
    }
}
