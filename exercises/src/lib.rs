//! The workshop: what is asked, what is checked, and how one is told.

pub mod contestant;
pub mod counter;
pub mod exercise;
pub mod hints;
pub mod partner;
pub mod progress;
pub mod race;
pub mod report;
pub mod reset;
pub mod signal;

pub mod speed;

mod short_writes;
