//! What the checks are made of: programs started and watched, readers, races, the report.

pub mod accounts;
pub mod contestant;
pub mod fault;
pub mod fizzbuzz;
pub mod guard;
mod lent;
pub mod needs;
pub mod on_cpu;
mod orphans;
pub mod partner;
pub mod patience;
pub mod pause;
pub mod race;
pub mod refusal;
pub mod report;
pub mod run;
pub mod running;
pub mod speed;
pub mod stream;
pub mod verdict;
