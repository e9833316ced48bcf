//! `lab measure` where not all goes well: what fails is tried again, and what
//! is missing at the end is named.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Stdio};

use tempfile::TempDir;
use tests::child::{first_cpu, with_files_up_to};
use tests::lab::{Lab, assert_says, contents, rows, to_the_end};
use tests::{program_path, programs};

/// The programs, each the real one or a script, and scripts for others.
fn with_scripts(scripts: &[(&str, String)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(programs()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && path.extension().is_none() {
            symlink(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    // It looks for the others where it is itself.
    fs::remove_file(folder.path().join("lab")).unwrap();
    // By another process: were the copy open here while another test forks, it would be busy.
    let copied = Command::new("cp")
        .arg(program_path("lab"))
        .arg(folder.path())
        .status();
    assert!(copied.unwrap().success());
    for (name, script) in scripts {
        let path = folder.path().join(name);
        let _ = fs::remove_file(&path);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

#[test]
fn what_fails_is_tried_again_and_then_named() {
    let mut lab = Lab::without_data();
    assert_says(&to_the_end(&mut lab.measure("1")), 0, &["Done: "]);
    let complete = contents(&lab.yours(""));
    let everything = rows(&lab.yours("")).len();

    // Stage 4 is killed in its warm-up and in a run; stage 5 never works.
    let real = program_path("stage4-write");
    let count = lab.root.path().join("count");
    let killed = format!(
        "echo x >> '{0}'; case $(wc -l < '{0}') in 1|3) kill -9 $$;; esac; exec '{1}' \"$@\"",
        count.display(),
        real.display()
    );
    let refused = "echo 'no luck for me' >&2; exit 1".to_owned();
    let programs = with_scripts(&[("stage4-write", killed), ("stage5-write", refused)]);
    lab.program = programs.path().join("lab");
    let ending = to_the_end(&mut lab.measure("2"));
    let words = [
        "failed: stages/stage4 in round 1: the writer was killed: signal: 9",
        "not measured: stages/stage5: no luck for me",
        "stages/stage5, which the one before has, so that one stays",
        "one configuration could not be measured",
    ];
    assert_says(&ending, 1, &words);
    assert_eq!(
        contents(&lab.yours("")),
        complete,
        "it must not be replaced"
    );
    let aside = &lab.folders("earlier")[0];
    assert!(aside.display().to_string().ends_with("-incomplete"));
    let rows = rows(aside);
    assert_eq!(rows.len(), 2 * (everything - 1), "all but stage 5");
    assert!(rows.contains(&"2,stages,stage4".to_owned()));
    let measurement = fs::read_to_string(aside.join("measurement.toml")).unwrap();
    assert!(
        measurement.contains("name = \"stages/stage5\""),
        "{measurement}"
    );
}

#[test]
fn a_pipeline_that_fails_is_tried_again_and_then_named() {
    let mut lab = Lab::without_data();
    let count = lab.root.path().join("count");
    let but_for_the_second_time = format!(
        "echo x >> '{0}'; test $(wc -l < '{0}') -ne 2 && seq 1 9",
        count.display()
    );
    let refused = "echo 'no luck for me' >&2; exit 1".to_owned();
    let scripts = [
        ("print-lines", but_for_the_second_time),
        ("taskset", refused),
    ];
    let programs = with_scripts(&scripts);
    lab.program = programs.path().join("lab");
    let words = "pipelines one-cpu rust-lines --rounds 2 --machine laptop";
    let ending = to_the_end(&mut lab.command(&words.split(' ').collect::<Vec<_>>()));
    let words = [
        "given up: one-cpu (before): exit status: 1: no luck for me",
        "one pipeline could not be measured",
    ];
    assert_says(&ending, 1, &words);
    let file = lab.root.path().join("book/measured/laptop/pipelines.csv");
    let rows = fs::read_to_string(file).unwrap();
    assert_eq!(rows.matches("rust-lines").count(), 6, "{rows}");
    assert!(!rows.contains("one-cpu"), "{rows}");
}

#[test]
fn a_disk_that_is_full_loses_nothing() {
    let lab = Lab::without_data();
    let mut command = lab.measure("1");
    // A file of 2000 bytes is full then, in the middle of a row.
    with_files_up_to(&mut command, 2000);
    let ending = to_the_end(&mut command);
    assert_says(
        &ending,
        1,
        &[
            "cannot go on in",
            "is the disk full?",
            "runs that it has stay",
        ],
    );
    let had = lab.unfinished_rows();
    assert!(had > 0);
    let ending = to_the_end(&mut lab.measure("1"));
    assert_says(&ending, 0, &[&format!("Going on after {had} runs"), "Done"]);
}

/// A file system of 16 KiB holds the plan, and a few of the runs.
#[test]
fn a_file_system_that_is_full_loses_nothing() {
    let private = |words: &[&str]| {
        let mut command = Command::new("unshare");
        // Root in a namespace of its own, where this user may have one.
        command.args(["--mount", "--map-root-user"]).args(words);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let has_namespaces = private(&["mount", "-t", "tmpfs", "none", "/mnt"]).output();
    if !has_namespaces.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: a file system of one's own needs unshare(1), and the right to it");
        return;
    }
    let lab = Lab::without_data();
    let small = lab.root.path().join("book/measured");
    fs::create_dir_all(&small).unwrap();
    let saved = lab.root.path().join("saved");
    // What is on it goes with the namespace.
    let script = "folder=$0 saved=$1; shift
        mount -t tmpfs -o size=16k none \"$folder\" || exit 99
        \"$@\"; code=$?; cp -r \"$folder\" \"$saved\"; exit $code";
    let mut command = private(&["sh", "-c", script]);
    command.arg(&small).arg(&saved).arg(&lab.program);
    command.args(lab.measure("9").get_args());
    let ending = to_the_end(command.current_dir(lab.root.path()));
    let words = ["cannot go on in", "No space left", "runs that it has stay"];
    assert_says(&ending, 1, &words);
    fs::remove_dir(&small).unwrap();
    fs::rename(&saved, &small).unwrap();
    let had = lab.unfinished_rows();
    assert!(had > 0);
    let ending = to_the_end(&mut lab.measure("9"));
    assert_says(&ending, 0, &[&format!("Going on after {had} runs"), "Done"]);
}

#[test]
fn on_one_cpu_it_says_what_is_missing() {
    let lab = Lab::without_data();
    let cpus = format!("{0},{0}", first_cpu());
    let mut command = lab.measure("1");
    let ending = to_the_end(command.args(["--cpus", &cpus, "--machine", "laptop"]));
    let words = [
        "not measured: stages/stage1, stages/stage2 and",
        "each end needs a CPU to itself",
        "Done but for that: `make compare A=reference B=laptop`",
    ];
    assert_says(&ending, 0, &words);
    let rows = rows(&lab.root.path().join("book/measured/laptop"));
    assert!(rows.contains(&"1,stages-one-cpu,stage1".to_owned()));
}
