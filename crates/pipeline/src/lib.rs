//! The doctor for any pipe: who waits for whom in a pipeline, and what would help.

mod account;
mod arrow;
mod attach;
mod bound;
mod calls;
mod counters;
mod descriptors;
mod doing;
mod family;
mod held;
mod keeper;
mod moved;
mod numbers;
mod options;
mod peek;
mod program_name;
mod rate;
mod reason;
mod report;
mod run;
mod scene;
mod seen;
mod signals;
mod small_file;
mod standstill;
mod tally;
mod thread_state;
mod trial;
mod verdict;
mod view;
mod watched;
mod watcher;
mod words;

pub use options::{Options, run};
