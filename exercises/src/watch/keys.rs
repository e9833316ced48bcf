//! Keys, one at a time.

use std::io;
use std::sync::mpsc::{self, Sender};
use std::thread;

use anyhow::{Context, Result};
use console::{Key, Term};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

use super::happening::Happening;

/// Whether keys can be read, and somebody sees what is shown.
pub fn at_a_terminal() -> bool {
    Term::stdout().is_term() && std::io::IsTerminal::is_terminal(&std::io::stdin())
}

/// The thread that waits for keys. It waits for the next one only when it is told to: while it
/// does, the terminal is set up for that.
pub struct Keys {
    next: Sender<()>,
    /// How the terminal is set up for a shell.
    terminal: Option<Termios>,
}

impl Keys {
    /// Tells of each key.
    ///
    /// # Errors
    ///
    /// When no thread can be had.
    pub fn listen(tell: Sender<Happening>) -> Result<Keys> {
        let terminal = tcgetattr(io::stdin()).ok();
        let (next, wanted) = mpsc::channel();
        let listen = move || {
            let terminal = Term::stdout();
            while let Ok(()) = wanted.recv() {
                let key = match terminal.read_key() {
                    Ok(Key::Char(key)) => key,
                    Ok(_) => '\0',
                    // Nobody is there any more.
                    Err(_) => 'q',
                };
                if tell.send(Happening::Key(key)).is_err() {
                    break;
                }
            }
        };
        thread::Builder::new()
            .spawn(listen)
            .context("cannot start a thread that waits for keys")?;
        let keys = Keys { next, terminal };
        keys.go_on();
        Ok(keys)
    }

    /// The key that was told of has been dealt with.
    pub fn go_on(&self) {
        let _ = self.next.send(());
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        if let Some(terminal) = &self.terminal {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, terminal);
        }
    }
}
