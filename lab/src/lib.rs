//! Runs the stages the way a reader does, as processes on chosen CPUs.

pub mod cpu_list;
pub mod pair;
pub mod placement;
pub mod stages;
