//! What the checks are made of: programs started and watched, readers, races, the report.

pub mod contestant;
pub mod fizzbuzz;
pub mod guard;
pub mod on_cpu;
mod orphans;
pub mod partner;
pub mod patience;
pub mod race;
pub mod report;
pub mod running;
pub mod speed;
pub mod stream;
pub mod verdict;
