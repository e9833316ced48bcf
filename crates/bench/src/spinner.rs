//! What moves on a terminal while something runs.

use std::thread;
use std::time::Duration;

use indicatif::ProgressBar;

/// Draws `bar` anew ten times a second until it is finished or dropped. Where it
/// is not to be seen no thread is started, and where there is none to be had it
/// stands still.
pub fn keep_turning(bar: &ProgressBar) {
    if bar.is_hidden() {
        return;
    }
    let bar = bar.downgrade();
    // A failure to start is the only error, and a bar no reason to stop.
    let _ = thread::Builder::new().spawn(move || {
        while let Some(bar) = bar.upgrade().filter(|bar| !bar.is_finished()) {
            bar.tick();
            drop(bar);
            thread::sleep(Duration::from_millis(100));
        }
    });
}
