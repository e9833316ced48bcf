//! The workshop: what is asked, what is checked, and how one is told.

pub mod contestant;
pub mod counter;
pub mod exercise;
pub mod fizzbuzz_lines;
pub mod hints;
mod orphans;
pub mod pages;
pub mod partner;
pub mod progress;
pub mod race;
pub mod report;
pub mod reset;
pub mod signal;
pub mod speed;
pub mod stream;
pub mod wait;

mod count_without_looking;
mod faster_yes;
mod fizzbuzz;
mod is_it_huge;
mod lying_buffer;
mod short_writes;
mod spin_then_sleep;
