//! `lab pipeline`: signals from a terminal, what it cannot see, and what it tries.

use std::fs;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tests::child::interruptible;
use tests::{path_with_programs, program, program_path, run, wait, wait_until};

/// The folders in /proc of the processes that have this in their arguments, and those.
fn marked(mark: &str) -> Vec<(PathBuf, String)> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.map(|process| {
        let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
        (process.path(), String::from_utf8_lossy(&line).into_owned())
    });
    lines.filter(|(_, line)| line.contains(mark)).collect()
}

/// Their states.
fn states(mark: &str) -> Vec<char> {
    let marked = marked(mark).into_iter();
    let stats = marked.filter_map(|(process, _)| fs::read_to_string(process.join("stat")).ok());
    stats
        .filter_map(|stat| stat.rsplit_once(") ")?.1.chars().next())
        .collect()
}

/// How many of the watcher's own have a handler for SIGINT: a shell has one, too, until it
/// becomes somebody else.
fn that_take_ctrl_c(mark: &str) -> usize {
    let takes = |(process, line): &(PathBuf, String)| {
        if !line
            .split('\0')
            .next()
            .is_some_and(|it| it.ends_with("lab"))
        {
            return false;
        }
        let status = fs::read_to_string(process.join("status")).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = caught.and_then(|it| u64::from_str_radix(it.trim(), 16).ok());
        caught.unwrap_or(0) & 1 << (libc::SIGINT - 1) != 0
    };
    marked(mark).iter().filter(|it| takes(it)).count()
}

/// A pipeline that goes on until it is ended; its processes have `mark` in their arguments.
fn endless(mark: &str) -> String {
    format!("sh -c 'sleep 1000; : {mark}' | sh -c 'cat; : {mark}'")
}

/// Ctrl-C at a terminal ends the pipeline, the watcher reports, and nothing stays.
#[test]
fn ctrl_c_ends_it_all() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().display().to_string();
    let report = folder.path().join("report");
    let line = format!(
        "exec lab pipeline --report report -- \"{}\"",
        endless(&mark)
    );
    let mut script = Command::new("script");
    script
        .args(["-qec", &line, "/dev/null"])
        .env("PATH", path_with_programs())
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null());
    let mut script = interruptible(&mut script)
        .spawn()
        .expect("script is of util-linux");
    // The lab and its keeper.
    wait_until(|| states(&mark).len() >= 4 && that_take_ctrl_c(&mark) >= 2);
    let mut keys = script.stdin.take().unwrap();
    keys.write_all(b"\x03").unwrap();
    wait_until(|| states(&mark).is_empty());
    drop(keys);
    wait(script);
    assert!(fs::read_to_string(report).unwrap().contains("looks"));
}

/// As by Ctrl-Z and `fg`: all of it stops, goes on, and ends as it would have.
#[test]
fn ctrl_z_stops_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().display().to_string();
    let line = format!("sh -c 'read x; echo $x; : {mark}' | sh -c 'cat; : {mark}'");
    let mut child = program("lab")
        .args(["pipeline", "--report", "/dev/null", "--", &line])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    // Whoever starts a program waits, and cannot stop, until that has begun.
    let begun = |program: &str| {
        marked(&mark)
            .iter()
            .any(|(_, line)| line.starts_with(program))
    };
    wait_until(|| begun("sh\0-c\0read") && begun("sh\0-c\0cat"));
    signal(&child, "TSTP");
    wait_until(|| states(&mark).iter().all(|&state| state == 'T'));
    signal(&child, "CONT");
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"go on\n").unwrap();
    drop(input);
    let ending = wait(child);
    assert_eq!((ending.code, ending.stdout), (0, b"go on\n".to_vec()));
}

fn signal(child: &Child, name: &str) {
    let group = format!("-{}", child.id());
    let mut kill = Command::new("kill");
    kill.args(["-s", name, "--", &group]);
    assert!(kill.status().unwrap().success());
}

