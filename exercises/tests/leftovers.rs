//! What a program has started ends with the check, and holds up nothing.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tests::Ending;

/// Checks a script that leaves a sleeper behind; afterwards there is none.
fn check(number: u8, script: &str) -> Ending {
    let folder = tempfile::tempdir().unwrap();
    // The folder's name is the sleeper's, by which it is found.
    let sleeper = folder.path().join("sleeper");
    std::os::unix::fs::symlink("/bin/sleep", &sleeper).unwrap();
    let program = folder.path().join("program");
    let script = script.replace("SLEEP", &format!("{} 1000", sleeper.display()));
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    make_executable(&program);
    let child = Command::new(env!("CARGO_BIN_EXE_workshop"))
        .args(["check", &number.to_string(), "--program"])
        .arg(&program)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let ending = tests::wait(child);
    let left = running(&sleeper);
    for process in &left {
        let _ = Command::new("kill").args(["-9", process]).status();
    }
    assert!(left.is_empty(), "{ending:?}");
    ending
}

fn make_executable(program: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The processes that were started by this name.
fn running(program: &Path) -> Vec<String> {
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(|process| {
            let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
            line.starts_with(program.as_os_str().as_encoded_bytes())
        })
        .map(|process| process.file_name().to_string_lossy().into_owned())
        .collect()
}

/// A child holds input and errors, and another one does so in a session of its own.
#[test]
fn children_that_outlive_the_program() {
    for number in 1..=7 {
        let ending = check(
            number,
            "exec 3<&0; SLEEP <&3 >/dev/null & setsid SLEEP <&3 >/dev/null & echo said >&2; exit 3",
        );
        assert_eq!(ending.code, 1, "{ending:?}");
        let text = ending.text();
        assert!(text.contains("exit code 3"), "{text}");
        assert!(text.contains("said"), "{text}");
    }
}

/// The input stays open, and nobody takes what is left of it.
#[test]
fn a_child_that_holds_the_input() {
    let ending = check(
        3,
        "exec 3<&0; SLEEP <&3 >/dev/null 2>&1 & head -c 70000 | wc -c",
    );
    assert_eq!(ending.code, 1, "{ending:?}");
    assert!(ending.text().contains("'70000'"), "{}", ending.text());
}

/// The output stays open, after an answer.
#[test]
fn a_child_that_holds_the_output() {
    for (number, answer) in [(3, "wc -c"), (4, "echo huge")] {
        let ending = check(number, &format!("SLEEP 2>/dev/null & {answer}"));
        assert_eq!(ending.code, 1, "{ending:?}");
        assert!(ending.text().contains("  ok "), "{}", ending.text());
    }
}

/// A program that does not end is ended, and its children with it.
#[test]
fn children_of_a_program_that_hangs() {
    let ending = check(1, "SLEEP & SLEEP");
    assert_eq!(ending.code, 1, "{ending:?}");
    assert!(ending.text().contains("it still runs") || ending.text().contains("nothing more"));
}

/// A counter that is right, and stops once it is raced, where its output is no pipe.
#[test]
fn a_counter_that_stops_in_a_race() {
    let ending = check(
        3,
        &format!(
            "[ -p /proc/self/fd/1 ] && exec '{}'; head -c 6000000 >/dev/null; SLEEP",
            env!("CARGO_BIN_EXE_solution3")
        ),
    );
    assert_eq!(ending.code, 1, "{ending:?}");
    let text = ending.text();
    assert!(text.contains("nothing more taken for 5 seconds"), "{text}");
}
