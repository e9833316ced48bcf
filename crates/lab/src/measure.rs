//! `lab measure`: interleaved, shuffled rounds of everything, kept row by row.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use common::say;
use indicatif::{ProgressBar, ProgressStyle};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use bench::pair::{self, Pair};
use bench::placement::{Distance, Placement};
use machine::facts;
use machine::memory_bandwidth::MemoryBandwidth;
use machine::noise::CpuTime;
use machine::roots::Roots;
use measured::machine::Machine;
use measured::plan::{self, Configuration, Subject};
use measured::runs::{self, Appender, Run};
use measured::statistics;
use measured::{self, Figures};

/// The options of `lab measure`.
#[derive(Args)]
pub struct Options {
    /// Measure the stages and the post's configurations alone, in under two minutes
    #[arg(long)]
    quick: bool,

    /// How many rounds [default: 15, or 5 with --quick]
    #[arg(long)]
    rounds: Option<u32>,

    /// The folder under book/measured that the data goes to
    #[arg(long, default_value = "yours")]
    machine: String,

    /// The writer's CPU and the reader's, as in 0,1 [default: two cores that share a cache]
    #[arg(long)]
    cpus: Option<String>,
}

/// How a folder's runs were made: measurement.toml, beside them.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// Whether it is the short form.
    pub quick: bool,
    /// How many rounds it is to have.
    pub rounds: u32,
    /// What kept the figures from being better, in words; empty before the end.
    #[serde(default)]
    pub noise: Vec<String>,
}

/// How long one run should take, about: long against the few milliseconds in
/// which a program starts, short enough for many rounds.
const RUN: Duration = Duration::from_millis(400);

/// Measures, or goes on where an interrupted measurement stopped.
///
/// # Errors
///
/// When the programs are missing, or the folder cannot be written.
pub fn run(options: &Options) -> Result<()> {
    let placement = Placement::choose(options.cpus.as_deref())?;
    let folder = measured::folder(&options.machine);
    let rounds = options.rounds.unwrap_or(if options.quick { 5 } else { 15 });
    let wanted = Measurement {
        quick: options.quick,
        rounds,
        noise: Vec::new(),
    };
    let configurations: Vec<_> = plan::configurations(options.quick)
        .into_iter()
        .filter(|configuration| fits(configuration, &placement))
        .collect();
    let machine = facts::gather(&options.machine, &Roots::of_this_machine(), &placement);
    let done = begin_or_resume(&folder, &machine, &wanted, &configurations)?;
    say(format_args!(
        "Measuring into {}; {placement}.",
        folder.display()
    ));
    if !done.is_empty() {
        say(format_args!(
            "Going on after {} runs. (rm {}/{} to begin anew)",
            done.len(),
            folder.display(),
            runs::FILE
        ));
    }

    let bench = Bench::new(&placement)?;
    let subjects = warm_up(&bench, &configurations)?;
    measure_rounds(&bench, &subjects, rounds, &done, &folder)?;

    let figures = Figures::read(&folder)?;
    let noise = noise_report(&figures);
    write_measurement(
        &folder,
        &Measurement {
            noise: noise.clone(),
            ..wanted
        },
    )?;
    for line in &noise {
        say(format_args!("noise: {line}"));
    }
    say("Done: `make chart` shows it, and the book does once it is built again.");
    Ok(())
}

/// Two ends need two CPUs to be measured on two.
fn fits(configuration: &Configuration, placement: &Placement) -> bool {
    match configuration.subject {
        Subject::Pipe { one_cpu: false, .. } => placement.distance != Distance::OneCpu,
        _ => true,
    }
}

