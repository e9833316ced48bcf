//! One run of one configuration.

use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use bench::humps::Humps;
use bench::nearness::Nearness;
use bench::pair::{self, Pair};
use bench::placement::Placement;
use bench::reading::{self, Reading};
use common::CallTimes;
use machine::memory_bandwidth::MemoryBandwidth;
use measured::plan::Subject;

/// Where the programs are, where they run, and how long.
pub struct Bench<'run> {
    programs: PathBuf,
    /// The CPUs of the two ends.
    pub placement: &'run Placement,
    /// How long one run should take, about.
    pub time: Duration,
}

/// What a run gave.
pub struct Outcome {
    pub gib_per_s: f64,
    /// What ran, as one would type it.
    pub command: String,
    /// What its reader's calls did, where it had a reader.
    pub calls: Option<Calls>,
}

/// A reader's calls.
pub struct Calls {
    pub times: CallTimes,
    pub writer_sleeps: u64,
    pub humps: Humps,
}

impl<'run> Bench<'run> {
    /// # Errors
    ///
    /// When the stages are not where this program is.
    pub fn new(placement: &'run Placement, time: Duration) -> Result<Bench<'run>> {
        let programs = pair::programs_folder()?;
        if !programs.join("stage1-write").exists() {
            bail!("the stages are not built beside me: run `make measure`");
        }
        Ok(Bench {
            programs,
            placement,
            time,
        })
    }

    /// Runs it once.
    ///
    /// # Errors
    ///
    /// When a program cannot be started, is killed or fails: with what it said.
    pub fn run(&self, subject: &Subject, bytes: u64) -> Result<Outcome> {
        let of_memory = |gib_per_s, command: &str| Outcome {
            gib_per_s,
            command: command.to_owned(),
            calls: None,
        };
        Ok(match subject {
            Subject::MemoryRead => of_memory(self.memory()?.read, "lab: sequential read"),
            Subject::MemoryCopy => of_memory(self.memory()?.copy, "lab: memcpy"),
            Subject::Pipe {
                writer,
                reader,
                one_cpu,
            } => {
                let bytes = ["--bytes-to-pipe", &bytes.to_string()].map(str::to_owned);
                let options = reading::OPTIONS.map(str::to_owned);
                let reader = [&self.beside(reader)[..], &bytes, &options].concat();
                let placement = self.cpus(*one_cpu);
                let pair = Pair::new(self.beside(writer), reader, &placement);
                let (reading, writer_sleeps) = run(&pair)?;
                Outcome {
                    gib_per_s: reading.throughput.gib_per_second,
                    command: pair.shell_command(),
                    calls: Some(Calls {
                        humps: Humps::tell(&reading.calls, writer_sleeps, placement.nearness),
                        times: reading.calls,
                        writer_sleeps,
                    }),
                }
            }
        })
    }

    fn memory(&self) -> Result<MemoryBandwidth> {
        MemoryBandwidth::measure(self.placement.writer, self.time)
    }

    fn beside(&self, line: &[String]) -> Vec<String> {
        let program = self.programs.join(&line[0]).display().to_string();
        [&[program], &line[1..]].concat()
    }

    fn cpus(&self, one_cpu: bool) -> Placement {
        let mut placement = self.placement.clone();
        if one_cpu {
            placement.reader = placement.writer;
            placement.nearness = Nearness::OneCpu;
        }
        placement
    }
}

/// What the reader printed, and how often the writer slept, where both ends succeed.
fn run(pair: &Pair) -> Result<(Reading, u64)> {
    // In files: nobody has to take what they say while they run.
    let [mut writer_said, mut reader_said] = [tempfile::tempfile()?, tempfile::tempfile()?];
    let says = [
        writer_said.try_clone()?.into(),
        reader_said.try_clone()?.into(),
    ];
    let ended = pair.run_saying_to(says)?;
    // Where the writer failed, the reader can only say that too little came.
    succeeded("writer", ended.writer, &mut writer_said)?;
    succeeded("reader", ended.reader.status, &mut reader_said)?;
    Ok((Reading::parse(&ended.reader.stdout)?, ended.writer_sleeps))
}

fn succeeded(end: &str, status: ExitStatus, said: &mut File) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    let mut words = Vec::new();
    said.rewind()?;
    said.read_to_end(&mut words)?;
    let words = String::from_utf8_lossy(&words);
    Err(match (status.signal(), words.trim()) {
        (Some(_), _) => anyhow!("the {end} was killed: {status}"),
        (None, "") => anyhow!("the {end} ended with {status}, and said nothing"),
        (None, words) => anyhow!("{words}"),
    })
}
