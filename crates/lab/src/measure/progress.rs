//! How far a measurement has come.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar for so many steps, on a terminal; in a pipe indicatif draws nothing.
pub fn bar(length: usize, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}, {eta} left");
    ProgressBar::new(length as u64)
        .with_style(style.expect("the template is constant"))
        .with_message(what)
}