/// Somebody else's end of a pipe is named as what it is: not to be seen. Where /proc
/// hides it altogether, that is said.
#[test]
fn other_users_processes_are_named() {
    let is_root = fs::metadata("/proc/self").is_ok_and(|it| {
        use std::os::unix::fs::MetadataExt;
        it.uid() == 0
    });
    if !is_root {
        eprintln!("skipped: to be two users takes root");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().display().to_string();
    let lab = folder.path().join("lab");
    // By another process: what a test beside this one forks would hold the copy open.
    Command::new("cp")
        .args([&program_path("lab"), &lab])
        .status()
        .unwrap();
    Command::new("chmod")
        .arg("755")
        .args([&lab, folder.path()].map(|it| it.as_os_str()))
        .status()
        .unwrap();
    let mut shell = Command::new("bash")
        .args([
            "-c",
            &format!("sleep 1000 | setpriv --reuid=65534 --regid=65534 --clear-groups sh -c 'cat; : {mark}'"),
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    let theirs = || {
        let children = format!("/proc/{0}/task/{0}/children", shell.id());
        let text = fs::read_to_string(children).unwrap_or_default();
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    wait_until(|| theirs().len() == 2 && states(&mark).len() >= 2);
    let (writer, reader) = (theirs()[0].clone(), theirs()[1].clone());
    let as_nobody = |hide: bool, group: u32, pid: &str| {
        let mount = if hide {
            "mount -t proc -o hidepid=2 proc /proc &&"
        } else {
            ""
        };
        let line = format!(
            "{mount} exec setpriv --reuid=65534 --regid={group} --clear-groups ./lab pipeline --pid {pid} --seconds 1"
        );
        let mut unshare = Command::new("unshare");
        run(unshare
            .args(["--mount", "sh", "-c", &line])
            .current_dir(&folder))
    };
    let endings = [
        as_nobody(false, 65534, &reader),
        as_nobody(false, 65534, &writer),
        as_nobody(true, 65534, &reader),
        as_nobody(true, 65534, &writer),
        // Who is only in another group may list what it holds, and see nothing of it.
        as_nobody(false, 65533, &reader),
    ];
    let _ = Command::new("kill")
        .args(["--", &format!("-{}", shell.id())])
        .status();
    let _ = shell.wait();
    let [seen, refused, seen_alone, hidden, other_group] = endings;
    for ending in [seen, seen_alone] {
        let text = String::from_utf8_lossy(&ending.stdout).into_owned();
        assert!(text.contains("(outside) → "), "{text}{}", ending.stderr);
        assert!(text.contains("not seen: who writes what"), "{text}");
    }
    for ending in [refused, other_group] {
        ending.assert_fails(1, &["is another user's, or in a container"]);
    }
    hidden.assert_fails(1, &["/proc hides those here (hidepid)"]);
}

/// With --try the pipe of a program that writes gets every size, and that of one that
/// lends its pages none.
#[test]
fn only_what_was_written_gets_another_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sizes");
    let sizes = |writer: &str| -> Vec<u64> {
        let _ = fs::remove_file(&file);
        // The reader goes on until it has another size, as far as it may come.
        let line = format!(
            "{writer} | perl -e '$n = 0; while ($n < 2e9 && fcntl(STDIN, 1032, 0) <= 65536 && ($got = sysread STDIN, $b, 65536)) {{ $n += $got }} \
             open $f, \">>\", \"sizes\"; print $f fcntl(STDIN, 1032, 0) . \"\\n\"'"
        );
        let mut lab = program("lab");
        lab.args([
            "pipeline", "--try", "--yes", "--rounds", "2", "--shell", "bash",
        ]);
        lab.env("PATH", path_with_programs()).current_dir(&folder);
        let ending = run(lab.args(["--", &line]).stdin(Stdio::null()));
        assert_eq!(ending.code, 0, "{ending:?}");
        assert!(
            ending.stderr.contains("Times as fast as it is"),
            "{ending:?}"
        );
        let text = fs::read_to_string(&file).unwrap();
        let mut sizes: Vec<u64> = text.lines().map(|line| line.parse().unwrap()).collect();
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    };
    assert_eq!(
        sizes("head -c 3G /dev/zero"),
        [64 << 10, 256 << 10, 1 << 20]
    );
    assert_eq!(sizes("stage2-write").len(), 1);
}

/// What can be read only once is not read at all, and nobody is surprised.
#[test]
fn to_try_takes_an_input_that_can_be_had_again() {
    let mut lab = program("lab");
    lab.args(["pipeline", "--try", "--", "cat | cat"])
        .stdin(Stdio::piped());
    run(&mut lab).assert_fails(1, &["standard input can be read only once", "< /dev/null"]);
    let mut unasked = Command::new("setsid");
    unasked.arg("--wait").arg(program_path("lab"));
    unasked
        .args(["pipeline", "--try", "--", "seq 1 9 | wc -l"])
        .stdin(Stdio::null());
    let ending = run(&mut unasked);
    // Nothing has run for nothing.
    assert_eq!(ending.stdout, b"");
    ending.assert_fails(1, &["--yes tries without asking"]);
}

/// The watcher is no reason for a writer to go on: not even beside the fastest.
#[test]
fn a_writer_learns_that_its_reader_has_left() {
    for _ in 0..20 {
        let ending = run(program("lab")
            .args([
                "pipeline",
                "--report",
                "/dev/null",
                "--shell",
                "bash",
                "--pipefail",
                "--",
            ])
            .arg("yes | head -1")
            .stdin(Stdio::null()));
        assert_eq!((ending.code, ending.stdout), (141, b"y\n".to_vec()));
    }
}

/// Nobody is a reader on the sly: after the only reader has closed its end, not one write
/// succeeds any more.
#[test]
fn nothing_is_written_after_the_reader_has_left() {
    let folder = tempfile::tempdir().unwrap();
    // The reader takes 200 MB, so that there are looks in between, and says that it has left.
    let writer = "perl -e '$SIG{PIPE} = \"IGNORE\"; $late = 0; \
         while (1) { $left = -e \"left\"; last if !syswrite STDOUT, \"x\" x 4096; $late++ if $left } \
         open $f, \">>\", \"late\"; print $f \"$late\\n\"'";
    let reader = "perl -e '$n = 0; $n += sysread STDIN, $b, 65536 while $n < 2e8; close STDIN; \
         open $f, \">\", \"left\"; sleep 1'";
    let line = format!("for i in 1 2 3 4 5; do {writer} | {reader}; rm left; done");
    let ending = run(program("lab")
        .args(["pipeline", "--report", "/dev/null", "--shell", "bash"])
        .args(["--", &line])
        .current_dir(&folder)
        .stdin(Stdio::null()));
    assert_eq!(ending.code, 0, "{ending:?}");
    let late = folder.path().join("late");
    assert_eq!(fs::read_to_string(late).unwrap(), "0\n".repeat(5));
}
