//! `lab measure`: killed at any moment, it leaves what it has and what was there,
//! and goes on; one at a time, and into no folder but a machine's own.

use std::collections::HashSet;
use std::fs;
use std::thread;
use std::time::Duration;

use tests::lab::{FILES, Lab, assert_says, contents, kill, rows, to_the_end};
use tests::{program, run, wait_until};

#[test]
fn killed_at_many_moments_and_finished() {
    const ROUNDS: usize = 3;
    let lab = Lab::without_data().with_the_reference_as_yours();
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
        let ending = to_the_end(&mut lab.measure(&ROUNDS.to_string()));
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

/// A moment too short to be met by a kill: all runs are there, and it is not shown yet. So
/// its folder is laid where such a kill leaves it.
#[test]
fn killed_after_its_last_run() {
    let lab = Lab::without_data();
    to_the_end(&mut lab.measure("1"));
    let all = rows(&lab.yours("")).len();
    assert!(all > 0);
    let first = contents(&lab.yours(""));
    let unfinished = lab.yours("unfinished/2026-01-02T03-04-05Z");
    fs::create_dir_all(&unfinished).unwrap();
    for file in FILES {
        fs::copy(lab.yours(file), unfinished.join(file)).unwrap();
    }
    let plan = fs::read_to_string(unfinished.join("measurement.toml")).unwrap();
    let plan = plan.replace("finished = true", "finished = false");
    fs::write(unfinished.join("measurement.toml"), plan).unwrap();
    let ending = to_the_end(&mut lab.measure("1"));
    assert_says(&ending, 0, &[&format!("Going on after {all} runs"), "Done"]);
    assert_eq!(contents(&lab.yours(""))[0], first[0]);
    assert_eq!(contents(&lab.folders("earlier")[0]), first);
    assert!(lab.folders("unfinished").is_empty());
}

/// However often and in whatever order one measures, each complete measurement stays.
#[test]
fn quick_then_full_then_quick() {
    let lab = Lab::without_data();
    let full = || lab.command(&["measure", "--milliseconds", "10", "--rounds", "1"]);
    let mut kept = Vec::new();
    for mut command in [lab.measure("1"), full(), lab.measure("1")] {
        assert_says(&to_the_end(&mut command), 0, &["Done"]);
        kept.push(contents(&lab.yours("")));
    }
    let earlier: Vec<_> = lab.folders("earlier");
    assert_eq!(earlier.len(), 2, "{earlier:?}");
    assert!(earlier.iter().any(|path| contents(path) == kept[0]));
    assert!(earlier.iter().any(|path| contents(path) == kept[1]));
    let rows = |kept: &[Vec<u8>]| String::from_utf8_lossy(&kept[0]).lines().count();
    assert!(rows(&kept[1]) > rows(&kept[0]), "the full one is no longer");
}

/// Figures of two commits are never mixed, and none is thrown away.
#[test]
fn of_another_commit_it_goes_beside() {
    let lab = Lab::without_data();
    to_the_end(&mut lab.measure("1"));
    let complete = contents(&lab.yours(""));
    for (begun, commit) in [(1, "commit = 'of-yesterday'"), (2, ""), (3, "commit = ''")] {
        let measuring = lab.measuring();
        // One without a run would be no loss, and go.
        wait_until(|| {
            let folders = lab.folders("unfinished");
            folders.len() == begun && !rows(&folders[begun - 1]).is_empty()
        });
        kill(measuring);
        let machine = lab.folders("unfinished")[begun - 1].join("machine.toml");
        let text = fs::read_to_string(&machine).unwrap();
        let line = text.lines().find(|line| line.starts_with("commit = "));
        fs::write(&machine, text.replace(line.unwrap(), commit)).unwrap();
    }
    let unfinished = || {
        lab.folders("unfinished")
            .iter()
            .map(|it| rows(it))
            .collect::<Vec<_>>()
    };
    let before = unfinished();
    assert_says(&to_the_end(&mut lab.measure("1")), 0, &["Done"]);
    assert_eq!(unfinished(), before);
    assert_eq!(contents(&lab.folders("earlier")[0]), complete);
}

#[test]
fn the_second_one_is_told_who_is_at_it() {
    let lab = Lab::without_data();
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

#[test]
fn a_machine_is_one_folder_and_not_the_committed_one() {
    let lab = Lab::without_data();
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
    let lab = Lab::without_data();
    let ending = run(&mut lab.command(&["compare", "one", "other"]));
    ending.assert_fails(1, &["holds no figures", "make measure MACHINE="]);
    run(&mut lab.command(&["compare", "one"])).assert_fails(2, &["2"]);
}
