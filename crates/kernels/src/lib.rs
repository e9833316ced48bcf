//! Other kernels than this one, in QEMU: whether our programs run there, and what they
//! cost there, in instructions.

mod arch;
mod boots;
mod by_function;
mod checked;
mod committed;
mod counted;
mod functions;
mod image;
mod kvm;
mod list;
mod monitor;
mod packages;
mod programs;
mod qemu;
mod report;
mod run;
pub mod said;
mod watching;
mod workplace;

pub use run::{Options, run};
