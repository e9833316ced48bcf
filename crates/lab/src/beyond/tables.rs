//! What the tables run.

use clap::ValueEnum;

/// What can be run.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Table {
    /// From stage 5 upward, into the same busy reader
    Ladder,
    /// The same where vmsplice copies or is refused
    WithoutVmsplice,
    /// A pipe beside what one would really use, with the data moved, touched once, or twice
    Beside,
    /// How long it takes to wake a reader
    Waiting,
    /// FizzBuzz as one would write it, and as fast as it goes, beside stage 5
    Fizzbuzz,
}

/// One line of a table.
pub struct Rung {
    /// Its name in the rows.
    pub name: String,
    /// What is new in it.
    pub novelty: &'static str,
    /// What runs.
    pub programs: Programs,
    /// Bytes in a slot of the pipe, where that is the lesson.
    pub slot: Option<u32>,
}

/// What runs for a rung: names of programs, and their arguments.
pub enum Programs {
    /// A writer, into stage 5's reader.
    IntoStage5(Vec<&'static str>),
    /// A program that has both ends, and pins them itself.
    Alone {
        /// Its name and arguments.
        words: Vec<&'static str>,
        /// Whether both ends are to share the reader's CPU.
        one_cpu: bool,
    },
}

const PAGE: u32 = 4 << 10;
const LARGE: u32 = 32 << 10;

impl Table {
    /// How many bytes a run moves, if nobody says.
    pub fn bytes(self) -> u64 {
        match self {
            // The naive program takes its time.
            Table::Fizzbuzz => 10 << 30,
            // What is enough for a stage would be over too soon.
            _ => 50 << 30,
        }
    }

    /// How many figures a run has: GiB/s, or two times.
    pub fn figures(self) -> usize {
        match self {
            Table::Waiting => 2,
            _ => 1,
        }
    }

    /// Its lines; the first is what the others are compared with.
    pub fn rungs(self) -> Vec<Rung> {
        match self {
            Table::Ladder => vec![
                writer("stage5", "vmsplice, huge pages", &["stage5-write"], PAGE),
                writer("tee", "tee", &["beyond-tee"], PAGE),
                writer("yes", "tee, then splice", &["beyond-yes"], PAGE),
                writer("slots", "slots of 8 pages", &["beyond-slots"], LARGE),
            ],
            Table::WithoutVmsplice => vec![
                writer("write", "write", &["stage1-write"], PAGE),
                writer("memfd", "splice from a memfd", &["beyond-memfd"], PAGE),
                writer(
                    "sendfile",
                    "sendfile",
                    &["beyond-memfd", "--sendfile"],
                    PAGE,
                ),
                writer("tee", "tee", &["beyond-tee"], PAGE),
                writer("yes", "tee, then splice", &["beyond-yes"], PAGE),
                writer("slots", "slots of 8 pages", &["beyond-slots"], LARGE),
            ],
            Table::Beside => beside(),
            Table::Waiting => waiting(),
            Table::Fizzbuzz => ["naive-fizzbuzz", "solution7", "stage5-write"]
                .map(into_stage5)
                .into(),
        }
    }
}

fn writer(name: &str, novelty: &'static str, words: &[&'static str], slot: u32) -> Rung {
    Rung {
        name: name.to_owned(),
        novelty,
        programs: Programs::IntoStage5(words.to_vec()),
        slot: Some(slot),
    }
}

fn into_stage5(program: &'static str) -> Rung {
    Rung {
        name: program.to_owned(),
        novelty: "",
        programs: Programs::IntoStage5(vec![program]),
        slot: None,
    }
}

/// Every way, sleeping and spinning, with what becomes of the data.
fn beside() -> Vec<Rung> {
    const WAYS: [&str; 8] = [
        "read",
        "vmsplice-read",
        "vmsplice-vmsplice",
        "vmsplice-file",
        "vmsplice-null",
        "uring-null",
        "socket",
        "ring",
    ];
    let mut rungs = Vec::new();
    for way in WAYS {
        for touched in ["moved", "page", "once", "twice"] {
            if way.ends_with("null") && touched != "moved" {
                continue;
            }
            let mut words = vec!["beyond-beside", way, touched, "--milliseconds", "300"];
            rungs.push(alone(format!("{way}/{touched}/sleep"), &words, false));
            words.push("--busy-loop");
            rungs.push(alone(format!("{way}/{touched}/spin"), &words, false));
        }
    }
    for alone_with in ["memory", "cache"] {
        let words = ["beyond-beside", alone_with, "once", "--milliseconds", "300"];
        rungs.push(alone(format!("{alone_with}/once"), &words, false));
    }
    rungs
}

fn waiting() -> Vec<Rung> {
    let mut rungs = Vec::new();
    for way in ["sleep", "spinner", "dma-latency", "spin-then-sleep", "spin"] {
        let words = ["beyond-wake", way, "--count", "2000"];
        rungs.push(alone(format!("{way}/two-cpus"), &words, false));
        if way != "spin" {
            rungs.push(alone(format!("{way}/one-cpu"), &words, true));
        }
    }
    rungs
}

fn alone(name: String, words: &[&'static str], one_cpu: bool) -> Rung {
    Rung {
        name,
        novelty: "",
        programs: Programs::Alone {
            words: words.to_vec(),
            one_cpu,
        },
        slot: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_not_used_twice() {
        for table in Table::value_variants() {
            let mut names: Vec<String> = table.rungs().into_iter().map(|rung| rung.name).collect();
            let count = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), count);
        }
    }
}
