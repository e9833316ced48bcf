//! `lab measure`: killed at any moment, it leaves what it has and what was there,
//! and goes on; what fails for a while or for good is tried again, and named.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use tests::child::{checked, first_cpu, in_child};
use tests::{Ending, program, program_path, run, wait, workspace};

/// What belongs to a measurement.
const FILES: [&str; 3] = ["runs.csv", "machine.toml", "measurement.toml"];

/// A lab in a workspace of its own, whose runs are short.
struct Lab {
    root: TempDir,
    program: PathBuf,
}

impl Lab {
    fn new() -> Lab {
        Lab {
            root: tempfile::tempdir().unwrap(),
            program: program_path("lab"),
        }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(words).current_dir(self.root.path());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn measure(&self, rounds: &str) -> Command {
        let short = ["--quick", "--milliseconds", "10", "--rounds", rounds];
        self.command(&[&["measure"], &short[..]].concat())
    }

    /// Started, and so far that it has the folder.
    fn measuring(&self) -> Child {
        let child = self.measure("50").spawn().unwrap();
        let me = child.id().to_string();
        while fs::read_to_string(self.yours(".lock")).unwrap_or_default() != me {
            thread::sleep(Duration::from_millis(5));
        }
        child
    }

    fn yours(&self, file: &str) -> PathBuf {
        self.root.path().join("book/measured/yours").join(file)
    }

    /// The folders in `unfinished` or `earlier`, by their names.
    fn folders(&self, of: &str) -> Vec<PathBuf> {
        let mut folders: Vec<_> = fs::read_dir(self.yours(of))
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().path())
            .filter(|path| !path.ends_with(".draft"))
            .collect();
        folders.sort();
        folders
    }

    fn unfinished_rows(&self) -> usize {
        let folders = self.folders("unfinished");
        folders.iter().map(|folder| rows(folder).len()).sum()
    }

    /// This book's machine as it is committed: a folder as of before there were others in it.
    fn with_the_reference_as_yours(self) -> Lab {
        fs::create_dir_all(self.yours("")).unwrap();
        for file in FILES {
            let from = workspace().join("book/measured/reference").join(file);
            fs::copy(from, self.yours(file)).unwrap();
        }
        self
    }
}

/// Round, group and name of each run.
fn rows(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("runs.csv")).unwrap_or_default();
    let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
    let keys = whole.lines().skip(1);
    keys.map(|row| row.split(',').take(3).collect::<Vec<_>>().join(","))
        .collect()
}

fn contents(folder: &Path) -> Vec<Vec<u8>> {
    let read = |file| fs::read(folder.join(file)).unwrap();
    FILES.map(read).to_vec()
}

fn kill(mut child: Child) -> Ending {
    let _ = child.kill();
    wait(child)
}

#[track_caller]
fn assert_says(ending: &Ending, code: i32, words: &[&str]) {
    assert_eq!(ending.code, code, "{}", ending.stderr);
    for word in words {
        let said = &ending.stderr;
        assert!(said.contains(word), "no '{word}' in: {said}");
    }
}

#[test]
fn killed_at_many_moments_and_finished() {
    const ROUNDS: usize = 3;
    let lab = Lab::new().with_the_reference_as_yours();
    let before = contents(&lab.yours(""));
    let mut had = 0;
    for moment in [3, 70, 900, 1900, 2100, 1600, 2300, 2000] {
        let child = lab.measure(&ROUNDS.to_string()).spawn().unwrap();
        thread::sleep(Duration::from_millis(moment));
        kill(child);
        if lab.unfinished_rows() < had {
            break; // It came to its end.
        }
        had = lab.unfinished_rows();
        assert_eq!(contents(&lab.yours("")), before, "what is shown is touched");
        let folder = lab.yours("").display().to_string();
        assert_eq!(
            run(&mut lab.command(&["compare", &folder, &folder])).code,
            0
        );
    }
    // Another plan goes beside it.
    kill(lab.measuring());
    if lab.folders("earlier").is_empty() {
        assert!(lab.unfinished_rows() >= had, "a run is lost");
        let ending = run(&mut lab.measure(&ROUNDS.to_string()));
        assert_says(&ending, 0, &["Done: `make chart`", "is now in"]);
        assert!(
            had == 0 || ending.stderr.contains("Going on after"),
            "{ending:?}"
        );
    }
    let rows = rows(&lab.yours(""));
    let keys: HashSet<_> = rows.iter().collect();
    assert_eq!(keys.len(), rows.len(), "a run was made twice");
    let in_round = |round: usize| {
        let start = format!("{round},");
        rows.iter().filter(|row| row.starts_with(&start)).count()
    };
    assert!((1..=ROUNDS).all(|round| in_round(round) * ROUNDS == rows.len()));
    assert_eq!(contents(&lab.folders("earlier")[0]), before);
}