/// What the folder holds of this very measurement; other data is moved aside.
fn begin_or_resume(
    folder: &Path,
    machine: &Machine,
    wanted: &Measurement,
    configurations: &[Configuration],
) -> Result<HashSet<(u32, String, String)>> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join(runs::FILE);
    let same_machine =
        Machine::read(&folder.join("machine.toml")).is_ok_and(|old| is_same(&old, machine));
    let same_plan = read_measurement(folder).is_ok_and(|old| old == *wanted);
    if same_machine && same_plan {
        let done: HashSet<_> = runs::read(&path)?
            .into_iter()
            .map(|run| (run.round, run.group, run.name))
            .collect();
        if done.len() < configurations.len() * wanted.rounds as usize {
            return Ok(done);
        }
    }
    if path.exists() {
        let aside = folder.join("runs.previous.csv");
        fs::rename(&path, &aside)
            .with_context(|| format!("cannot move {} aside", path.display()))?;
        say(format_args!(
            "What was measured before is now in {}.",
            aside.display()
        ));
    }
    machine.write(&folder.join("machine.toml"))?;
    write_measurement(folder, wanted)?;
    Ok(HashSet::new())
}

/// Whether figures of the one can stand beside figures of the other.
fn is_same(one: &Machine, other: &Machine) -> bool {
    let of_any_time = |machine: &Machine| Machine {
        date: String::new(),
        ..machine.clone()
    };
    of_any_time(one) == of_any_time(other)
}

fn read_measurement(folder: &Path) -> Result<Measurement> {
    Ok(toml::from_str(&fs::read_to_string(
        folder.join("measurement.toml"),
    )?)?)
}

fn write_measurement(folder: &Path, measurement: &Measurement) -> Result<()> {
    measured::write_whole(
        &folder.join("measurement.toml"),
        toml::to_string(measurement)?.as_bytes(),
    )
}

/// A configuration with what its warm-up showed.
struct Prepared<'plan> {
    configuration: &'plan Configuration,
    bytes: u64,
}

/// Where the programs are, and where they run.
struct Bench<'run> {
    programs: PathBuf,
    placement: &'run Placement,
}

