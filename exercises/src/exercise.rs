//! The exercises, in order.

use crate::checks;
use crate::support::contestant::Contestant;
use crate::support::report::{Fault, Report};

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

/// Number, folder, title, minutes, check: the texts are in files of these names.
macro_rules! exercises {
    ($($number:literal $folder:literal $title:literal $minutes:literal $check:ident;)*) => {
        [$(Exercise {
            number: $number,
            title: $title,
            folder: $folder,
            minutes: $minutes,
            hints: include_str!(concat!("../", $folder, "/hints.md")),
            untouched: include_str!(concat!("../examples/exercise", $number, "-untouched.rs")),
            check: checks::$check::check,
        }),*]
    };
}

/// All of them.
pub static ALL: [Exercise; 8] = exercises! {
    1 "exercise1-short-writes" "Short writes" 25 short_writes;
    2 "exercise2-lying-buffer" "The buffer that lies" 30 lying_buffer;
    3 "exercise3-count-without-looking" "Count without looking" 25 count_without_looking;
    4 "exercise4-is-it-huge" "Is it huge?" 40 is_it_huge;
    5 "exercise5-spin-then-sleep" "Spin, then sleep" 30 spin_then_sleep;
    6 "exercise6-faster-yes" "A faster yes" 45 faster_yes;
    7 "exercise7-fizzbuzz" "FizzBuzz" 90 fizzbuzz;
    8 "exercise8-whose-fault" "Whose fault is it?" 45 whose_fault;
};

impl Exercise {
    /// The exercise of this number.
    pub fn find(number: u8) -> Option<&'static Exercise> {
        ALL.iter().find(|exercise| exercise.number == number)
    }
}
