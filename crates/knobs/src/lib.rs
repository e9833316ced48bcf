//! Every knob of the post's programs, for `write` and `read`.
//!
//! The stages each teach one choice. Here all choices can be made together,
//! under the names of the post's programs, whose scripts run unchanged.

mod buffer;
pub mod memory;
mod options;
mod page_faults;
mod waiting;

pub use buffer::buffer;
pub use options::{Options, arguments};
pub use page_faults::PageFaults;
pub use waiting::Waiting;
