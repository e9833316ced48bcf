//! What was seen of a pipeline in all: times in seconds, counts, and who is who. The
//! verdict is made from this, and from nothing else.

use serde::Serialize;

/// A pipeline from the first look to the last.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Seen {
    /// How long it was watched.
    pub seconds: f64,
    /// How many looks there were.
    pub samples: u32,
    /// How many CPUs there are for it.
    pub cpus: usize,
    /// CPU time of the watcher itself.
    pub watcher_seconds: f64,
    /// The longest time in which nothing moved.
    pub still_seconds: f64,
    /// How long some waited for each other in a circle.
    pub circle_seconds: f64,
    /// Its pipes.
    pub pipes: Vec<PipeSeen>,
    /// Its processes, those upstream first.
    pub processes: Vec<ProcessSeen>,
    /// What could not be seen, in words.
    pub unseen: Vec<String>,
    /// How the command ended: its exit code, or minus the signal that ended it.
    pub exit_code: Option<i32>,
}

/// One pipe.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PipeSeen {
    /// Its number in the kernel, or its name.
    pub name: String,
    /// Who wrote into it, as places in the list of processes.
    pub writers: Vec<usize>,
    /// Who read from it, likewise.
    pub readers: Vec<usize>,
    /// Its size in bytes, where that could be seen.
    pub size: Option<usize>,
    /// How long it was found empty, in each quarter above that, and full to the last.
    pub fill: Fill,
    /// How long nobody had its reading end open, though somebody wrote.
    pub unread_seconds: f64,
    /// How long somebody waited at it for an end that nobody seen holds.
    pub outside_seconds: f64,
    /// How many bytes went through, and by how many calls.
    pub moved: Moved,
    /// When the first bytes were found in it.
    pub first_filled: Option<f64>,
    /// When bytes were last found in it, or somebody waiting for some.
    pub last_active: f64,
}

/// Seconds by how full a pipe was found.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Fill {
    /// No bytes in it.
    pub empty: f64,
    /// Up to a quarter of its size, a half, three quarters, all of it.
    pub quarters: [f64; 4],
}

impl Fill {
    /// Adds what was found for so long.
    pub fn add(&mut self, bytes: usize, size: usize, seconds: f64) {
        match bytes {
            0 => self.empty += seconds,
            _ => {
                let quarter = (bytes * 4).div_ceil(size.max(1)).clamp(1, 4);
                self.quarters[quarter - 1] += seconds;
            }
        }
    }

    /// For how long it was looked at.
    pub fn seconds(&self) -> f64 {
        self.empty + self.quarters.iter().sum::<f64>()
    }
}

/// What went through a pipe, as far as /proc/PID/io can tell.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Moved {
    /// Bytes in all.
    pub bytes: Option<u64>,
    /// Bytes for each call that writes.
    pub per_write: Option<f64>,
    /// Bytes for each call that reads.
    pub per_read: Option<f64>,
    /// Why not, for the writing end.
    pub writes_unknown: Option<String>,
    /// Why not, for the reading end.
    pub reads_unknown: Option<String>,
}

/// One process.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ProcessSeen {
    /// Its number.
    pub pid: i32,
    /// Its program and as much of its arguments as is easily read.
    pub name: String,
    /// What it did, by the looks at it.
    pub asleep: Asleep,
    /// On a CPU in user mode, by the kernel's own count.
    pub user: f64,
    /// On a CPU in the kernel, likewise.
    pub system: f64,
    /// Ready and waiting for a CPU, likewise.
    pub ready: f64,
    /// How long it ran, was ready for a CPU, or was waited for: all the time that is
    /// not the pipes'.
    pub own: f64,
    /// How long others waited for it.
    pub awaited: f64,
    /// Bytes that it has read and written, and by how many calls.
    pub counts: Option<Counts>,
    /// How often it gave its CPU away.
    pub voluntary_switches: u64,
    /// The CPUs that it may use, where they are fewer than there are.
    pub only_cpus: Option<Vec<usize>>,
    /// Whether it had ended when the watching did.
    pub ended: bool,
}

/// Seconds asleep, by reason; an array for the pipes.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Asleep {
    /// Until a pipe had bytes: which, and how long.
    pub reading: Vec<(usize, f64)>,
    /// Until a pipe had room: which, and how long.
    pub writing: Vec<(usize, f64)>,
    /// In a file system.
    pub disk: f64,
    /// At a socket.
    pub network: f64,
    /// By the clock.
    pub clock: f64,
    /// At a terminal.
    pub terminal: f64,
    /// For a process of its own.
    pub child: f64,
    /// Otherwise, or stopped.
    pub elsewhere: f64,
}

impl Asleep {
    /// Asleep at pipes, all together.
    pub fn at_pipes(&self) -> f64 {
        let all = self.reading.iter().chain(&self.writing);
        all.map(|(_, seconds)| seconds).sum()
    }
}

/// /proc/PID/io: read, write and their kin; not splice, vmsplice or tee.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Counts {
    /// Bytes read.
    pub read: u64,
    /// Bytes written.
    pub written: u64,
    /// Calls that read.
    pub read_calls: u64,
    /// Calls that write.
    pub write_calls: u64,
}

impl ProcessSeen {
    /// On a CPU.
    pub fn on_cpu(&self) -> f64 {
        self.user + self.system
    }

    /// How long it was asleep until this pipe had room.
    pub fn waited_to_write(&self, pipe: usize) -> f64 {
        sum(&self.asleep.writing, pipe)
    }

    /// How long it was asleep until this pipe had bytes.
    pub fn waited_to_read(&self, pipe: usize) -> f64 {
        sum(&self.asleep.reading, pipe)
    }
}

fn sum(times: &[(usize, f64)], pipe: usize) -> f64 {
    times
        .iter()
        .filter(|(other, _)| *other == pipe)
        .map(|(_, seconds)| seconds)
        .sum()
}

impl Seen {
    /// How long the pipe's writers were asleep for room, as a part of the time.
    pub fn writers_wait(&self, pipe: usize) -> f64 {
        self.longest(
            pipe,
            &self.pipes[pipe].writers,
            ProcessSeen::waited_to_write,
        )
    }

    /// How long its readers were asleep for bytes, as a part of the time.
    pub fn readers_wait(&self, pipe: usize) -> f64 {
        self.longest(pipe, &self.pipes[pipe].readers, ProcessSeen::waited_to_read)
    }

    fn longest(&self, pipe: usize, who: &[usize], wait: fn(&ProcessSeen, usize) -> f64) -> f64 {
        let waits = who
            .iter()
            .map(|&process| wait(&self.processes[process], pipe));
        waits.fold(0.0, f64::max) / self.seconds
    }

    /// This part of the time.
    pub fn part(&self, seconds: f64) -> f64 {
        seconds / self.seconds
    }
}
