//! What the book is built with.

use super::check::Check;
use super::profiling::version_of;

/// The machine's own, and the one that `make book` installs.
const PLACES: [&str; 2] = ["mdbook", "target/mdbook/bin/mdbook"];

pub fn check() -> Check {
    let mut found = PLACES.into_iter().filter_map(version_of);
    // The series that `make book` takes.
    match found.find(|version| version.contains("v0.5.")) {
        Some(version) => Check::ok("mdbook", version),
        None => Check::limited(
            "mdbook",
            "no mdbook 0.5 here",
            "no stage needs it; make book installs it, which takes some minutes",
        )
        .mended_by("make book"),
    }
}
