//! One run of one configuration.

use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Output, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use bench::nearness::Nearness;
use bench::pair::{self, Pair};
use bench::placement::Placement;
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
        let (gib_per_s, command) = match subject {
            Subject::MemoryRead => (self.memory()?.read, "lab: sequential read".to_owned()),
            Subject::MemoryCopy => (self.memory()?.copy, "lab: memcpy".to_owned()),
            Subject::Pipe {
                writer,
                reader,
                one_cpu,
            } => {
                let bytes = ["--bytes-to-pipe", &bytes.to_string(), "--csv"].map(str::to_owned);
                let reader = [self.beside(reader), bytes.to_vec()].concat();
                let pair = Pair::new(self.beside(writer), reader, &self.cpus(*one_cpu));
                (throughput(&pair)?, pair.shell_command())
            }
        };
        Ok(Outcome { gib_per_s, command })
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

/// GiB/s, as the reader prints it in the first column.
fn throughput(pair: &Pair) -> Result<f64> {
    let row = run(pair)?;
    let figure: Option<f64> = row.split(',').next().and_then(|column| column.parse().ok());
    figure
        .filter(|figure| figure.is_finite() && *figure > 0.0)
        .with_context(|| format!("the reader printed no throughput, but: {row}"))
}

/// What the reader prints, where both ends succeed.
fn run(pair: &Pair) -> Result<String> {
    // In files: nobody has to take what they say while they run.
    let [mut writer_said, mut reader_said] = [tempfile::tempfile()?, tempfile::tempfile()?];
    let mut writer = pair
        .writer()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(writer_said.try_clone()?)
        .spawn()
        .context("cannot start the writer")?;
    let pipe = writer.stdout.take().expect("its output is a pipe");
    // The reader alone holds the pipe's reading end: when it ends, the writer does.
    let reader = pair
        .reader()
        .stdin(pipe)
        .stdout(Stdio::piped())
        .stderr(reader_said.try_clone()?)
        .spawn()
        .context("cannot start the reader");
    let output = reader.and_then(|reader| Ok(reader.wait_with_output()?));
    let status = writer.wait()?;
    let Output {
        status: reading,
        stdout,
        ..
    } = output?;
    // Where the writer failed, the reader can only say that too little came.
    succeeded("writer", status, &mut writer_said)?;
    succeeded("reader", reading, &mut reader_said)?;
    Ok(String::from_utf8_lossy(&stdout).trim().to_owned())
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
