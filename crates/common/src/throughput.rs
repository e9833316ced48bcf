//! The result of a run, in the post's form and as a row of its CSV.

use std::fmt;
use std::time::Duration;

use crate::call_times::CallTimes;
use crate::calls::Calls;

/// How much went through the pipe, and how fast.
pub struct Throughput {
    /// Bytes that were really read.
    pub bytes: u64,
    /// GiB (2^30 bytes) per second.
    pub gib_per_second: f64,
    /// The reader's buffer in bytes.
    pub buf_size: usize,
}

/// A yes-or-no column of the CSV row, named as in the post's programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Knob {
    BusyLoop,
    Poll,
    HugePage,
    CheckHugePage,
    WriteWithVmsplice,
    ReadWithSplice,
    Gift,
    LockMemory,
    DontTouchPages,
    SameBuffer,
}

impl Knob {
    /// In the order of the columns.
    const ALL: [Knob; 10] = [
        Knob::BusyLoop,
        Knob::Poll,
        Knob::HugePage,
        Knob::CheckHugePage,
        Knob::WriteWithVmsplice,
        Knob::ReadWithSplice,
        Knob::Gift,
        Knob::LockMemory,
        Knob::DontTouchPages,
        Knob::SameBuffer,
    ];
}

impl Throughput {
    /// Of `bytes` that came in `elapsed`.
    pub fn measured(bytes: u64, elapsed: Duration, buf_size: usize) -> Throughput {
        Throughput {
            bytes,
            gib_per_second: bytes as f64 / (1u64 << 30) as f64 / elapsed.as_secs_f64(),
            buf_size,
        }
    }

    /// Of all bytes that `calls` brought; how fast, those that were clocked tell: all but
    /// the first.
    pub fn of_calls(calls: &Calls, clocked: &CallTimes, buf_size: usize) -> Throughput {
        let elapsed = Duration::from_secs_f64(clocked.seconds);
        Throughput {
            bytes: calls.bytes(),
            ..Throughput::measured(clocked.bytes, elapsed, buf_size)
        }
    }

    /// The row `gigabytes_per_second,bytes_to_pipe,buf_size,pipe_size,…`, without
    /// a line end, where `knobs` are the columns that say 1; the first column keeps the name that the post's programs
    /// gave it, and is in GiB/s there too.
    pub fn csv_row(&self, pipe_size: usize, knobs: &[Knob]) -> String {
        let mut row = format!(
            "{:.6},{},{},{pipe_size}",
            self.gib_per_second, self.bytes, self.buf_size
        );
        for knob in Knob::ALL {
            row += if knobs.contains(&knob) { ",1" } else { ",0" };
        }
        row
    }
}

/// `3.7GiB/s, 256KiB buffer, 40960 iterations (10GiB piped)`, where an
/// iteration is a whole buffer.
impl fmt::Display for Throughput {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{:.1}GiB/s, {} buffer, {} iterations ({} piped)",
            self.gib_per_second,
            crate::size::format(self.buf_size as u64),
            self.bytes / self.buf_size as u64,
            crate::size::rounded(self.bytes),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post() -> Throughput {
        Throughput::measured(10 << 30, Duration::from_millis(2700), 256 << 10)
    }

    #[test]
    fn the_line_is_the_posts() {
        assert_eq!(
            post().to_string(),
            "3.7GiB/s, 256KiB buffer, 40960 iterations (10GiB piped)"
        );
    }

    #[test]
    fn the_row_has_the_posts_fourteen_columns() {
        let knobs = [Knob::ReadWithSplice, Knob::BusyLoop];
        assert_eq!(
            post().csv_row(65536, &knobs),
            "3.703704,10737418240,262144,65536,1,0,0,0,0,1,0,0,0,0"
        );
    }
}
