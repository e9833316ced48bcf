//! The five stages: what runs, and what the post got.

/// A stage is a pair of programs; only one of them is new, mostly.
pub struct Stage {
    /// Its number, from 1.
    pub number: u8,
    /// What is new in it.
    pub novelty: &'static str,
    /// The program at the writing end.
    pub writer: &'static str,
    /// The program at the reading end.
    pub reader: &'static str,
    /// The system calls that the two ends live by.
    pub calls: [&'static str; 2],
    /// GiB/s in the post, on an i7-8550U with Linux 5.17.
    pub post: f64,
}

/// All of them, in order.
pub static STAGES: [Stage; 5] = [
    Stage {
        number: 1,
        novelty: "write, read",
        writer: "stage1-write",
        reader: "stage1-read",
        calls: ["write", "read"],
        post: 3.7,
    },
    Stage {
        number: 2,
        novelty: "vmsplice",
        writer: "stage2-write",
        reader: "stage1-read",
        calls: ["vmsplice", "read"],
        post: 12.7,
    },
    Stage {
        number: 3,
        novelty: "splice",
        writer: "stage2-write",
        reader: "stage3-read",
        calls: ["vmsplice", "splice"],
        post: 32.8,
    },
    Stage {
        number: 4,
        novelty: "huge pages",
        writer: "stage4-write",
        reader: "stage3-read",
        calls: ["vmsplice", "splice"],
        post: 51.0,
    },
    Stage {
        number: 5,
        novelty: "busy loop",
        writer: "stage5-write",
        reader: "stage5-read",
        calls: ["vmsplice", "splice"],
        post: 62.5,
    },
];

/// What else the post tells of that machine, in GiB/s; its memory by sysbench, which counts in MiB.
pub const POST: [(&str, f64); 4] = [
    ("stage1-under-perf", 3.2),
    ("untouched", 25.0),
    ("fizzbuzz", 36.2),
    ("memory", 15_921.22 / 1024.0),
];

impl Stage {
    /// Whether its ends need a CPU each: a loop that never sleeps does not let
    /// the other end run.
    pub fn never_sleeps(&self) -> bool {
        self.number == 5
    }
}
