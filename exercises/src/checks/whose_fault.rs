//! Exercise 8: three slow pipelines. Whose fault is it, and what can be mended?

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::process::Stdio;

use common::{pipe, size};
use rustix::pipe::PipeFlags;

use crate::support::contestant::Contestant;
use crate::support::partner::Partner;
use crate::support::report::{Fault, Report};
use crate::support::running::Ending;
use crate::whose::BLOCK;

const CHAPTER: &str = "every knob: pipe size";
const ANSWERS: [(&str, &str); 3] = [
    ("lines", "writer"),
    ("bursts", "pipe"),
    ("digest", "reader"),
];
/// What a buffered writer puts into each call, at least.
const PER_CALL: usize = 1 << 10;

pub fn check(yours: &Contestant, report: &mut Report) -> Result<(), Fault> {
    let came = Contestant::beside_me("whose-fault", &[])?;
    for (name, _) in ANSWERS {
        report.step(&format!("{name}: the same result"), || {
            same_result(yours, &came, name)
        })?;
    }
    report.step("whose fault each is", || answers(yours))?;
    report.step("lines: 1 KiB or more with each call", || many_bytes(yours))?;
    report.step("bursts: the pipe has room for one", || {
        room_for_a_burst(yours)
    })
}

/// How much the writer of *lines* puts into the pipe with each call. A speed would depend
/// on what else the machine does; this does not.
fn many_bytes(yours: &Contestant) -> Result<String, Fault> {
    // Each call's bytes come out apart from the next one's, in parts of up to a page:
    // O_DIRECT of pipe(2).
    let (output, writer) = rustix::pipe::pipe_with(PipeFlags::DIRECT | PipeFlags::CLOEXEC)?;
    let running = yours.with(&["lines", "write"]);
    let mut running = running.start(Stdio::null(), writer, None)?;
    let output = Partner::new(output);
    let (mut bytes, mut calls) = (0, 0);
    let mut part = vec![0; 64 << 10];
    let stopped = loop {
        match output.read(&mut part) {
            Ok(0) => break false,
            Ok(count) => {
                bytes += count;
                calls += 1;
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => break true,
            Err(error) => return Err(error.into()),
        }
    };
    drop(output);
    running.end()?;
    let each = bytes / calls.max(1);
    if stopped || each < PER_CALL {
        return Err(Fault::wrong(
            format!("{PER_CALL} bytes or more with each call"),
            format!(
                "{each}, and so {} calls for each MiB: who could collect lines before they are written?",
                (1 << 20) / each.max(1)
            ),
            CHAPTER,
        ));
    }
    Ok(String::new())
}

/// How large the pipe of *bursts* is in the end, whoever has asked for it.
fn room_for_a_burst(yours: &Contestant) -> Result<String, Fault> {
    let (_, writer) = pipe::new()?;
    // Whether this user may have that.
    pipe::set_size(writer, BLOCK)?;
    let (reader, writer) = pipe::new()?;
    let seen = reader.as_fd().try_clone_to_owned()?;
    // The ends are as in a shell's pipeline, but that the pipe is ours.
    let both = r#"exec 3<&0 </dev/null; "$1" bursts read <&3 3<&- >/dev/null &
                  exec 3<&-; "$1" bursts write; exec >&-; wait"#;
    let program = yours.program.display().to_string();
    shell([both, "sh", &program])
        .start(reader, writer, None)?
        .end()?;
    let size = pipe::size(&seen)?;
    if size < BLOCK {
        return Err(Fault::wrong(
            format!("a pipe of {} or more", size::format(BLOCK as u64)),
            format!(
                "{}. Does the writer wait while the reader works, and the reader while the \
                 writer does? Where could a burst wait instead?",
                size::format(size as u64)
            ),
            CHAPTER,
        ));
    }
    Ok(String::new())
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

/// What the pipeline of these ends has found. A shell runs it, as anybody's.
fn result(
    writer: &Contestant,
    reader: &Contestant,
    name: &str,
) -> Result<(String, Option<Ending>), Fault> {
    let (output, result) = pipe::new()?;
    let both = r#""$1" "$3" write | "$2" "$3" read"#;
    let [writer, reader] = [writer, reader].map(|end| end.program.display().to_string());
    let shell = shell([both, "sh", &writer, &reader, name]);
    let mut running = shell.start(Stdio::null(), result, None)?;
    match Partner::new(OwnedFd::from(output)).read_words() {
        Ok(words) => Ok((words, running.end()?)),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            Ok(("nothing".to_owned(), running.end()?))
        }
        Err(error) => Err(error.into()),
    }
}

fn shell<const COUNT: usize>(words: [&str; COUNT]) -> Contestant {
    Contestant {
        program: "/bin/sh".into(),
        arguments: ["-c"].into_iter().chain(words).map(str::to_owned).collect(),
    }
}
