//! A buffer on transparent huge pages, and the proof that it is.

mod check;
mod huge_buffer;
mod kernel_page_flags;
mod smaps;

pub use check::check;
pub use huge_buffer::{huge_buffer, huge_buffers, huge_page_size};
pub use smaps::is_huge as is_huge_by_smaps;
