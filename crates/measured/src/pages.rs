//! What `make pages` measures: the cost of putting a page into a pipe.

use serde::{Deserialize, Serialize};

use crate::numbers::{Number, decimals};
use crate::row::Row;
use crate::rows::Rows;

/// The costs of all calls.
pub const COSTS: Rows<Cost> = Rows::new("pages.csv", "make pages");

/// What a call costs for each page, in nanoseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// The call that was timed.
    pub call: String,
    /// The size of the memory's pages in bytes.
    pub page_size: u64,
    /// What was done to the memory before: `touched`, `untouched` or `new`.
    pub memory: String,
    /// How many pages one call got.
    pub pages_per_call: u64,
    /// The median.
    #[serde(serialize_with = "decimals::<2, _>")]
    pub ns_per_page: f64,
    /// A quarter of all samples is below this.
    #[serde(serialize_with = "decimals::<2, _>")]
    pub lower_quartile: f64,
    /// Three quarters of them are.
    #[serde(serialize_with = "decimals::<2, _>")]
    pub upper_quartile: f64,
}

impl Row for Cost {
    fn numbers(&self) -> Vec<Number> {
        vec![
            Number::some("page_size", self.page_size),
            Number::some("pages_per_call", self.pages_per_call),
            Number::time("ns_per_page", self.ns_per_page),
            Number::time("lower_quartile", self.lower_quartile),
            Number::time("upper_quartile", self.upper_quartile),
        ]
    }

    fn holds(&self) -> Vec<String> {
        vec![format!(
            "{} of {} {} pages of {}",
            self.call,
            self.pages_per_call,
            self.memory,
            common::size::format(self.page_size)
        )]
    }
}
