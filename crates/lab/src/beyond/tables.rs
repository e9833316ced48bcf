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
    /// What a slot costs on its way, part by part, on one CPU
    Price,
    /// FizzBuzz as one would write it, and as fast as it goes, beside stage 5
    Fizzbuzz,
    /// The same into a reader that sleeps when it finds nothing
    FizzbuzzAsleep,
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
    /// A writer, into the table's reader.
    Writer {
        /// Its name, or its whole path, and arguments.
        words: Vec<String>,
        /// How many bytes the reader asks for in a call.
        call: &'static str,
    },
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

/// As much as a pipe can hold: 256 slots of 32 KiB. With less the reader would ask the one
/// writer's pipe for few slots in a call, and another's for many.
const ALL: &str = "8MiB";

impl Table {
    /// How many bytes a run moves, if nobody says.
    pub fn bytes(self) -> u64 {
        match self {
            // The naive program takes its time, and so do sleepers.
            Table::Fizzbuzz | Table::FizzbuzzAsleep => 10 << 30,
            // What is enough for a stage would be over too soon.
            _ => 50 << 30,
        }
    }

    /// The reader that its writers share, if they do.
    pub fn reader(self) -> Option<&'static str> {
        match self {
            Table::Ladder | Table::WithoutVmsplice | Table::Fizzbuzz => Some("stage5-read"),
            Table::FizzbuzzAsleep => Some("stage3-read"),
            Table::Beside | Table::Waiting | Table::Price => None,
        }
    }

    /// How many figures a run has: GiB/s, or two times.
    pub fn figures(self) -> usize {
        match self {
            Table::Waiting | Table::Price => 2,
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
                writer(
                    "lend-once",
                    "lent once, then tee",
                    &["beyond-lend-once"],
                    PAGE,
                ),
                writer(
                    "lend-once-4K",
                    "from small pages",
                    &["beyond-lend-once", "--small-pages"],
                    PAGE,
                ),
                Rung {
                    programs: Programs::Writer {
                        words: vec!["beyond-slots".to_owned()],
                        call: "256KiB",
                    },
                    ..writer("slots-256K", "read by 256 KiB", &[], LARGE)
                },
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
            Table::Price => price(),
            Table::Fizzbuzz => [
                "naive-fizzbuzz",
                "solution7",
                "beyond-fizzbuzz",
                "stage5-write",
            ]
            .map(named_as_it_is)
            .into(),
            Table::FizzbuzzAsleep => ["solution7", "beyond-fizzbuzz", "stage5-write"]
                .map(named_as_it_is)
                .into(),
        }
    }
}

fn writer(name: &str, novelty: &'static str, words: &[&'static str], slot: u32) -> Rung {
    Rung {
        name: name.to_owned(),
        novelty,
        programs: Programs::Writer {
            words: words.iter().map(|&word| word.to_owned()).collect(),
            call: ALL,
        },
        slot: Some(slot),
    }
}

fn named_as_it_is(program: &str) -> Rung {
    Rung::of(program.to_owned(), "", program.to_owned())
}

impl Rung {
    /// A program into the table's reader; what is in its slots is no lesson.
    pub fn of(name: String, novelty: &'static str, program: String) -> Rung {
        let words = vec![program];
        Rung {
            name,
            novelty,
            programs: Programs::Writer { words, call: ALL },
            slot: None,
        }
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

fn price() -> Vec<Rung> {
    let mut rungs = Vec::new();
    for part in ["lend", "tee", "move", "drop"] {
        for slot in ["page", "lent", "large"] {
            if part != "lend" || slot == "lent" {
                let words = ["beyond-price", part, slot];
                rungs.push(alone(format!("{part}/{slot}"), &words, true));
            }
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
