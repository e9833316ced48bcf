//! Flame graphs from the stacks that perf saw: in the colors of the page they stand in, or as
//! files of their own; and the table that stands in their place where a screen is too small.

mod drawing;
mod shares;
mod table;

pub use shares::FlameGraph;
