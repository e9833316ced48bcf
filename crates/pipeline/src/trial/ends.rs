//! What a command that is run again reads, and where its output goes.

use std::fs::File;
use std::io::{self, IsTerminal, PipeReader, PipeWriter, Read, Seek, SeekFrom};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result, bail};
use common::pipe;
use rustix::event::{PollFd, PollFlags};

/// A standard input that can be had again.
pub enum Input {
    /// Nothing.
    Null,
    /// A file, from this place on.
    File(OwnedFd, u64),
}

impl Input {
    /// Standard input as it is now.
    ///
    /// # Errors
    ///
    /// When nobody can read it a second time.
    pub fn of_standard_input() -> Result<Input> {
        let stdin = io::stdin();
        let mut file = File::from(stdin.as_fd().try_clone_to_owned()?);
        let kind = file.metadata()?.file_type();
        if stdin.is_terminal() || kind.is_char_device() {
            return Ok(Input::Null);
        }
        if !kind.is_file() {
            bail!(
                "to try means to run the command again, and standard input can be read only once\n\
                 give it a file (lab pipeline --try -- '...' < FILE) or nothing (< /dev/null)"
            );
        }
        let place = file.stream_position()?;
        Ok(Input::File(file.into(), place))
    }

    /// What it is, in words.
    pub fn in_words(&self) -> &'static str {
        match self {
            Input::Null => "Standard input is /dev/null",
            Input::File(..) => "Standard input is the same file, opened again",
        }
    }

    /// Makes it standard input, from its beginning.
    ///
    /// # Errors
    ///
    /// When the file is not to be had any more.
    pub fn give(&self) -> Result<()> {
        let file = match self {
            Input::Null => common::dev_null()?,
            Input::File(held, place) => {
                let path = format!("/proc/self/fd/{}", held.as_raw_fd());
                let mut file = File::open(path).context("cannot open standard input again")?;
                file.seek(SeekFrom::Start(*place))?;
                file
            }
        };
        Ok(rustix::stdio::dup2_stdin(file)?)
    }
}

/// Takes what the command puts out, and drops it: programs do other work for /dev/null.
pub struct Drain {
    thread: JoinHandle<u64>,
    stop: PipeWriter,
}

/// The end that is read, before the command is started.
pub struct Outlet(PipeReader);

impl Outlet {
    /// Makes a pipe standard output.
    ///
    /// # Errors
    ///
    /// When there is none to be had.
    pub fn give() -> Result<Outlet> {
        let (read, write) = pipe::new()?;
        rustix::stdio::dup2_stdout(write)?;
        Ok(Outlet(read))
    }

    /// Begins to take what comes, in a thread: it must be over before anything is forked.
    ///
    /// # Errors
    ///
    /// When there is no thread to be had.
    pub fn drain(self) -> Result<Drain> {
        let (stopped, stop) = pipe::new()?;
        let thread = thread::Builder::new()
            .spawn(move || take(self.0, &stopped))
            .context("cannot start a thread that takes the output")?;
        Ok(Drain { thread, stop })
    }
}

impl Drain {
    /// Ends it, when the shell has ended: who stays behind may hold the pipe for ever.
    /// Returns how many bytes have come.
    pub fn stop(self) -> u64 {
        drop(self.stop);
        self.thread.join().unwrap_or_default()
    }
}

fn take(mut pipe: PipeReader, stopped: &PipeReader) -> u64 {
    let mut buffer = vec![0; 256 << 10];
    let mut taken = 0;
    loop {
        let mut fds = [&pipe, stopped].map(|it| PollFd::new(it, PollFlags::IN));
        let polled = rustix::event::poll(&mut fds, None);
        let [has_bytes, is_over] = fds.map(|fd| !fd.revents().is_empty());
        match polled {
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return taken,
            Ok(_) if has_bytes => match pipe.read(&mut buffer) {
                Ok(0) | Err(_) => return taken,
                Ok(count) => taken += count as u64,
            },
            Ok(_) if is_over => return taken,
            Ok(_) => {}
        }
    }
}
