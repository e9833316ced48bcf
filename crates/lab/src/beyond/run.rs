//! What is measured, printed and kept.

/// One run: its round, its rung's name, and what its program measured.
pub struct Run {
    pub round: u32,
    pub name: String,
    /// As many as the table has, all more than 0.
    pub figures: Vec<f64>,
    /// Nanoseconds for a word from CPU to CPU, just before: on a VM that can change.
    pub hand_over: Option<f64>,
    /// The same just after.
    pub hand_over_after: Option<f64>,
    /// GiB/s of the reader's calls that did not sleep, where it tells of its calls.
    pub awake: Option<f64>,
}