impl<'run> Bench<'run> {
    fn new(placement: &'run Placement) -> Result<Bench<'run>> {
        let programs = pair::programs_folder()?;
        if !programs.join("stage1-write").exists() {
            bail!("the stages are not built beside me: run `make measure`");
        }
        Ok(Bench {
            programs,
            placement,
        })
    }

    /// One run: GiB/s and what ran, or nothing where a program failed.
    fn run(&self, subject: &Subject, bytes: u64) -> Result<Option<(f64, String)>> {
        let Subject::Pipe {
            writer,
            reader,
            one_cpu,
        } = subject
        else {
            let bandwidth = MemoryBandwidth::measure(self.placement.writer, RUN)?;
            return Ok(Some(match subject {
                Subject::MemoryRead => (bandwidth.read, "lab: sequential read".to_owned()),
                _ => (bandwidth.copy, "lab: memcpy".to_owned()),
            }));
        };
        let bytes_to_pipe = [
            "--bytes-to-pipe".to_owned(),
            bytes.to_string(),
            "--csv".to_owned(),
        ];
        let pair = Pair::new(
            self.beside(writer),
            self.beside(reader)
                .into_iter()
                .chain(bytes_to_pipe)
                .collect(),
            &self.cpus(*one_cpu),
        )
        .quiet();
        let output = pair.run()?;
        let row = String::from_utf8_lossy(&output.stdout);
        let gib_per_s = row.split(',').next().and_then(|column| column.parse().ok());
        Ok(gib_per_s
            .filter(|_| output.status.success())
            .map(|gib_per_s| (gib_per_s, pair.shell_command())))
    }

    fn beside(&self, line: &[String]) -> Vec<String> {
        let program = self.programs.join(&line[0]).display().to_string();
        [&[program], &line[1..]].concat()
    }

    fn cpus(&self, one_cpu: bool) -> Placement {
        let mut placement = self.placement.clone();
        if one_cpu {
            placement.reader = placement.writer;
            placement.distance = Distance::OneCpu;
        }
        placement
    }
}

/// Runs each configuration for a moment, to see how many bytes it moves in a
/// run; what does not work on this machine is left out, and named.
fn warm_up<'plan>(
    bench: &Bench,
    configurations: &'plan [Configuration],
) -> Result<Vec<Prepared<'plan>>> {
    const FIRST_TRY: u64 = 64 << 20;
    let bar = progress_bar(configurations.len() as u64, "warming up");
    let mut prepared = Vec::new();
    for configuration in configurations {
        match bench.run(&configuration.subject, FIRST_TRY)? {
            Some((gib_per_s, _)) => {
                let bytes = gib_per_s * f64::from(1 << 30) * RUN.as_secs_f64();
                // Whole MiB, so that every buffer size divides it.
                let bytes = (bytes as u64 >> 20).max(16) << 20;
                prepared.push(Prepared {
                    configuration,
                    bytes,
                });
            }
            None => bar.suspend(|| {
                say(format_args!(
                    "left out, it does not work here: {}/{}",
                    configuration.group, configuration.name
                ));
            }),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(prepared)
}

fn measure_rounds(
    bench: &Bench,
    subjects: &[Prepared],
    rounds: u32,
    done: &HashSet<(u32, String, String)>,
    folder: &Path,
) -> Result<()> {
    let mut appender = Appender::open(&folder.join(runs::FILE))?;
    let bar = progress_bar(u64::from(rounds) * subjects.len() as u64, "measuring");
    for round in 1..=rounds {
        let mut order: Vec<&Prepared> = subjects.iter().collect();
        // In random order, so that what swings with time swings for all alike.
        order.shuffle(&mut StdRng::seed_from_u64(u64::from(round)));
        for Prepared {
            configuration,
            bytes,
        } in order
        {
            let (group, name) = (configuration.group.to_owned(), configuration.name.clone());
            if !done.contains(&(round, group.clone(), name.clone())) {
                let before = CpuTime::now();
                let result = bench.run(&configuration.subject, *bytes)?;
                let (gib_per_s, command) =
                    result.with_context(|| format!("{group}/{name} failed after it had worked"))?;
                appender.append(&Run {
                    round,
                    group,
                    name,
                    gib_per_s,
                    bytes: *bytes,
                    stolen: CpuTime::now().stolen_since(&before),
                    cpus: format!("{},{}", bench.placement.writer, bench.placement.reader),
                    command,
                })?;
            }
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    Ok(())
}

fn progress_bar(length: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}, {eta} left");
    ProgressBar::new(length)
        .with_style(style.expect("the template is constant"))
        .with_message(what)
}

/// What kept the figures from being better, and what to do about it.
fn noise_report(figures: &Figures) -> Vec<String> {
    let mut report = Vec::new();
    let runs = figures.runs();
    let stolen = runs.iter().map(|run| run.stolen).sum::<f64>() / runs.len().max(1) as f64;
    if stolen > 0.01 {
        report.push(format!(
            "the hypervisor gave {:.0}% of the CPU time to others: measure again at a calmer hour",
            stolen * 100.0
        ));
    }
    let before = CpuTime::now();
    std::thread::sleep(Duration::from_secs(1));
    let busy = CpuTime::now().busy_since(&before);
    if busy > 0.05 {
        report.push(format!(
            "something else keeps {:.0}% of the CPUs busy: close it, and measure again",
            busy * 100.0
        ));
    }
    let names = figures.names();
    let wide: Vec<_> = names
        .iter()
        .filter(|name| {
            figures
                .estimate(name)
                .is_some_and(|estimate| estimate.spread() > 0.1)
        })
        .cloned()
        .collect();
    if !wide.is_empty() {
        report.push(format!(
            "{} of {} intervals are wider than 10%, such as that of {}: more rounds help (ROUNDS=30)",
            wide.len(),
            names.len(),
            wide[0]
        ));
    }
    let drifts: Vec<f64> = names
        .iter()
        .filter_map(|name| statistics::drift(&figures.values(name)))
        .collect();
    if drifts.len() * 10 > names.len() && statistics::median(&drifts) < -0.05 {
        report.push(format!(
            "speeds fell by {:.0}% from the first round to the last: heat or power saving; \
             plug in, cool down, or set the governor to performance",
            -statistics::median(&drifts) * 100.0
        ));
    }
    let outliers: usize = names
        .iter()
        .map(|name| statistics::outliers(&figures.values(name)).len())
        .sum();
    if outliers * 10 > runs.len() {
        report.push(format!(
            "{outliers} of {} runs are far from the others of their kind: something comes and goes on this machine",
            runs.len()
        ));
    }
    report
}
