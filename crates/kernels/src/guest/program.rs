//! Our programs, run to their end, and what is expected of it.

use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// What is to be tried, by its name.
pub type Checks = Vec<(String, Box<dyn FnOnce() -> Result<()>>)>;

/// How a program ended, and what it had said.
#[derive(Debug)]
pub struct Ended {
    program: String,
    /// Its exit code, or minus the signal that ended it.
    code: i32,
    /// Its standard output.
    pub output: Vec<u8>,
    errors: String,
}

/// A program's command: words set apart by spaces.
pub fn command(line: &str) -> Command {
    let mut words = line.split(' ').filter(|word| !word.is_empty());
    let mut command = Command::new(words.next().expect("a program has a name"));
    command.args(words);
    command
}

impl Ended {
    /// Wants exit code 0 and nothing on standard error.
    pub fn cleanly(self) -> Result<Ended> {
        let Ended {
            program,
            code,
            errors,
            ..
        } = &self;
        ensure!(
            *code == 0 && errors.is_empty(),
            "{program} ended with {code}: {errors}"
        );
        Ok(self)
    }

    /// Wants exit code 0, and these words on standard error.
    pub fn noting(self, words: &str) -> Result<Ended> {
        self.saying(0, &[words])
    }

    /// Wants exit code 1, and these words on standard error.
    pub fn refusing(self, words: &[&str]) -> Result<Ended> {
        self.saying(1, words)
    }

    fn saying(self, wanted: i32, words: &[&str]) -> Result<Ended> {
        let Ended {
            program,
            code,
            errors,
            ..
        } = &self;
        ensure!(*code == wanted, "{program} ended with {code}: {errors}");
        match words.iter().find(|words| !errors.contains(**words)) {
            Some(missing) => bail!("{program} does not say '{missing}': {errors}"),
            None => Ok(self),
        }
    }
}

/// Starts it with a new pipe in the place of its standard output.
pub fn start_writer(mut command: Command) -> Result<(Child, io::PipeReader)> {
    let (reader, writer) = io::pipe()?;
    let name = command.get_program().to_string_lossy().into_owned();
    let child = command
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    Ok((child, reader))
}

/// Runs it to its end, with nothing to read.
pub fn run(mut command: Command) -> Result<Ended> {
    let name = command.get_program().to_string_lossy().into_owned();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    wait(
        &name,
        child.with_context(|| format!("cannot start {name}"))?,
    )
}

/// Runs both to their ends: the writer's, then the reader's.
pub fn run_pair(writer: Command, mut reader: Command) -> Result<[Ended; 2]> {
    let writer_name = writer.get_program().to_string_lossy().into_owned();
    let name = reader.get_program().to_string_lossy().into_owned();
    let (writer, pipe) = start_writer(writer)?;
    let child = reader
        .stdin(pipe)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    // It holds the pipe's reading end, which the reader alone should have.
    drop(reader);
    let read = wait(&name, child)?;
    Ok([wait(&writer_name, writer)?, read])
}

/// Waits for its end.
pub fn wait(program: &str, child: Child) -> Result<Ended> {
    let output = child.wait_with_output()?;
    let code = output.status.code();
    let signal = output.status.signal().map(|signal| -signal);
    Ok(Ended {
        program: program.to_owned(),
        code: code.or(signal).unwrap_or(i32::MIN),
        output: output.stdout,
        errors: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

/// Takes so many bytes from a writer, and then closes the pipe; wants a clean end.
pub fn taken(line: &str, length: usize) -> Result<Vec<u8>> {
    let (writer, pipe) = start_writer(command(line))?;
    let mut bytes = Vec::with_capacity(length);
    let mut wanted = pipe.take(length as u64);
    wanted.read_to_end(&mut bytes)?;
    drop(wanted);
    let ended = wait(line, writer)?;
    ensure!(
        bytes.len() == length,
        "{} bytes came of {length}: {ended:?}",
        bytes.len()
    );
    ended.cleanly()?;
    Ok(bytes)
}
