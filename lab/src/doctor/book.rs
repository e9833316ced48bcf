//! What the book is built with.

use super::check::Check;
use super::profiling::version_of;

pub fn check() -> Check {
    match version_of("mdbook") {
        Some(version) => Check::ok("mdbook", version),
        None => Check::limited(
            "mdbook",
            "not in PATH",
            "no stage needs it; make book installs it, which takes some minutes",
        )
        .mended_by("make book"),
    }
}
