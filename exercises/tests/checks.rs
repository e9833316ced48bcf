//! The checks, checked: by the starters, the solutions and the wrong answers.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread;

use bench::placement::Placement;

const PASSED: i32 = 0;
const WRONG: i32 = 1;
const NO_VERDICT: i32 = 2;

/// A race on a busy machine may have no verdict, in a test as for a learner;
/// whatever comes before the race has one.
#[test]
fn every_solution_passes() {
    for number in 1..=8 {
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

#[test]
fn every_untouched_starter_is_wrong_in_words_that_help() {
    for (number, words) in [
        (1, "Interrupted system call"),
        (2, "torn data"),
        (3, "by reading"),
        (4, "Elsewhere in this process there are huge pages"),
        (5, "when does it stop trying"),
        (8, "for lines, what a look at it shows"),
    ] {
        is_wrong(number, "untouched", words);
    }
}

#[test]
fn wrong_answers_are_found_and_named() {
    for (number, answer, words) in [
        (1, "gives-up-on-a-signal", "Interrupted system call"),
        (1, "ignores-the-count", "were some lost or sent twice"),
        (2, "one-buffer", "What if there were two?"),
        (2, "pipe-for-both", "the pipe can still hold all of that"),
        (2, "leaves-the-pipe", "the pipe can still hold all of that"),
        (2, "copies", "by copying"),
        (3, "reads-in-large-pieces", "by reading"),
        (3, "no-fallback", "splice needs a pipe at one end"),
        (4, "asks-only-root", "without root, some files do not open"),
        (4, "looks-at-the-advice", "advice is no page"),
        (4, "never-tells", "It can be told without root"),
        (6, "cuts-lines", "was cut"),
        (7, "past-ten-digits", "expected \"10000000001\""),
        (7, "one-buffer", "while the pipe still held it?"),
        (7, "leaves-the-pipe", "while the pipe still held it?"),
        (8, "blames-the-pipe", "for lines, what a look at it shows"),
        (8, "loses-the-rest", "from your two ends, as before"),
        (8, "skips-work", "from your two ends, as before"),
        (8, "larger-pipe-for-lines", "calls for each MiB"),
        (8, "larger-buffer-for-bursts", "Where could a burst wait"),
    ] {
        is_wrong(number, answer, words);
    }
}

/// Right but slow: found by a race or by how often it sleeps, which may give no
/// verdict on a busy machine, and never passes.
#[test]
fn slow_answers_do_not_pass() {
    for (number, answer, words) in [
        (1, "small-buffer", "choose your BUFFER_SIZE"),
        (3, "small-pieces", "how many bytes does each call"),
        (5, "always-sleeps", "how long does it try"),
        (5, "sleeps-by-the-clock", "how long does it try"),
        (6, "untouched", "does it copy, or look for pages"),
        (7, "untouched", "10x the speed of the naive program"),
    ] {
        let (code, text) = check_answer(number, answer);
        assert_ne!(code, PASSED, "{answer}: {text}");
        assert!(
            code == NO_VERDICT || one_line(&text).contains(words),
            "{answer}: {text}"
        );
    }
}

/// Where both ends would spin on the same CPU, the rest is checked, and no winner is
/// named.
#[test]
fn there_is_no_race_of_two_busy_loops_on_one_cpu() {
    let cpu = Placement::choose(None).unwrap().writer.to_string();
    for number in ["5", "6", "7"] {
        let output = Command::new("taskset")
            .args(["-c", &cpu, env!("CARGO_BIN_EXE_workshop")])
            .args(["check", number, "--solution"])
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(WRONG), "{text}");
        assert!(text.contains("there is one CPU here"), "{text}");
        assert!(!text.contains("expected"), "{text}");
    }
}

/// A program that does nothing at all is ended, and found wrong.
#[test]
fn a_program_that_hangs_does_not_hang_the_check() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("hangs");
    fs::write(&program, "#!/bin/sh\nexec sleep 1000\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let program = program.to_str().unwrap();
    let checks = (1..=8).map(|number: u8| {
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
fn is_wrong(number: u8, answer: &str, words: &str) {
    let (code, text) = check_answer(number, answer);
    assert_eq!(code, WRONG, "{answer}: {text}");
    assert!(one_line(&text).contains(words), "no '{words}': {text}");
    assert!(text.contains("read      the book, "), "{text}");
    for line in text.lines().filter(|line| line.starts_with("   ")) {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

/// However its lines were broken.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn check_answer(number: u8, answer: &str) -> (i32, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_workshop"))
        .with_file_name("examples")
        .join(format!("exercise{number}-{answer}"));
    check(&[&number.to_string(), "--program", program.to_str().unwrap()])
}

/// One at a time: two races at once would race each other.
fn check(arguments: &[&str]) -> (i32, String) {
    static RACE_TRACK: Mutex<()> = Mutex::new(());
    let _mine = RACE_TRACK.lock().unwrap_or_else(PoisonError::into_inner);
    run_check(arguments)
}

fn run_check(arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_workshop"))
        .arg("check")
        .args(arguments)
        .output()
        .unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr),
    )
}
