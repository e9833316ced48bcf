//! What a reader prints with `--csv --calls`.

use anyhow::{Context, Result, ensure};
use common::{CallTimes, Throughput};

/// The options that make a reader print what [`Reading::parse`] takes.
pub const OPTIONS: [&str; 2] = ["--csv", "--calls"];

/// How fast it was, and what its calls took.
pub struct Reading {
    /// The whole run's.
    pub throughput: Throughput,
    /// Call by call.
    pub calls: CallTimes,
}

impl Reading {
    /// Reads the row and the line behind it.
    ///
    /// # Errors
    ///
    /// When they are not what readers print, or no speed.
    pub fn parse(printed: &[u8]) -> Result<Reading> {
        let printed = String::from_utf8_lossy(printed);
        let parse = || {
            let mut lines = printed.lines();
            let throughput = row(lines.next().context("there is no row")?)?;
            let speed = throughput.gib_per_second;
            ensure!(speed.is_finite() && speed > 0.0, "{speed} is no speed");
            let calls = lines.next().context("there is no line of calls")?;
            Ok(Reading {
                throughput,
                calls: calls.parse()?,
            })
        };
        parse().with_context(|| format!("the reader did not print a result, but: {printed}"))
    }
}

/// GiB/s, bytes, buffer size, ….
fn row(row: &str) -> Result<Throughput> {
    let mut columns = row.split(',');
    let mut next = || columns.next().context("a short row");
    Ok(Throughput {
        gib_per_second: next()?.parse()?,
        bytes: next()?.parse()?,
        buf_size: next()?.parse()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_prints_is_read_back() {
        let printed = b"3.703704,10737418240,262144,65536,0,0,0,0,0,0,0,0,0,0\n\
            calls=1 bytes=262144 seconds=0.1 look_ns=25.0 voluntary=1 involuntary=0 histogram=100000000:1:262144\n";
        let reading = Reading::parse(printed).unwrap();
        assert_eq!(
            reading.throughput.to_string(),
            "3.7GiB/s, 256KiB buffer, 40960 iterations (10GiB piped)"
        );
        assert_eq!(reading.calls.voluntary, 1);
        for junk in [&b""[..], b"3.7\n", b"inf,1,1\ncalls=1\n", &printed[..60]] {
            assert!(Reading::parse(junk).is_err());
        }
    }
}
