//! What each exercise asks of a program, step by step.

pub mod count_without_looking;
pub mod faster_yes;
pub mod fizzbuzz;
pub mod is_it_huge;
pub mod lying_buffer;
pub mod short_writes;
pub mod spin_then_sleep;
pub mod whose_fault;
