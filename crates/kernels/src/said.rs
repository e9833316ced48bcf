//! What the program in the guest says to us, a line each, on its serial console.

use std::fmt;
use std::str::FromStr;

/// A line of the guest's. On the console it begins with a mark, which no line of the
/// kernel's does, and its parts are set apart by tabs.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Something was tried: what, and what was wrong with it.
    Check {
        /// What was tried.
        what: String,
        /// Nothing, where all was well.
        fault: Option<String>,
    },
    /// Both ends of a stage have run to their end.
    Count(Count),
    /// Something to know of the kernel, such as its release.
    Fact(String, String),
    /// Some of the kernel's functions, in the order in which they lie: where each begins, and
    /// its name.
    Functions(Vec<(u64, String)>),
    /// A stage runs, and goes on until we say a line.
    Watch(u8),
    /// All was done.
    End,
}

/// What a stage's two ends took from one CPU, the time of which is counted in instructions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Count {
    /// From 1.
    pub stage: u8,
    /// How many bytes went through.
    pub bytes: u64,
    /// What the writing and the reading end had of the CPU, in nanoseconds.
    pub nanoseconds: [u64; 2],
    /// How often each gave it away: it slept.
    pub sleeps: [u64; 2],
    /// How often it was taken from each.
    pub preempted: [u64; 2],
}

const MARK: &str = "@fast-pipes";

impl fmt::Display for Said {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A line is a line, whatever was said.
        let line = |text: &str| text.replace(['\n', '\r', '\t'], " ");
        match self {
            Said::Check { what, fault } => {
                let fault = fault.as_deref().unwrap_or_default();
                write!(out, "{MARK}\tcheck\t{}\t{}", line(what), line(fault))
            }
            Said::Count(count) => {
                let Count {
                    stage,
                    bytes,
                    nanoseconds: [write_ns, read_ns],
                    sleeps: [write_sleeps, read_sleeps],
                    preempted: [write_preempted, read_preempted],
                } = count;
                write!(
                    out,
                    "{MARK}\tcount\t{stage}\t{bytes}\t{write_ns}\t{read_ns}\t{write_sleeps}\t\
                     {read_sleeps}\t{write_preempted}\t{read_preempted}"
                )
            }
            Said::Fact(name, value) => write!(out, "{MARK}\tfact\t{}\t{}", line(name), line(value)),
            Said::Functions(functions) => {
                // A serial console is slow, so all but the first say how far on they begin.
                write!(out, "{MARK}\tfunctions")?;
                let mut last = 0;
                for (address, name) in functions {
                    write!(out, "\t{:x}\t{name}", address - last)?;
                    last = *address;
                }
                Ok(())
            }
            Said::Watch(stage) => write!(out, "{MARK}\twatch\t{stage}"),
            Said::End => write!(out, "{MARK}\tend"),
        }
    }
}

impl FromStr for Said {
    type Err = ();

    fn from_str(line: &str) -> Result<Said, ()> {
        let mut parts = line.trim_end_matches(['\n', '\r']).split('\t');
        if parts.next() != Some(MARK) {
            return Err(());
        }
        let kind = parts.next();
        let mut text = || parts.next().map(str::to_owned).ok_or(());
        match kind {
            Some("check") => Ok(Said::Check {
                what: text()?,
                fault: Some(text()?).filter(|fault| !fault.is_empty()),
            }),
            Some("count") => {
                let mut number = || text()?.parse::<u64>().map_err(|_| ());
                Ok(Said::Count(Count {
                    stage: number()?.try_into().map_err(|_| ())?,
                    bytes: number()?,
                    nanoseconds: [number()?, number()?],
                    sleeps: [number()?, number()?],
                    preempted: [number()?, number()?],
                }))
            }
            Some("fact") => Ok(Said::Fact(text()?, text()?)),
            Some("functions") => {
                let mut functions = Vec::new();
                let mut address = 0_u64;
                while let Ok(distance) = text() {
                    let distance = u64::from_str_radix(&distance, 16).map_err(|_| ())?;
                    address = address.checked_add(distance).ok_or(())?;
                    functions.push((address, text()?));
                }
                Ok(Said::Functions(functions))
            }
            Some("watch") => Ok(Said::Watch(text()?.parse().map_err(|_| ())?)),
            Some("end") => Ok(Said::End),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_understood() {
        let check = |fault: Option<&str>| Said::Check {
            what: "stage1-write | stage1-read".to_owned(),
            fault: fault.map(str::to_owned),
        };
        let count = Count {
            stage: 3,
            bytes: 1 << 30,
            nanoseconds: [5, 6],
            sleeps: [0, 7],
            preempted: [8, 9],
        };
        for said in [
            check(None),
            check(Some("exit code 1: no such file")),
            Said::Count(count),
            Said::Fact("release".to_owned(), "7.2".to_owned()),
            Said::Functions(vec![
                (0xffff_ffff_8100_0000, "pipe_write".to_owned()),
                (0xffff_ffff_8100_01a0, "pipe_read".to_owned()),
            ]),
            Said::Watch(4),
            Said::End,
        ] {
            // The console ends its lines as a terminal does.
            assert_eq!(format!("{said}\r\n").parse(), Ok(said));
        }
        for other in [
            "",
            "[    0.1] Linux",
            "@fast-pipes",
            "@fast-pipes\tcount\t1\t2",
            "@fast-pipes\tfunctions\tffff\tone\t10",
        ] {
            assert_eq!(other.parse::<Said>(), Err(()), "{other}");
        }
    }
}