#[test]
fn killed_after_its_last_run() {
    let lab = Lab::new();
    let all = {
        run(&mut lab.measure("1"));
        rows(&lab.yours("")).len()
    };
    assert!(all > 0);
    let first = contents(&lab.yours(""));
    let mut child = lab.measure("1").spawn().unwrap();
    while lab.unfinished_rows() < all && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(5));
    }
    kill(child);
    let folders = lab.folders("unfinished");
    if folders.is_empty() {
        eprintln!("it was too fast for this test");
        return;
    }
    let runs = fs::read(folders[0].join("runs.csv")).unwrap();
    let ending = run(&mut lab.measure("1"));
    assert_says(&ending, 0, &[&format!("Going on after {all} runs"), "Done"]);
    assert_eq!(fs::read(lab.yours("runs.csv")).unwrap(), runs);
    assert_eq!(contents(&lab.folders("earlier")[0]), first);
    assert!(lab.folders("unfinished").is_empty());
}

#[test]
fn the_second_one_is_told_who_is_at_it() {
    let lab = Lab::new();
    let first = lab.measuring();
    let who = format!("process {} is measuring into it", first.id());
    run(&mut lab.measure("2")).assert_fails(1, &["yours is in use", &who]);
    for words in [
        ["pages", "--machine", "yours"],
        ["beyond", "--machine", "yours"],
    ] {
        run(&mut lab.command(&words)).assert_fails(1, &[&who]);
    }
    kill(first);
    // The kernel lets go for who was killed.
    kill(lab.measuring());
}

/// The programs, each the real one or a script.
fn with_scripts(scripts: &[(&str, String)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(program_path("lab").parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && path.extension().is_none() {
            symlink(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    // It looks for the others where it is itself.
    fs::remove_file(folder.path().join("lab")).unwrap();
    fs::copy(program_path("lab"), folder.path().join("lab")).unwrap();
    for (name, script) in scripts {
        let path = folder.path().join(name);
        fs::remove_file(&path).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

#[test]
fn what_fails_is_tried_again_and_then_named() {
    let mut lab = Lab::new();
    assert_says(&run(&mut lab.measure("1")), 0, &["Done: "]);
    let complete = contents(&lab.yours(""));
    let everything = rows(&lab.yours("")).len();

    // Stage 4 is killed in its warm-up and in a run; stage 5 never works.
    let real = program_path("stage4-write");
    let count = lab.root.path().join("count");
    let killed = format!(
        "echo x >> {0}; case $(wc -l < {0}) in 1|3) kill -9 $$;; esac; exec {1} \"$@\"",
        count.display(),
        real.display()
    );
    let refused = "echo 'no luck for me' >&2; exit 1".to_owned();
    let programs = with_scripts(&[("stage4-write", killed), ("stage5-write", refused)]);
    lab.program = programs.path().join("lab");
    let ending = run(&mut lab.measure("2"));
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
fn a_disk_that_is_full_loses_nothing() {
    let lab = Lab::new();
    let mut command = lab.measure("1");
    // A file of 2000 bytes is full then, in the middle of a row.
    in_child(&mut command, || {
        let limit = libc::rlimit {
            rlim_cur: 2000,
            rlim_max: libc::RLIM_INFINITY,
        };
        // SAFETY: the pointer is to a live limit; the signal is merely ignored.
        checked(unsafe { libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit) })?;
        // SAFETY: takes numbers; error EFBIG comes in the place of the signal.
        unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
        Ok(())
    });
    let ending = run(&mut command);
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
    let ending = run(&mut lab.measure("1"));
    assert_says(&ending, 0, &[&format!("Going on after {had} runs"), "Done"]);
}

#[test]
fn on_one_cpu_it_says_what_is_missing() {
    let lab = Lab::new();
    let cpus = format!("{0},{0}", first_cpu());
    let mut command = lab.measure("1");
    let ending = run(command.args(["--cpus", &cpus, "--machine", "laptop"]));
    let words = [
        "not measured: stages/stage1, stages/stage2 and",
        "each end needs a CPU to itself",
        "Done but for that: `make compare A=reference B=laptop`",
    ];
    assert_says(&ending, 0, &words);
    let rows = rows(&lab.root.path().join("book/measured/laptop"));
    assert!(rows.contains(&"1,stages-one-cpu,stage1".to_owned()));
}

#[test]
fn a_machine_is_one_folder_and_not_the_committed_one() {
    let lab = Lab::new();
    for command in ["measure", "perf", "pages", "beyond"] {
        for name in ["", ".", "..", "../../x", "/abs", "a/b", ".hidden"] {
            let mut command = lab.command(&[command, "--machine", name]);
            run(&mut command).assert_fails(2, &["--machine", "such as laptop"]);
        }
    }
    for command in ["measure", "pages", "beyond"] {
        let mut command = lab.command(&[command, "--machine", "reference"]);
        run(&mut command).assert_fails(1, &["committed", "REPLACE_REFERENCE=1"]);
    }
    let mut console = program("preprocessor");
    console.arg("console").current_dir(lab.root.path());
    fs::create_dir_all(lab.root.path().join("book/src")).unwrap();
    run(&mut console).assert_fails(1, &["committed", "--replace-reference"]);
    run(&mut lab.measure("0")).assert_fails(2, &["0"]);
    assert!(!lab.root.path().join("book/measured").exists());
}

#[test]
fn machines_without_figures_are_named() {
    let lab = Lab::new();
    let ending = run(&mut lab.command(&["compare", "one", "other"]));
    ending.assert_fails(1, &["holds no figures", "make measure MACHINE="]);
    run(&mut lab.command(&["compare", "one"])).assert_fails(2, &["2"]);
}
