//! Runs the stages the way a reader does, as processes on chosen CPUs, and
//! measures them. `make` needs the first eight modules alone.

pub mod bar;
pub mod core_kinds;
pub mod cpu_list;
pub mod cpu_quota;
pub mod pair;
pub mod placement;
pub mod spinner;
pub mod stages;

#[cfg(feature = "full")]
pub mod book;
#[cfg(feature = "full")]
pub mod chart;
#[cfg(feature = "full")]
pub mod compare;
#[cfg(feature = "full")]
pub mod doctor;
#[cfg(feature = "full")]
pub mod hand_over;
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
#[cfg(feature = "full")]
pub mod perf;
#[cfg(feature = "full")]
pub mod perf_event;
#[cfg(feature = "full")]
pub mod roots;
#[cfg(feature = "full")]
pub mod statistics;
