//! One change of the learner's file: built, and then checked, unless it is cut short.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal};

use super::happening::Happening;
use super::screen::{self, Screen};
use crate::exercise::Exercise;

/// How often a check under way is asked whether it has ended.
const LOOK: Duration = Duration::from_millis(20);

/// A compiler or a check that is under way, or has ended.
pub struct Trial<'a> {
    screen: &'a Screen,
    check: Option<(Child, thread::JoinHandle<Vec<String>>)>,
}

impl Trial<'_> {
    /// Builds the file, shows the compiler's first message if it has one, and starts the check
    /// if it has none.
    ///
    /// # Errors
    ///
    /// When cargo or the check cannot be started.
    pub fn start<'a>(
        exercise: &Exercise,
        exercises: &Path,
        screen: &'a Screen,
    ) -> Result<Trial<'a>> {
        screen.show("compiling …")?;
        if let Some(message) = compile(exercise)? {
            screen.show(&message)?;
            return Ok(Trial {
                screen,
                check: None,
            });
        }
        screen.clear()?;
        let me = std::env::current_exe().context("cannot find myself")?;
        let mut check = Command::new(me)
            .args(["--end-with-parent", "check", &exercise.number.to_string()])
            .arg("--exercises")
            .arg(exercises)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the check")?;
        let account = check.stdout.take().context("its output is a pipe")?;
        let listening = thread::Builder::new()
            .spawn(move || listen(account))
            .context("cannot start a thread that listens to the check")?;
        Ok(Trial {
            screen,
            check: Some((check, listening)),
        })
    }

    /// Waits for what the learner does. When the check ends before, its account is shown.
    ///
    /// # Errors
    ///
    /// When the terminal takes no more.
    pub fn until(&mut self, happenings: &Receiver<Happening>) -> Result<Happening> {
        loop {
            let happening = happenings.recv_timeout(LOOK);
            match happening {
                Ok(happening) => {
                    if let Happening::Saved = happening {
                        self.cut_short();
                    }
                    return Ok(happening);
                }
                Err(RecvTimeoutError::Timeout) => self.show_what_has_ended()?,
                Err(RecvTimeoutError::Disconnected) => return Ok(Happening::Key('q')),
            }
        }
    }

    fn show_what_has_ended(&mut self) -> Result<()> {
        let Some((check, _)) = &mut self.check else {
            return Ok(());
        };
        if check
            .try_wait()
            .context("cannot wait for the check")?
            .is_none()
        {
            return Ok(());
        }
        if let Some((_, listening)) = self.check.take() {
            let account = listening.join().unwrap_or_default();
            self.screen.show(&screen::fitting(&account))?;
        }
        Ok(())
    }

    /// Ends the check, if it is under way, and what it has started.
    pub fn cut_short(&mut self) {
        if let Some((mut check, listening)) = self.check.take() {
            let _ = rustix::process::kill_process(Pid::from_child(&check), Signal::INT);
            let _ = check.wait();
            let _ = listening.join();
        }
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        self.cut_short();
    }
}

/// The compiler's messages, the first one first, if the file does not compile.
fn compile(exercise: &Exercise) -> Result<Option<String>> {
    let me = std::env::current_exe().context("cannot find myself")?;
    // Cargo puts this program into a folder named for its profile, and that, where its
    // configuration says what to build for, into one named for it; above lies what cargo knows.
    let (profile, platform) = (me.ancestors().nth(2), me.ancestors().nth(3));
    let target = platform
        .filter(|folder| folder.join(".rustc_info.json").exists())
        .or(profile)
        .context("no folder of mine")?;
    let built = Command::new("cargo")
        .args(["build", "--quiet", "--release", "--package", "exercises"])
        .args(["--bin", &format!("exercise{}", exercise.number)])
        .args(["--color", "always", "--target-dir"])
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .output()
        .context("cannot start cargo, which builds your file")?;
    let message = String::from_utf8_lossy(&built.stderr).into_owned();
    Ok((!built.status.success()).then_some(message))
}

/// Shows each line of the account when it comes, as long as there is room, and keeps all.
fn listen(account: ChildStdout) -> Vec<String> {
    let mut kept = Vec::new();
    for line in BufReader::new(account).lines().map_while(Result::ok) {
        if kept.len() < screen::LINES {
            screen::add(&line);
        }
        kept.push(line);
    }
    kept
}
