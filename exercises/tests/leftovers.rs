//! What a program has started ends with the check, and holds up nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tests::Ending;
use tests::child::{descendants, kill};

/// A script that leaves a sleeper behind.
struct Script {
    _folder: TempDir,
    program: PathBuf,
    /// The folder's name is the sleeper's, by which it is found.
    sleeper: PathBuf,
}

impl Script {
    fn new(text: &str) -> Script {
        let folder = tempfile::tempdir().unwrap();
        let sleeper = folder.path().join("sleeper");
        std::os::unix::fs::symlink("/bin/sleep", &sleeper).unwrap();
        let program = folder.path().join("program");
        let text = text.replace("SLEEP", &format!("{} 1000", sleeper.display()));
        fs::write(&program, format!("#!/bin/sh\n{text}\n")).unwrap();
        make_executable(&program);
        Script {
            _folder: folder,
            program,
            sleeper,
        }
    }

    fn check(&self, number: u8) -> Child {
        Command::new(env!("CARGO_BIN_EXE_workshop"))
            .args(["check", &number.to_string(), "--program"])
            .arg(&self.program)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

/// Checks such a script; afterwards there is no sleeper.
fn check(number: u8, text: &str) -> Ending {
    let script = Script::new(text);
    let ending = tests::wait(script.check(number));
    let left = running(&script.sleeper);
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

/// Of the two processes of a check, each ends what is left when the other one is killed.
#[test]
fn children_of_a_check_that_is_killed() {
    for kill_the_one_above in [true, false] {
        let script = Script::new("setsid SLEEP & SLEEP");
        let mut check = script.check(1);
        tests::wait_until(|| running(&script.sleeper).len() == 2);
        if kill_the_one_above {
            check.kill().unwrap();
        } else {
            let above = i32::try_from(check.id()).unwrap();
            let below = descendants(above);
            let below = below.iter().find(|process| process.parent == above);
            kill(below.unwrap().id, libc::SIGKILL);
        }
        let ending = tests::wait(check);
        if !kill_the_one_above {
            ending.assert_fails(1, &["the check was ended: signal: 9"]);
        }
        tests::wait_until(|| running(&script.sleeper).is_empty());
    }
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
