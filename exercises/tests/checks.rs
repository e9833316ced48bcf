//! The checks, checked: by the starters, the solutions and the wrong answers.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use bench::placement::Placement;

const PASSED: i32 = 0;
const WRONG: i32 = 1;
const NO_VERDICT: i32 = 2;
/// A check is done in well under a minute where the machine is its own.
const LONG: Duration = Duration::from_secs(300);

/// A race on a busy machine may have no verdict, in a test as for a learner;
/// whatever comes before the race has one.
#[test]
fn every_solution_passes() {
    for number in 1..=7 {
        let (code, text) = check(&[&number.to_string(), "--solution"]);
        match code {
            PASSED => {
                assert!(text.ends_with("Passed.\n"), "{text}");
                // It lends, and is told what that means further on.
                assert!(number != 7 || text.contains("spliced on"), "{text}");
            }
            NO_VERDICT => eprintln!("no verdict on solution {number}:\n{text}"),
            _ => panic!("{text}"),
        }
    }
}

/// A wrong program of `examples`, and the words of its sentence that no other mistake's has.
/// Those that are wrong by their speed alone come after all else; on a busy machine a check may
/// have no verdict on them, and never lets them pass.
const WRONG_PROGRAMS: [(u8, &str, &str); 42] = [
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
        "no room for a buffer that is about to be changed.",
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
        "right numbers, by reading: the program has read 3 MiB",
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
        "was the buffer changed while the pipe still held it?",
    ),
    (7, "leaves-the-pipe", "This pipe is the check's, of 1 MiB"),
    // By their speed.
    (1, "small-buffer", "choose your BUFFER_SIZE"),
    (3, "small-pieces", "how many bytes does each call"),
    (
        6,
        "slots-of-a-page",
        "What comes from a socket is held together",
    ),
    (6, "sleeps", "to be woken takes longer"),
    (
        7,
        "counts-in-text",
        "what do you still do for each number, and for each byte?",
    ),
];
const BY_SPEED: usize = 5;

/// The starters as they come, whose mistakes are those of other programs as well.
const STARTERS: [(u8, &str); 7] = [
    (1, "That was a signal, SIGUSR1"),
    (2, "What if there were two?"),
    (3, "by reading"),
    (4, "Elsewhere in this process there are huge pages"),
    (5, "when does it stop trying"),
    (6, "it copies every byte into the pipe, by write(2)"),
    (7, "one can count in text"),
];

#[test]
fn every_untouched_starter_is_wrong_in_words_that_help() {
    for (number, words) in STARTERS {
        // 6 and 7 are right, and slow.
        is_wrong(number, "untouched", words, number >= 6);
    }
}

#[test]
fn every_wrong_program_is_found_and_has_its_own_sentence() {
    let by_speed = WRONG_PROGRAMS.len() - BY_SPEED;
    for (index, (number, answer, words)) in WRONG_PROGRAMS.into_iter().enumerate() {
        let text = is_wrong(number, answer, words, index >= by_speed);
        let others = WRONG_PROGRAMS.iter().filter(|other| other.2 != words);
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

/// Where both ends would spin on the same CPU, the rest is checked, and no winner is
/// named.
#[test]
fn there_is_no_race_of_two_busy_loops_on_one_cpu() {
    let cpu = Placement::choose(None).unwrap().writer;
    for number in ["5", "6", "7"] {
        let mut check = workshop(&[number, "--solution"]);
        passes_in_part(
            tests::child::on_cpu(&mut check, cpu),
            "there is one CPU here",
        );
    }
}

/// A container's filter refuses vmsplice: nobody is wrong for it.
#[test]
fn nobody_is_blamed_where_there_is_no_vmsplice() {
    for number in ["2", "3", "5", "6", "7"] {
        let mut check = workshop(&[number, "--solution"]);
        tests::child::refuse(&mut check, libc::SYS_vmsplice, libc::EPERM);
        passes_in_part(&mut check, "vmsplice failed: Operation not permitted");
    }
}

#[test]
fn nobody_is_blamed_where_there_are_no_huge_pages() {
    let mut check = workshop(&["4", "--solution"]);
    tests::child::without_huge_pages(&mut check);
    passes_in_part(&mut check, "not on huge pages");
    for number in ["5", "7"] {
        let mut check = workshop(&[number, "--solution"]);
        tests::child::without_huge_pages(&mut check);
        let ending = tests::wait_for(check.spawn().unwrap(), LONG);
        assert_ne!(ending.code, WRONG, "{ending:?}");
    }
}

/// Exercise 4 has a half for those who are not root.
#[test]
fn what_takes_root_is_said_to_be_left() {
    let mut check = workshop(&["4", "--solution"]);
    tests::child::without_capabilities(&mut check);
    passes_in_part(&mut check, "half of the exercise is still to be tried");
}

#[track_caller]
fn passes_in_part(check: &mut Command, reason: &str) {
    let ending = tests::wait_for(check.spawn().unwrap(), LONG);
    let text = ending.text();
    assert_eq!(ending.code, PASSED, "{ending:?}");
    assert!(one_line(&text).contains(reason), "{text}");
    assert!(text.contains("could not be checked:"), "{text}");
    assert!(
        text.ends_with("Passed, as far as it can be checked here.\n"),
        "{text}"
    );
    assert!(!text.contains("expected"), "{text}");
}

/// A program that does nothing at all is ended, and found wrong.
#[test]
fn a_program_that_hangs_does_not_hang_the_check() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("hangs");
    fs::write(&program, "#!/bin/sh\nexec sleep 1000\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let program = program.to_str().unwrap();
    let checks = (1..=7).map(|number: u8| {
        let number = number.to_string();
        let program = program.to_owned();
        // None of them gets as far as a race.
        thread::spawn(move || run_check(&[&number, "--program", &program]))
    });
    for check in checks.collect::<Vec<_>>() {
        let (code, text) = check.join().unwrap();
        assert_eq!(code, WRONG, "{text}");
        assert!(text.contains("expected"), "{text}");
    }
}

#[track_caller]
fn is_wrong(number: u8, answer: &str, words: &str, by_speed: bool) -> String {
    let (code, text) = check_answer(number, answer);
    assert_ne!(code, PASSED, "{answer}: {text}");
    if by_speed && code == NO_VERDICT {
        eprintln!("no verdict on {answer}:\n{text}");
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

/// However its lines were broken.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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

/// One at a time: two races at once would race each other.
fn check(arguments: &[&str]) -> (i32, String) {
    static RACE_TRACK: Mutex<()> = Mutex::new(());
    let _mine = RACE_TRACK.lock().unwrap_or_else(PoisonError::into_inner);
    run_check(arguments)
}

fn run_check(arguments: &[&str]) -> (i32, String) {
    let output = workshop(arguments).output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr),
    )
}

fn workshop(arguments: &[&str]) -> Command {
    let mut check = Command::new(env!("CARGO_BIN_EXE_workshop"));
    check
        .arg("check")
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    check
}
