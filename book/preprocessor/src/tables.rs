//! Tables and call trees in the book, from the data. What can be missing on the
//! reader's machine is nothing where it is.

use measured::statistics::Estimate;

mod awake;
mod beyond;
mod counts;
mod distance;
mod instructions;
mod machine;
mod pages;
mod pipelines;
mod price;
mod stages;

pub use awake::{awake, awake_of};
pub use beyond::{beside, ladder, waiting};
pub use counts::{call_tree, counts};
pub use distance::{distance, times};
pub use instructions::Instructions;
pub use machine::machine;
pub use pages::pages;
pub use pipelines::{pipeline, pipelines};
pub use price::price;
pub use stages::{group, three};

/// A median with its interval, which a line may not end in.
pub fn with_interval(estimate: &Estimate) -> String {
    kept_together(&estimate.to_string())
}

/// What is in parentheses, on one line.
pub fn kept_together(text: &str) -> String {
    let Some((before, inside)) = text.split_once('(') else {
        return text.to_owned();
    };
    format!("{before}({}", inside.replace(' ', "\u{a0}"))
}
