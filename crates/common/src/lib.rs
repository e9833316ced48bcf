//! What every program of Fast Pipes needs and no stage is about.

#[cfg(not(target_os = "linux"))]
compile_error!("Fast Pipes needs Linux: no other system has vmsplice(2) and splice(2).");

mod buffer;
mod call_times;
mod calls;
mod context_switches;
mod failure;
mod histogram;
mod null;
mod options;
pub mod pipe;
mod pipe_size;
pub mod size;
pub mod syscall;
mod throughput;

pub use buffer::{Buffer, page_size};
pub use call_times::CallTimes;
pub use calls::Calls;
pub use context_switches::ContextSwitches;
pub use failure::{print, program_name, refused, run, say, writer_stopped};
pub use histogram::{Bin, Histogram};
pub use null::dev_null;
pub use options::{ReadOptions, WriteOptions};
pub use pipe::WritingEnd;
pub use throughput::{Knob, Throughput};
