//! Each wrong program is found, and told what is wrong with it and not with another.

use std::fs;
use std::path::Path;

use exercises::exercise::ALL;

use super::{NO_VERDICT, PASSED, WRONG, check, one_line};

/// A wrong program of `examples`, and the words of its sentence that no other mistake's has.
/// Those that are wrong by their speed alone come after all else; on a busy machine a check may
/// have no verdict on them, and never lets them pass.
const WRONG_PROGRAMS: [(u8, &str, &str); 48] = [
    (1, "gives-up-on-a-signal", "That was a signal, SIGUSR1"),
    (1, "ignores-the-count", "that can be fewer than asked"),
    (1, "ignores-signals", "SIGUSR1 is ignored or held back"),
    (1, "write-all", "write_all: it has that loop in it"),
    (1, "buf-writer", "BufWriter: it has that loop in it"),
    (
        1,
        "huge-buffer",
        "Where is the bend, and what has the pipe to do",
    ),
    (1, "any-error-is-the-end", "EAGAIN is not EPIPE"),
    (
        1,
        "tries-for-ever",
        "whoever takes that for a reason to try again",
    ),
    (2, "one-buffer", "a single buffer is changed as soon as"),
    (
        2,
        "pipe-for-both",
        "a buffer that is about to be changed. read the book",
    ),
    (
        2,
        "leaves-the-pipe",
        "who relies on its size has to set it.",
    ),
    (2, "copies", "by copying"),
    (2, "polls", "It may not ask how full the pipe is (FIONREAD)"),
    (
        2,
        "fills-both",
        "2 buffers are filled, and lent after that?",
    ),
    (2, "no-loop", "were lost. vmsplice(2) may take less"),
    (
        2,
        "small-buffers",
        "holds one of several buffers, and the end of the one",
    ),
    (
        3,
        "reads-in-large-pieces",
        "right numbers, by reading: the program has read",
    ),
    (
        3,
        "no-fallback",
        "what else is there for an input that is none?",
    ),
    (3, "seeks", "tells no length beforehand"),
    (3, "32-bits", "Which is the type of your count"),
    (3, "reads-a-byte", "and 1 of the bytes were read"),
    (3, "any-error", "only EINVAL says that this input cannot"),
    (
        3,
        "spins",
        "without SPLICE_F_NONBLOCK splice waits by itself",
    ),
    (
        3,
        "takes-one-piece",
        "often less than was asked for, and 0 only at the end",
    ),
    (4, "asks-only-root", "without root, some files do not open"),
    (4, "looks-at-the-advice", "advice is no page"),
    (4, "never-tells", "It can be told without root"),
    (
        4,
        "leaps",
        "whoever leaps by the size of a huge page leaps over them",
    ),
    (
        4,
        "any-compound-page",
        "That makes none of them huge: which flag does?",
    ),
    (5, "always-sleeps", "how long does it try before it sleeps?"),
    (
        5,
        "sleeps-by-the-clock",
        "what wakes it is the clock, too often now",
    ),
    (
        5,
        "wakes-by-the-clock",
        "what wakes it is the clock, too often now",
    ),
    (
        5,
        "never-resets",
        "the count of tries when something has gone into",
    ),
    (5, "backs-off", "it slept on when the pipe had been emptied"),
    (
        6,
        "cuts-lines",
        "stop in mid-line: where does the next begin?",
    ),
    (
        6,
        "gives-up-when-full",
        "Then EAGAIN says that there is no room now",
    ),
    (7, "past-ten-digits", "expected \"10000000001\""),
    (
        7,
        "one-buffer",
        "while the pipe still held it? read the book",
    ),
    (7, "leaves-the-pipe", "This pipe is the check's, of 1 MiB"),
    (8, "blames-the-pipe", "for lines, what a look at it shows"),
    (8, "loses-the-rest", "from your two ends, as before"),
    (8, "skips-work", "from your two ends, as before"),
    (8, "larger-pipe-for-lines", "calls for each MiB"),
    (8, "larger-buffer-for-bursts", "Where could a burst wait"),
    // By their speed.
    (1, "small-buffer", "choose your BUFFER_SIZE"),
    (3, "small-pieces", "how many bytes does each call"),
    (
        6,
        "slots-of-a-page",
        "What comes from a socket is held together",
    ),
    (
        7,
        "counts-in-text",
        "what do you still do for each number, and for each byte?",
    ),
];
const BY_SPEED: usize = 4;
/// Those that are wrong only for who may see frames, and such pages.
const FOR_ROOT: [&str; 2] = ["leaps", "any-compound-page"];

/// The starters as they come, whose mistakes are those of other programs as well.
const STARTERS: [(u8, &str); ALL.len()] = [
    (1, "That was a signal, SIGUSR1"),
    (2, "What if there were two?"),
    (3, "by reading"),
    (4, "Elsewhere in this process there are huge pages"),
    (5, "when does it stop trying"),
    (6, "it copies every byte into the pipe, by write(2)"),
    (7, "one can count in text"),
    (8, "for lines, what a look at it shows"),
];

#[test]
fn every_untouched_starter_is_wrong_in_words_that_help() {
    for (number, words) in STARTERS {
        // 6 and 7 are right, and slow.
        is_wrong(number, "untouched", words, number == 6 || number == 7);
    }
}

#[test]
fn every_wrong_program_is_found_and_has_its_own_sentence() {
    let by_speed = WRONG_PROGRAMS.len() - BY_SPEED;
    for (index, (number, answer, words)) in WRONG_PROGRAMS.into_iter().enumerate() {
        let text = is_wrong(number, answer, words, index >= by_speed);
        let others = WRONG_PROGRAMS
            .iter()
            .filter(|other| other.0 == number && other.2 != words);
        for (_, other, theirs) in others {
            assert!(
                !text.contains(theirs),
                "{answer} is told of {other}: {text}"
            );
        }
    }
    let examples = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")).unwrap();
    assert_eq!(examples.count(), WRONG_PROGRAMS.len() + STARTERS.len());
}

#[track_caller]
fn is_wrong(number: u8, answer: &str, words: &str, by_speed: bool) -> String {
    let (code, text) = check_answer(number, answer);
    let untold = ["is still to be tried", "cannot be had here"];
    if FOR_ROOT.contains(&answer) && untold.iter().any(|words| text.contains(words)) {
        common::say(format_args!("no verdict on {answer}:\n{text}"));
        return String::new();
    }
    assert_ne!(code, PASSED, "{answer}: {text}");
    if by_speed && code == NO_VERDICT {
        common::say(format_args!("no verdict on {answer}:\n{text}"));
        return String::new();
    }
    assert_eq!(code, WRONG, "{answer}: {text}");
    let told = one_line(&text);
    assert!(told.contains(words), "no '{words}': {text}");
    assert!(text.contains("read      the book, "), "{text}");
    for line in text.lines().filter(|line| line.starts_with("   ")) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    told
}

fn check_answer(number: u8, answer: &str) -> (i32, String) {
    let name = format!("exercise{number}-{answer}");
    let program = Path::new(env!("CARGO_BIN_EXE_workshop")).with_file_name("examples");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    check(&[
        &number.to_string(),
        "--program",
        program.join(&name).to_str().unwrap(),
        "--source",
        source.join(&name).with_extension("rs").to_str().unwrap(),
    ])
}
