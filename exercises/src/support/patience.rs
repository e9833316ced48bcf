//! How long a check waits for a program.
//!
//! Time in which the check itself was stopped, as by Ctrl-Z, and the program with it,
//! must not count: what is waited for is asked after in pieces, each of which a stop
//! uses up once.

use std::io;
use std::thread;
use std::time::Duration;

/// How long a program may take to end, once it should.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// One after the other, they are [`PATIENCE`].
pub const PIECE: Duration = Duration::from_secs(1);

const NAP: Duration = Duration::from_millis(2);

/// Looks until there is something, and naps in between; `None` when patience ends.
///
/// # Errors
///
/// Those of looking.
pub fn patiently<T>(mut look: impl FnMut() -> io::Result<Option<T>>) -> io::Result<Option<T>> {
    for _ in 0..PATIENCE.as_millis() / NAP.as_millis() {
        let found = look()?;
        if found.is_some() {
            return Ok(found);
        }
        thread::sleep(NAP);
    }
    Ok(None)
}

/// Does this for a piece of patience after the other, until it says that it is done.
///
/// # Errors
///
/// Its own.
pub fn in_pieces(mut done: impl FnMut(Duration) -> io::Result<bool>) -> io::Result<bool> {
    for _ in 0..PATIENCE.as_secs() / PIECE.as_secs() {
        if done(PIECE)? {
            return Ok(true);
        }
    }
    Ok(false)
}
