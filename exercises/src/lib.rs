//! The workshop: what is asked, what is checked, and how one is told.

// The program.
pub mod checking;
pub mod exercise;
pub mod hints;
pub mod overview;
pub mod progress;
pub mod reset;
pub mod watch;

// What it checks, and how.
mod checks;
pub mod support;

// What the starters are given.
pub mod counter;
pub mod pages;
pub mod signal;
pub mod wait;
pub mod whose;
