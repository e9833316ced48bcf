//! What a program has started ends with the check, and holds up nothing.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use exercises::exercise::{ALL, Exercise};
use tempfile::TempDir;
use tests::Ending;
use tests::child::interruptible;
use tests::processes::{descendants, kill};

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

    /// In a process group of its own, as a shell starts it.
    fn check(&self, number: u8) -> Child {
        let mut check = Command::new(env!("CARGO_BIN_EXE_workshop"));
        check
            .args(["check", &number.to_string(), "--program"])
            .arg(&self.program)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        interruptible(&mut check).spawn().unwrap()
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
    for Exercise { number, .. } in &ALL {
        let ending = check(
            *number,
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

/// Of the two processes of a check, each ends what is left when the other one is killed,
/// and both end by a signal to one or all, as from Ctrl-C.
#[test]
fn children_of_a_check_that_is_killed() {
    let above = |check: i32| check;
    let below = |check: i32| {
        let below = descendants(check);
        below.iter().find(|below| below.parent == check).unwrap().id
    };
    let all = |check: i32| -check;
    for (whom, signal, code) in [
        (&above as &dyn Fn(i32) -> i32, libc::SIGKILL, -libc::SIGKILL),
        (&below, libc::SIGKILL, 1),
        (&above, libc::SIGTERM, -libc::SIGTERM),
        (&all, libc::SIGINT, -libc::SIGINT),
        (&all, libc::SIGHUP, -libc::SIGHUP),
    ] {
        let script = Script::new("setsid SLEEP & SLEEP");
        let check = script.check(1);
        tests::wait_until(|| running(&script.sleeper).len() == 2);
        kill(whom(i32::try_from(check.id()).unwrap()), signal);
        let ending = tests::wait(check);
        assert_eq!(ending.code, code, "{ending:?}");
        if code == 1 {
            ending.assert_fails(1, &["the check was ended: signal: 9"]);
        }
        assert!(!ending.text().contains("WRONG"), "{ending:?}");
        tests::wait_until(|| running(&script.sleeper).is_empty());
    }
}

/// Ctrl-Z stops the check, what it checks and what that has started. After `fg` they go
/// on, and nobody has lost patience meanwhile.
#[test]
fn stopped_and_continued() {
    let once = format!(
        "[ -e \"$0.once\" ] || {{ touch \"$0.once\"; SLEEP & sleep 1; kill $!; }}; exec '{}'",
        env!("CARGO_BIN_EXE_solution3")
    );
    let script = Script::new(&once);
    let check = script.check(3);
    let id = i32::try_from(check.id()).unwrap();
    tests::wait_until(|| running(&script.sleeper).len() == 1);
    kill(-id, libc::SIGTSTP);
    let states = || -> Vec<String> {
        let all = descendants(id).into_iter().map(|process| process.id);
        all.chain([id]).map(state).collect()
    };
    tests::wait_until(|| states().iter().all(|state| state == "T"));
    assert!(states().len() >= 4, "{:?}", states());
    // Longer than a check is patient with a program that does nothing.
    thread::sleep(Duration::from_secs(6));
    kill(-id, libc::SIGCONT);
    let ending = tests::wait(check);
    assert_ne!(ending.code, 1, "{ending:?}");
    let step = "ok    pipes: empty, a byte, odd pieces, pauses";
    assert!(ending.text().contains(step), "{ending:?}");
}

/// A letter of proc_pid_stat(5).
fn state(process: i32) -> String {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let (_, fields) = stat.rsplit_once(") ").unwrap_or_default();
    fields.chars().take(1).collect()
}

/// What the check does about signals is its own affair.
#[test]
fn no_signal_is_ignored_for_the_program() {
    let ending = check(3, "grep SigIgn: /proc/$$/status >&2; exit 3");
    let text = ending.text();
    let ignored = text.split("SigIgn:").nth(1).unwrap().split_whitespace();
    let ignored = u64::from_str_radix(ignored.clone().next().unwrap(), 16).unwrap();
    for signal in [libc::SIGINT, libc::SIGTTOU, libc::SIGTTIN, libc::SIGTSTP] {
        assert_eq!(ignored & 1 << (signal - 1), 0, "{text}");
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
