//! A pipe's two ends in a few letters.

use crate::seen::{PipeSeen, Seen};

/// So many columns, at most.
pub const WIDTH_OF_ARROW: usize = 19;

/// Who holds an end and cannot be seen.
const OUTSIDE: &str = "(outside)";

/// Who writes and who reads: each program by its name and its number among the processes.
pub fn arrow(seen: &Seen, pipe: &PipeSeen) -> String {
    let end = |places: &[usize], most: usize| {
        // A shell may hold an end for the program that it has started.
        let moved = |&&place: &&usize| {
            let counts = seen.processes[place].counts.unwrap_or_default();
            counts.read + counts.written
        };
        let Some(&main) = places.iter().rev().max_by_key(moved) else {
            return short(OUTSIDE, most);
        };
        let number = format!("{} ", main + 1);
        let more = match places.len() {
            1 => String::new(),
            all => format!(" +{}", all - 1),
        };
        let program = seen.processes[main].name.split(' ').next();
        match most.saturating_sub(number.len() + more.len()) {
            0 => number.trim_end().to_owned() + &more,
            room => number + &short(program.unwrap_or_default(), room) + &more,
        }
    };
    let length = |text: &str| text.chars().count();
    let room = WIDTH_OF_ARROW - length(" → ");
    let full = |places: &[usize]| length(&end(places, room));
    let (writer, reader) = (full(&pipe.writers), full(&pipe.readers));
    let shorter = match writer.min(reader) {
        short if short <= OUTSIDE.len() => short,
        _ => room / 2,
    };
    // What the shorter one leaves is for the other.
    let (for_writer, for_reader) = match writer <= reader {
        true => (shorter, room - shorter),
        false => (room - shorter, shorter),
    };
    format!(
        "{} → {}",
        end(&pipe.writers, for_writer),
        end(&pipe.readers, for_reader)
    )
}

/// At most so many letters of it.
pub fn short(name: &str, most: usize) -> String {
    match name.chars().count() > most {
        true => name.chars().take(most - 1).chain(['…']).collect(),
        false => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seen::ProcessSeen;

    #[test]
    fn both_ends_have_room() {
        let names = ["tar c src", "gzip -1", "a-program-of-many-letters x", "b"];
        let process = |name: &str| ProcessSeen {
            name: name.to_owned(),
            ..ProcessSeen::default()
        };
        let seen = Seen {
            processes: names.map(process).into(),
            ..Seen::default()
        };
        let of = |writers: &[usize], readers: &[usize]| {
            let pipe = PipeSeen {
                writers: writers.to_vec(),
                readers: readers.to_vec(),
                ..PipeSeen::default()
            };
            arrow(&seen, &pipe)
        };
        assert_eq!(of(&[0], &[1]), "1 tar → 2 gzip");
        assert_eq!(of(&[2], &[3]), "3 a-program-… → 4 b");
        assert_eq!(of(&[2], &[2]), "3 a-pro… → 3 a-pro…");
        assert_eq!(of(&[], &[2]), "(outside) → 3 a-pr…");
        assert_eq!(of(&[0, 1, 3], &[2]), "1 tar +2 → 3 a-pro…");
    }
}
