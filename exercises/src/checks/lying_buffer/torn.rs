//! Which mistake wrong numbers tell of.

use common::size;

use crate::counter::{NUMBER, first_difference};
use crate::support::fault::Fault;

/// Where the book tells of it.
pub const CHAPTER: &str = "stage 2, vmsplice: double buffering";

/// A writer is not further ahead of its reader than a pipe and its buffers let it.
const MOST_AHEAD: u64 = 4 << 20;

/// The pipe, as it was when the numbers came.
#[derive(Clone, Copy)]
pub struct Pipe {
    /// In bytes.
    pub size: usize,
    /// Whether the check has made it larger than pipes are.
    pub brought: bool,
    /// How many buffers the writer was seen to lend; 0 where that cannot be seen.
    pub buffers: usize,
}

/// Where the numbers are not the counter's from `offset` on, and what that tells; `bytes`
/// begin with a whole number.
pub fn compare(bytes: &[u8], offset: u64, pipe: Pipe) -> Result<(), Fault> {
    let Some(place) = first_difference(bytes, offset) else {
        return Ok(());
    };
    let expected = place / NUMBER as u64;
    let numbers = bytes.as_chunks::<NUMBER>().0.iter();
    let shifts: Vec<i128> = numbers
        .zip(offset / NUMBER as u64..)
        .skip_while(|&(_, place)| place < expected)
        .map(|(number, place)| i128::from(u64::from_le_bytes(*number)) - i128::from(place))
        .collect();
    let Some(&shift) = shifts.first() else {
        return Ok(());
    };
    Err(Fault::wrong(
        format!("the number {expected} in its place"),
        format!(
            "the number {}.\n{}",
            i128::from(expected) + shift,
            why(&shifts, expected, pipe)
        ),
        CHAPTER,
    ))
}

/// How far from its place each number is, from the first wrong one on, which should have
/// been `first`.
fn why(shifts: &[i128], first: u64, pipe: Pipe) -> String {
    let bytes = |numbers: i128| size::format(numbers as u64 * NUMBER as u64);
    let right_again = shifts.iter().position(|&shift| shift == 0);
    if shifts[0] < 0 {
        return "It has come before: were some sent twice?".to_owned();
    }
    // What is lost stays lost, and becomes ever more; what was changed too early ends with
    // the buffer.
    let quarter = shifts.len() / 4;
    let most_at_first = shifts[..=quarter].iter().max();
    let least_at_last = shifts[shifts.len() - 1 - quarter..].iter().min();
    let far = i128::from(MOST_AHEAD / NUMBER as u64);
    let lost = least_at_last > Some(&far)
        || right_again.is_none() && quarter > 0 && least_at_last > most_at_first;
    if lost {
        return format!(
            "The {} before it never came, and hardly a later number is in its place: they were \
             lost. vmsplice(2) may take less than it is given, as write(2) may: where does the next \
             call begin?",
            bytes(shifts[0])
        );
    }
    // More turns than one may lie between two fillings of the same memory.
    let changed = shifts.iter().copied().filter(|&shift| shift > 0);
    let turn = changed.min().unwrap_or(shifts[0]);
    let held = (pipe.size / NUMBER) as i128;
    let torn = format!(
        "Torn data, from the future: its memory was filled again after {}",
        bytes(turn)
    );
    let pipe_size = size::format(pipe.size as u64);
    if turn <= held {
        let whose = match pipe.brought {
            true => {
                "\nThis pipe is the check's, and larger than most: who relies on its size has to set it."
            }
            false => "",
        };
        return format!(
            "{torn}, and the pipe can still hold all of that: {pipe_size}.\n\
             The pipe must have no room for a buffer that is about to be changed.{whose}"
        );
    }
    let to_end_of_turn = turn - i128::from(first) % turn;
    let ends_before = right_again.is_some_and(|count| (count as i128) < to_end_of_turn);
    if 2 * held > turn && pipe.buffers != 1 && ends_before {
        return format!(
            "{torn}. The pipe ({pipe_size}) holds one of several buffers, and the end of the one \
             before it, which was changed there: it has to be smaller, or the buffers larger."
        );
    }
    match pipe.buffers {
        0 => format!(
            "{torn}, while the pipe ({pipe_size}) still held its end. If it is a single buffer: what \
             if there were two? If there are two: are both filled before the first is lent?"
        ),
        1 => format!(
            "{torn}, while the pipe ({pipe_size}) still held its end: a single buffer is changed as \
             soon as it has been lent. What if there were two?"
        ),
        several => format!(
            "{torn}: {several} buffers are filled, and lent after that? The last is still in the \
             pipe ({pipe_size}) when all are filled again. Fill one and lend it, then the other."
        ),
    }
}
