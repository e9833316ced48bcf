//! What the learner has done is not forgotten, whatever happens to its file.

use std::fs;
use std::process::{Child, Command, Output, Stdio};

use exercises::exercise::{ALL, Exercise};
use tempfile::TempDir;

fn workshop(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_workshop"));
    command
        .arg("--exercises")
        .arg(folder.path())
        .args(arguments);
    command
}

fn outcome(folder: &TempDir, arguments: &[&str]) -> Output {
    workshop(folder, arguments).output().unwrap()
}

/// Of sixty-four at once, the first three for each exercise get its three hints, and all are
/// remembered.
#[test]
fn sixty_four_hints_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let hints: Vec<Child> = (0..64)
        .map(|turn| {
            workshop(&folder, &["hint", &(turn % ALL.len() + 1).to_string()])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let texts: Vec<String> = hints
        .into_iter()
        .map(|hint| {
            let output = hint.wait_with_output().unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap()
        })
        .collect();
    for Exercise { number, .. } in &ALL {
        for hint in 1..=2 {
            let given = texts.iter().filter(|text| {
                text.starts_with(&format!("Exercise {number},"))
                    && text.contains(&format!(", hint {hint} of 3:"))
            });
            assert_eq!(given.count(), 1, "exercise {number}, hint {hint}");
        }
    }
    let progress = outcome(&folder, &["progress"]);
    let progress = String::from_utf8(progress.stdout).unwrap();
    assert_eq!(
        progress.matches("open, 3 hints").count(),
        ALL.len(),
        "{progress}"
    );
}

/// A file with a damaged line is named with the line, and stays as it is, whoever reads it.
#[test]
fn a_damaged_file_is_told_and_not_replaced() {
    for (line, text) in [
        (
            2,
            &b"exercise 1 passed hints 0\nexercise 2 pa\xffsed hints 1\n"[..],
        ),
        (1, b"exercise 1 passed hin"),
        (1, b"exercise 1 nearly hints 0\n"),
        (
            3,
            b"exercise 1 open hints 0\nexercise 2 open hints 0\nexercise 1 passed hints 2\n",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(".progress");
        fs::write(&file, text).unwrap();
        for command in [&["hint", "3"][..], &["progress"], &["check", "1"]] {
            let output = outcome(&folder, command);
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{said}");
            let place = format!("{}, line {line}, is damaged", file.display());
            assert!(said.contains(&place), "{said}");
            assert!(said.contains("move the file away"), "{said}");
            assert_eq!(fs::read(&file).unwrap(), text);
        }
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".progress");
    fs::create_dir(&file).unwrap();
    for command in [&["hint", "3"][..], &["progress"]] {
        let output = outcome(&folder, command);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains(&format!("cannot read {}", file.display())),
            "{said}"
        );
        assert!(file.is_dir());
    }
}
