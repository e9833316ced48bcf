//! Runs two programs at the ends of a pipe, on chosen CPUs, the way a reader of
//! the book does; and the list of the stages that run so.

pub mod bar;
pub mod core_kinds;
pub mod cpu_list;
pub mod cpu_quota;
pub mod hand_over;
pub mod humps;
pub mod nearness;
pub mod pair;
pub mod placement;
pub mod reading;
pub mod spinner;
pub mod stages;
pub mod usage;
pub mod valleys;
