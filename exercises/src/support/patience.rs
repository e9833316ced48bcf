//! How long a check waits for a program.

use std::time::Duration;

/// How long a program may take to end, once it should.
pub const PATIENCE: Duration = Duration::from_secs(5);
