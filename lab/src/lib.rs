//! Runs the stages the way a reader does, as processes on chosen CPUs.

#[cfg(feature = "full")]
pub mod chart;
pub mod cpu_list;
#[cfg(feature = "full")]
pub mod knobs;
#[cfg(feature = "full")]
pub mod machine;
#[cfg(feature = "full")]
pub mod measure;
#[cfg(feature = "full")]
pub mod measured;
#[cfg(feature = "full")]
pub mod memory;
#[cfg(feature = "full")]
pub mod memory_bandwidth;
#[cfg(feature = "full")]
pub mod pages;
pub mod pair;
#[cfg(feature = "full")]
pub mod perf_event;
pub mod placement;
#[cfg(feature = "full")]
pub mod roots;
pub mod stages;
#[cfg(feature = "full")]
pub mod statistics;
