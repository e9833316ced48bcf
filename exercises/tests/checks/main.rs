//! The checks, checked: by the solutions, the starters and the wrong programs, and where
//! something is lacking.

mod wrong_programs;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use bench::placement::Placement;
use exercises::exercise::ALL;

const PASSED: i32 = 0;
const WRONG: i32 = 1;
const NO_VERDICT: i32 = 2;
/// A check is done in well under a minute where the machine is its own.
const LONG: Duration = Duration::from_secs(300);

/// A race on a busy machine may have no verdict, in a test as for a learner;
/// whatever comes before the race has one.
#[test]
fn every_solution_passes() {
    for number in ALL.iter().map(|exercise| exercise.number) {
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
    let checks = ALL.iter().map(|exercise| {
        let number = exercise.number.to_string();
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

/// However its lines were broken.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
