//! What is measured, printed and kept.

use bench::hand_over::Distance;

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

impl Run {
    /// How many times as fast as another's its calls were that did not sleep, where both
    /// were made with the CPUs at the same distance.
    pub fn awake_times(&self, other: &Run) -> Option<f64> {
        let distance = |run: &Run| Distance::all_along(run.hand_over, run.hand_over_after);
        (distance(self)? == distance(other)?).then_some(self.awake? / other.awake?)
    }
}
