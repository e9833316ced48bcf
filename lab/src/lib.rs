//! Runs the stages the way a reader does, as processes on chosen CPUs.

pub mod cpu_list;
pub mod knobs;
#[cfg(feature = "full")]
pub mod measured;
pub mod memory;
#[cfg(feature = "full")]
pub mod pages;
pub mod pair;
pub mod placement;
pub mod stages;
