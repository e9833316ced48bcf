//! `make perf-stage…`, by the program behind it.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use tests::child::{interruptible, refuse, without_threads};
use tests::processes::{kill, members};
use tests::{has, program, run, wait, wait_until};

fn perf(stage: &str, folder: &Path) -> Command {
    let mut command = program("lab");
    command
        .args(["perf", stage, "--bytes", "100M", "--seconds", "1"])
        .current_dir(folder);
    command
}

/// Where perf does not work, the message says what to do; what it says is
/// checked here, and there is nothing else to see.
#[test]
fn a_stage_gets_its_trees_graphs_and_counts() {
    let folder = tempfile::tempdir().unwrap();
    let first = run(&mut perf("2", folder.path()));
    if first.code != 0 {
        first.assert_fails(1, &["perf"]);
        assert!(
            ["install", "sysctl", "container"]
                .iter()
                .any(|mend| first.stderr.contains(mend)),
            "{first:?}"
        );
        assert!(!folder.path().join("book").exists());
        return;
    }
    let second = run(&mut perf("3", folder.path()));
    assert_eq!(second.code, 0, "{second:?}");

    let results = folder.path().join("book/measured/yours/perf");
    for (end, call) in [
        ("stage2.write", "vmsplice"),
        ("stage2.read", "read"),
        ("stage3.write", "vmsplice"),
        ("stage3.read", "splice"),
    ] {
        let text = fs::read_to_string(results.join(format!("{end}.txt"))).unwrap();
        check_tree(&text, call);
        check_graph(&results.join(format!("{end}.svg")), call);
    }
    // Stage 3 changes the reading end alone.
    check_graph(&results.join("stage3.read.diff.svg"), "splice");
    assert!(!results.join("stage3.write.diff.svg").exists());

    let counts = fs::read_to_string(results.join("counts.csv")).unwrap();
    assert_eq!(counts.lines().count(), 5, "{counts}");
    for row in counts.lines() {
        assert_eq!(row.split(',').count(), 9, "{row}");
    }
    let names: Vec<_> = fs::read_dir(&results)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(
        names
            .iter()
            .all(|name| name.starts_with("stage") || name == "counts.csv"),
        "something is left over: {names:?}"
    );
}

/// The header, then lines of total, self and function, indented below their caller.
#[track_caller]
fn check_tree(text: &str, call: &str) {
    assert!(text.starts_with(&format!("{call} in ")), "{text}");
    assert!(text.contains("are left out\n"), "{text}");
    assert!(text.contains("GiB/s under perf"), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );

    let (_, tree) = text.split_once("function\n").unwrap();
    let rows: Vec<(usize, f64, &str)> = tree
        .lines()
        .map(|line| {
            let function = line[18..].trim_start();
            let depth = (line.len() - 18 - function.len()) / 2;
            let total = line[..8].trim().trim_end_matches('%');
            (depth, total.parse().unwrap(), function)
        })
        .collect();
    assert_eq!((rows[0].0, rows[0].2), (0, call), "{text}");
    assert!(rows[0].1 > 0.0 && rows.len() > 3, "{text}");
    let kernels = format!("sys_{call}");
    assert!(
        rows.iter()
            .any(|(_, _, function)| function.contains(&kernels)),
        "no {kernels} in {text}"
    );
    for (index, (depth, total, _)) in rows.iter().enumerate() {
        let children: f64 = rows[index + 1..]
            .iter()
            .take_while(|(below, _, _)| below > depth)
            .filter(|(below, _, _)| *below == depth + 1)
            .map(|(_, total, _)| total)
            .sum();
        assert!(children <= total + 1e-6, "row {index} of {text}");
    }
}

#[track_caller]
fn check_graph(path: &Path, call: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.len() < 150_000, "{} is large", path.display());
    let function = format!("<title>{call}: ");
    assert!(
        text.starts_with("<svg") && text.ends_with("</svg>") && text.contains(&function),
        "{} does not name {call}",
        path.display()
    );
}

#[test]
fn without_perf_it_says_which_package() {
    let folder = tempfile::tempdir().unwrap();
    let ending = run(perf("1", folder.path()).env("PATH", folder.path()));
    ending.assert_fails(1, &["perf", "linux-perf", "Fedora"]);
    assert!(!folder.path().join("book").exists());
}

#[test]
fn forbidden_it_says_so() {
    if !has("perf") {
        // Then the message is the one of the test above.
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut command = perf("1", folder.path());
    refuse(&mut command, libc::SYS_perf_event_open, libc::EPERM);
    run(&mut command).assert_fails(1, &["may not look into the kernel", "container"]);
    assert!(!folder.path().join("book").exists());
}

#[test]
fn no_such_stage() {
    run(program("lab").args(["perf", "6"])).assert_fails(2, &["6"]);
    run(program("lab").args(["perf", "--seconds", "0"])).assert_fails(2, &["0"]);
}

/// Whether perf works here; where not, what it says is tested above.
#[expect(clippy::print_stderr, reason = "a test may say what it skips")]
fn works(folder: &Path) -> bool {
    let works = run(&mut perf("1", folder)).code == 0;
    if !works {
        eprintln!("perf does not work here: nothing tried");
    }
    works
}

/// Ended at any moment, it leaves no process and no file.
#[test]
fn nothing_is_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    if !works(folder.path()) {
        return;
    }
    for (signal, to_group) in [
        (libc::SIGINT, true),
        (libc::SIGTERM, false),
        (libc::SIGKILL, false),
    ] {
        let temporary = tempfile::tempdir().unwrap();
        let mut command = program("lab");
        command
            .args(["perf", "1", "--bytes", "100M", "--seconds", "600"])
            .current_dir(folder.path())
            .env("TMPDIR", temporary.path())
            .process_group(0)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let lab = interruptible(&mut command).spawn().unwrap();
        let id = i32::try_from(lab.id()).unwrap();
        // Lab, perf, the ladder and both ends.
        wait_until(|| members(id).len() == 5);
        kill(if to_group { -id } else { id }, signal);
        assert_eq!(wait(lab).code, -signal);
        wait_until(|| members(id).is_empty());
        let left: Vec<_> = fs::read_dir(temporary.path()).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// As where a user's configuration asks for call graphs that need other hardware.
#[test]
fn a_users_perfconfig_changes_no_tree() {
    let folder = tempfile::tempdir().unwrap();
    if !works(folder.path()) {
        return;
    }
    let config = "[call-graph]\nrecord-mode = lbr\n";
    fs::write(folder.path().join(".perfconfig"), config).unwrap();
    let ending = run(perf("1", folder.path()).env("HOME", folder.path()));
    assert_eq!(ending.code, 0, "{ending:?}");
}

#[test]
fn outputs_that_are_full_and_threads_that_cannot_be_had() {
    let folder = tempfile::tempdir().unwrap();
    if !works(folder.path()) {
        return;
    }
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = perf("1", folder.path());
    command.stdout(full).stderr(Stdio::piped());
    wait(command.spawn().unwrap()).assert_fails(1, &["cannot print", "No space left"]);

    let mut command = perf("1", folder.path());
    without_threads(&mut command);
    run(&mut command).assert_fails(1, &["cannot start a thread"]);
}
