//! `lab measure`: killed at any moment, it leaves what it has, and goes on from it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use tests::{program, run};

/// A folder of its own, which lab takes as it is, since it is absolute.
fn folder(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("fast-pipes-measure-{name}-{}", std::process::id()))
}

fn measure(folder: &Path) -> Command {
    let mut command = program("lab");
    command
        .args(["measure", "--quick", "--rounds", "4", "--machine"])
        .arg(folder);
    command
}

fn rows(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("runs.csv")).unwrap_or_default();
    text.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn killed_five_times_and_finished() {
    let folder = folder("killed");
    let mut before = 0;
    for moment in [400, 6000, 7500, 9000, 8200] {
        let mut child = measure(&folder).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(moment));
        let _ = child.kill();
        child.wait().unwrap();
        // Whatever the moment, what is there can be read.
        let chart = run(program("lab").arg("compare").args([&folder, &folder]));
        let rows = rows(&folder).len();
        assert!(chart.code == 0 || rows == 0, "{chart:?}");
        assert!(rows >= before, "a run was lost: {rows} after {before}");
        before = rows;
    }
    let ending = run(measure(&folder).stdin(Stdio::null()));
    assert_eq!(ending.code, 0, "{ending:?}");
    assert!(
        before == 0 || ending.stderr.contains("Going on after"),
        "{ending:?}"
    );
    let rows = rows(&folder);
    let mut keys: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| row.split(',').take(3).collect())
        .collect();
    keys.sort();
    let count = keys.len();
    keys.dedup();
    assert_eq!(keys.len(), count, "a run was made twice");
    assert_eq!(count % 4, 0, "four rounds of everything");

    // Once finished, the next measurement is a new one, and the old one is kept.
    let mut child = measure(&folder).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(Duration::from_secs(1));
    let _ = child.kill();
    child.wait().unwrap();
    let kept = fs::read_to_string(folder.join("runs.previous.csv")).unwrap();
    assert_eq!(kept.lines().count(), count + 1);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn machines_without_figures_are_named() {
    let nothing = folder("nothing");
    let ending = run(program("lab").arg("compare").args([&nothing, &nothing]));
    ending.assert_fails(1, &["holds no figures", "make measure MACHINE="]);
    run(program("lab").args(["compare", "one"])).assert_fails(2, &["2"]);
}
