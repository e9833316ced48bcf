//! Runs the stages the way a reader does, as processes on chosen CPUs.

pub mod cpu_list;
#[cfg(feature = "full")]
pub mod measured;
pub mod pair;
#[cfg(feature = "full")]
pub mod perf;
#[cfg(feature = "full")]
pub mod perf_event;
pub mod placement;
pub mod stages;
