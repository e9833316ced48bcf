//! What a row of measured data is, whatever is in it.

use anyhow::Result;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::numbers::Number;

/// A row: its fields are the columns, by their names.
pub trait Row: Serialize + DeserializeOwned {
    /// All numbers in it.
    fn numbers(&self) -> Vec<Number>;

    /// What one has by having this row, in words for people.
    fn holds(&self) -> Vec<String>;
}

/// Whether each number in the row can be right.
///
/// # Errors
///
/// Where one cannot; it says which.
pub fn check<R: Row>(row: &R) -> Result<()> {
    row.numbers().iter().try_for_each(Number::check)
}
