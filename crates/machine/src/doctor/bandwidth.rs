//! Memory bandwidth, beside which a pipe's throughput makes sense.

use std::time::Duration;

use super::check::Check;
use super::patient::Patient;
use crate::memory_bandwidth::MemoryBandwidth;

pub fn check(patient: &Patient) -> (Check, Option<MemoryBandwidth>) {
    let time = Duration::from_millis(800);
    match MemoryBandwidth::measure(patient.placement.writer, time) {
        Ok(bandwidth) => {
            let finding = format!(
                "one CPU reads {:.1}GiB/s, and copies {:.1}GiB/s",
                bandwidth.read, bandwidth.copy
            );
            (Check::ok("memory", finding), Some(bandwidth))
        }
        Err(error) => {
            let finding = format!("not measured: {error:#}").replace('\n', "; ");
            let meaning = "there is no figure to hold the stages' throughput against";
            (Check::limited("memory", finding, meaning), None)
        }
    }
}
