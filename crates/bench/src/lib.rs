//! Runs two programs at the ends of a pipe, on chosen CPUs, the way a reader of
//! the book does; and the list of the stages that run so.

pub mod bar;
pub mod cpu_list;
pub mod pair;
pub mod placement;
pub mod stages;
