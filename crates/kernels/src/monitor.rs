//! QEMU's monitor: a machine told to stop, to go on, and to write down what it runs.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};

const PROMPT: &str = "(qemu) ";

/// Who listens to commands.
pub struct Monitor(UnixStream);

impl Monitor {
    /// The one of a machine that runs, at this socket.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn of(socket: &Path) -> Result<Monitor> {
        let stream = UnixStream::connect(socket)
            .with_context(|| format!("QEMU's monitor does not answer at {}", socket.display()))?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let mut monitor = Monitor(stream);
        monitor.answer()?;
        Ok(monitor)
    }

    /// Gives a command, and waits until it is done.
    ///
    /// # Errors
    ///
    /// When QEMU does not know it, or has gone.
    pub fn tell(&mut self, command: &str) -> Result<()> {
        self.0.write_all(format!("{command}\n").as_bytes())?;
        let answer = self.answer()?;
        if answer.contains("unknown command") || answer.contains("Error") {
            bail!("QEMU does not do '{command}': {}", answer.trim());
        }
        Ok(())
    }

    /// What it says before it asks for the next command.
    fn answer(&mut self) -> Result<String> {
        let mut said = Vec::new();
        let mut part = [0; 4096];
        loop {
            let count = self.0.read(&mut part).context("QEMU's monitor is silent")?;
            if count == 0 {
                bail!("QEMU's monitor has gone");
            }
            said.extend_from_slice(&part[..count]);
            if said.ends_with(PROMPT.as_bytes()) {
                return Ok(String::from_utf8_lossy(&said).into_owned());
            }
        }
    }
}
