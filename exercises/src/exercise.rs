//! The exercises, in order.

use crate::contestant::Contestant;
use crate::report::{Fault, Report};
use crate::{
    count_without_looking, faster_yes, fizzbuzz, is_it_huge, lying_buffer, short_writes,
    spin_then_sleep,
};

/// One exercise: a file to change, and a check of what it does.
pub struct Exercise {
    /// Its number, from 1.
    pub number: u8,
    /// What it is called.
    pub title: &'static str,
    /// Its folder, in that of the exercises.
    pub folder: &'static str,
    /// How long it takes somebody who has read the chapter.
    pub minutes: u32,
    /// The three hints.
    pub hints: &'static str,
    /// The starter as it came. The learner's own may be changed and committed.
    pub untouched: &'static str,
    /// Tries the learner's program, step by step.
    pub check: fn(&Contestant, &mut Report) -> Result<(), Fault>,
}

/// All of them.
pub const ALL: [&Exercise; 7] = [
    &short_writes::EXERCISE,
    &lying_buffer::EXERCISE,
    &count_without_looking::EXERCISE,
    &is_it_huge::EXERCISE,
    &spin_then_sleep::EXERCISE,
    &faster_yes::EXERCISE,
    &fizzbuzz::EXERCISE,
];

impl Exercise {
    /// The exercise of this number.
    pub fn find(number: u8) -> Option<&'static Exercise> {
        ALL.into_iter().find(|exercise| exercise.number == number)
    }
}
