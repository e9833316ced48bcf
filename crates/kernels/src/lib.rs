//! Other kernels than this one, in QEMU: whether our programs run there, and what they
//! cost there, in instructions.

pub mod said;
