//! FizzBuzz, plainly, and beside it what a program writes: for exercise 7.

mod comparison;
mod difference;
mod lines;
mod spliced_on;

pub use comparison::{Comparison, wrong_line};
pub use difference::Difference;
pub use lines::{Lines, bytes_before};
pub use spliced_on::spliced_on;

/// The part of the book that helps.
pub const CHAPTER: &str = "FizzBuzz";
/// What a right program does.
pub const EXPECTED: &str = "lines for as long as the reader wants them";
