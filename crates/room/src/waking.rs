//! What waking costs, against what stage 1 gets: a picture.

use anyhow::Result;
use charts::scatter::{Point, Scatter};

use crate::folder::Person;

/// A point for each machine that has both figures, with its number.
///
/// # Errors
///
/// When the drawing library fails.
pub fn drawn(people: &[Person]) -> Result<String> {
    let points = (1..).zip(people).filter_map(|(number, person): (u32, _)| {
        let stage1 = person.shared.ladder.iter().find(|rung| rung.stage == 1)?;
        Some(Point {
            label: number.to_string(),
            x: person.shared.machine.wake_up_us?,
            y: stage1.gib_per_s,
            group: usize::from(person.shared.machine.hypervisor.is_some()),
        })
    });
    let scatter = Scatter {
        title: "Stage 1, GiB/s, by what waking a process costs, us".to_owned(),
        groups: ["no VM".to_owned(), "VM".to_owned()],
        points: points.collect(),
    };
    scatter.for_a_page()
}
