//! What this machine is and can do: its facts, the probes, the doctor.

pub mod doctor;
pub mod facts;
pub mod memory_bandwidth;
pub mod noise;
pub mod perf_event;
pub mod roots;
pub mod wake_up;
