//! Exercise 8: three slow pipelines. Whose fault is it, and what can be mended?

use std::io;
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::time::Instant;

use common::pipe;

use crate::support::contestant::Contestant;
use crate::support::partner::Partner;
use crate::support::race::{self, Run};
use crate::support::report::{Fault, Report};
use crate::support::running::Ending;
use crate::support::speed;

const CHAPTER: &str = "every knob: pipe size";
const ANSWERS: [(&str, &str); 3] = [
    ("lines", "writer"),
    ("bursts", "pipe"),
    ("digest", "reader"),
];
/// What a buffer gives, and a pipe with room for a burst, at least.
const LINES: f64 = 3.0;
const BURSTS: f64 = 1.25;

pub fn check(yours: &Contestant, report: &mut Report) -> Result<(), Fault> {
    let came = Contestant::beside_me("whose-fault", &[])?;
    for (name, _) in ANSWERS {
        report.step(&format!("{name}: the same result"), || {
            same_result(yours, &came, name)
        })?;
    }
    report.step("whose fault each is", || answers(yours))?;
    let faster = |name, needed, question| {
        let race = race::run(
            &[needed],
            || run(yours, yours, name),
            || run(&came, &came, name),
        )?;
        let baseline = "the speed of the pipeline that came";
        race.verdict(needed).or_fault(baseline, question, CHAPTER)
    };
    report.step(&format!("lines: at least {LINES}x as fast"), || {
        faster(
            "lines",
            LINES,
            "how many calls does it take to write a MiB?",
        )
    })?;
    speed::two_cpus()?;
    report.step(&format!("bursts: at least {BURSTS}x as fast"), || {
        let question = "does the writer wait while the reader works, and the reader while the \
                        writer does? Where could a burst wait instead?";
        faster("bursts", BURSTS, question)
    })
}

/// Either end of yours must still fit to the other one as it came.
fn same_result(yours: &Contestant, came: &Contestant, name: &str) -> Result<String, Fault> {
    let (expected, _) = result(came, came, name)?;
    for (writer, reader, ends) in [
        (yours, yours, "your two ends"),
        (yours, came, "your writer, and the reader that came"),
        (came, yours, "the writer that came, and your reader"),
    ] {
        let (result, ending) = result(writer, reader, name)?;
        if result != expected {
            let said = ending.map_or("no end".to_owned(), |ending| ending.in_words());
            return Err(Fault::wrong(
                format!("{expected} from {ends}, as before"),
                format!("{result:?}; {said}"),
                CHAPTER,
            ));
        }
    }
    Ok(String::new())
}

fn answers(yours: &Contestant) -> Result<String, Fault> {
    let (output, writer) = pipe::new()?;
    let mut running = yours.with(&["whose"]).start(Stdio::null(), writer, None)?;
    let given = Partner::new(output.into()).read_words()?;
    running.end()?;
    for (name, answer) in ANSWERS {
        let line = given.lines().find_map(|line| line.strip_prefix(name));
        if line.map(str::trim) != Some(answer) {
            let program = yours.program.display();
            return Err(Fault::wrong(
                format!("for {name}, what a look at it shows"),
                format!(
                    "{}. Watch it, as it came:\n\
                     make pipeline CMD='{program} {name} write | {program} {name} read'",
                    line.map_or("no answer".to_owned(), |line| format!("'{}'", line.trim()))
                ),
                CHAPTER,
            ));
        }
    }
    Ok(String::new())
}

/// Runs of a pipeline as a second: the more, the faster.
fn run(writer: &Contestant, reader: &Contestant, name: &str) -> Result<Run, Fault> {
    let start = Instant::now();
    result(writer, reader, name)?;
    Ok(Run {
        speed: 1.0 / start.elapsed().as_secs_f64(),
        starved: false,
    })
}

/// What the pipeline of these ends has found. A shell runs it, as anybody's.
fn result(
    writer: &Contestant,
    reader: &Contestant,
    name: &str,
) -> Result<(String, Option<Ending>), Fault> {
    let (output, result) = pipe::new()?;
    let shell = Contestant {
        program: "/bin/sh".into(),
        arguments: ["-c", r#""$1" "$3" write | "$2" "$3" read"#, "sh"]
            .into_iter()
            .map(str::to_owned)
            .chain([writer, reader].map(|end| end.program.display().to_string()))
            .chain([name.to_owned()])
            .collect(),
    };
    let mut running = shell.start(Stdio::null(), result, None)?;
    match Partner::new(OwnedFd::from(output)).read_words() {
        Ok(words) => Ok((words, running.end()?)),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            Ok(("nothing".to_owned(), running.end()?))
        }
        Err(error) => Err(error.into()),
    }
}
