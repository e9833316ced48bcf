//! Tables and call trees in the book, from the data. What can be missing on the
//! reader's machine is nothing where it is.

mod awake;
mod beyond;
mod counts;
mod distance;
mod instructions;
mod machine;
mod pages;
mod pipelines;
mod stages;

pub use awake::{awake, awake_of};
pub use beyond::{beside, ladder, waiting};
pub use counts::{call_tree, counts};
pub use distance::distance;
pub use instructions::Instructions;
pub use machine::machine;
pub use pages::pages;
pub use pipelines::{pipeline, pipelines};
pub use stages::{group, three};
