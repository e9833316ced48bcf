//! Data that is put into a pipe once, and then duplicated for ever by tee(2).

mod cpu;
mod line;
mod private_pipe;
mod slot;
mod stock;

pub use cpu::{NO_THREAD, pin, two_cpus};
pub use line::LineOptions;
pub use private_pipe::{PrivatePipe, send_all};
pub use slot::{LARGE_SLOT, large_slot, page_slot};
pub use stock::Stock;
