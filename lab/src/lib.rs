//! Runs the stages the way a reader does, as processes on chosen CPUs.

pub mod cpu_list;
#[cfg(feature = "full")]
pub mod machine;
#[cfg(feature = "full")]
pub mod measured;
pub mod pair;
#[cfg(feature = "full")]
pub mod perf_event;
pub mod placement;
#[cfg(feature = "full")]
pub mod roots;
pub mod stages;
