//! What is around the checks: hints, the way back, where the programs are.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

#[test]
fn hints_come_one_by_one_and_are_remembered() {
    let folder = tempfile::tempdir().unwrap();
    for count in ["1 of 3", "2 of 3", "3 of 3", "3 of 3"] {
        let text = run_in(&folder, &["hint", "2"], "");
        assert!(text.contains(&format!("hint {count}")), "{text}");
    }
    let text = run_in(&folder, &["progress"], "");
    let second = text.lines().find(|line| line.starts_with('2'));
    assert!(
        second.is_some_and(|line| line.ends_with("open, 3 hints")),
        "{text}"
    );
    assert!(text.contains("exercise1-short-writes/README.md"), "{text}");
}

#[test]
fn reset_asks_and_brings_the_starter_back() {
    let folder = tempfile::tempdir().unwrap();
    let starter = folder.path().join("exercise1-short-writes/starter.rs");
    fs::create_dir_all(starter.parent().unwrap()).unwrap();
    fs::write(&starter, "fn main() {}\n").unwrap();
    for answer in ["", "n\n"] {
        let text = run_in(&folder, &["reset", "1"], answer);
        assert!(text.contains("Nothing was changed"), "{text}");
        assert_eq!(fs::read_to_string(&starter).unwrap(), "fn main() {}\n");
    }
    let text = run_in(&folder, &["reset", "1"], "y\n");
    assert!(text.contains("is as it came"), "{text}");
    let untouched = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/exercise1-untouched.rs");
    assert_eq!(
        fs::read_to_string(&starter).unwrap(),
        fs::read_to_string(untouched).unwrap()
    );
}

/// The programs are those beside the workshop's own, wherever that is.
#[test]
fn yesterdays_programs_are_not_checked() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("a folder with spaces");
    fs::create_dir(&folder).unwrap();
    let workshop = folder.join("workshop");
    copy(env!("CARGO_BIN_EXE_workshop"), &workshop);
    let check = || {
        let mut check = Command::new(&workshop);
        check.args(["check", "3", "--solution"]);
        let output = check.output().unwrap();
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    assert!(check().contains("solution3 is not built"), "{}", check());
    copy("/bin/false", &folder.join("solution3"));
    assert!(check().contains("exit code 1"), "{}", check());
}

/// By another process: were the copy open here, a test that forks at that moment would
/// hold it open for writing, and it could not be started.
fn copy(program: &str, to: &Path) {
    let copied = Command::new("cp").arg(program).arg(to).status().unwrap();
    assert!(copied.success());
}

#[test]
fn an_exercise_that_does_not_exist() {
    let output = workshop(&["hint", "99"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the exercises are 1 to"));
}

fn workshop(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_workshop"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who does not ask does not read the answer.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Asks for this in a folder of exercises of the test's own.
fn run_in(folder: &TempDir, arguments: &[&str], input: &str) -> String {
    let folder = ["--exercises", folder.path().to_str().unwrap()];
    let output = workshop(&[&folder, arguments].concat(), input);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}
