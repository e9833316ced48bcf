//! `lab pipeline`: faults that are known, and that it changes nothing.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tests::{path_with_programs, program, programs, run, wait, wait_until};

/// What is wrong, the command, what is to be said, and of whom.
type Fault = (&'static str, String, &'static str, &'static str);

const SPIN: &str = "sub spin{my $x=0;$x+=$_ for 1..$_[0]}";

fn faults() -> Vec<Fault> {
    let burst = format!(
        "perl -e '{SPIN} for(1..100){{spin(800000);my $n=0;while($n<1048576){{\
         $n+=syswrite STDOUT,\"x\"x(1048576-$n)}}}}'"
    );
    let take = format!(
        "perl -e '{SPIN} my $n=1;while($n){{my $got=0;while($got<524288){{\
         $n=sysread STDIN,my $b,65536;last if !$n;$got+=$n}} spin(400000)}}'"
    );
    let even = format!("perl -e '{SPIN} for(1..6000){{spin(9000);syswrite STDOUT,\"x\"x4096}}'");
    let evenly = format!("perl -e '{SPIN} while(sysread STDIN,my $b,4096){{spin(9000)}}'");
    let disk = "perl -MIO::Handle -e 'open my $f,\">\",\"fsync.tmp\";\
                my $end=time+3;while(time<$end){sysread STDIN,my $b,16384;syswrite $f,$b;$f->sync} unlink \"fsync.tmp\"'";
    [
        ("slow consumer", "head -c 200M /dev/zero | gzip -9 >/dev/null".to_owned(), "busy", "gzip"),
        ("slow producer", "gzip -9 <lab | cat >/dev/null".to_owned(), "busy", "gzip"),
        (
            "tiny writes",
            "dash -c 'i=0; while [ $i -lt 400000 ]; do echo 0123456789012345678901234567890123456789; \
             i=$((i+1)); done' | cat >/dev/null"
                .to_owned(),
            "small-writes",
            "dash",
        ),
        ("bursty ends", format!("{burst} | {take}"), "pipe", ""),
        ("one CPU", format!("taskset -c 0 bash -c '{}'", format!("{even} | {evenly}").replace('\'', r"'\''")), "one-cpu", "perl"),
        ("a disk", format!("cat /dev/zero | {disk}"), "disk", "perl"),
        (
            "a rate limit",
            "perl -e 'for(1..150){syswrite STDOUT,\"x\"x9000;select undef,undef,undef,.02}' | cat >/dev/null".to_owned(),
            "clock",
            "perl",
        ),
        (
            "a middle that keeps everything",
            "seq 1 1200000 | LC_ALL=C sort -R --parallel=1 | gzip -9 >/dev/null".to_owned(),
            "buffers",
            "sort",
        ),
        (
            "a fan-out",
            "head -c 150M /dev/zero | tee >(gzip -9 >/dev/null) >(wc -c >/dev/null) | cat >/dev/null".to_owned(),
            "busy",
            "gzip",
        ),
        ("a writer that does not go on", "sleep 4 | cat".to_owned(), "stalled", "sleep"),
        ("a reader that leaves", "(echo a; sleep 4) | head -1 >/dev/null".to_owned(), "reader-left", "head"),
        (
            "nine",
            "head -c 400M /dev/zero | cat | cat | cat | gzip -9 | cat | cat | cat | wc -c >/dev/null".to_owned(),
            "busy",
            "gzip",
        ),
    ]
    .into()
}

/// Runs the command under the watcher, in the programs' folder, which is on a disk;
/// returns its report.
fn watched(command: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report");
    let ending = run(program("lab")
        .args(["pipeline", "--shell", "bash", "--json", "--report"])
        .arg(&report)
        .args(["--", command])
        .current_dir(programs())
        .stdin(Stdio::null()));
    ending.assert_clean();
    serde_json::from_slice(&fs::read(report).unwrap()).unwrap()
}

/// How many of the faults are told; those that are not are named.
fn told(state: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (what, command, kind, who) in faults() {
        let report = watched(&command);
        let verdict = &report["verdict"];
        let place = verdict["process"].as_u64().map(|place| place as usize);
        let name = place.map_or(String::new(), |place| {
            report["seen"]["processes"][place]["name"]
                .as_str()
                .unwrap()
                .to_owned()
        });
        if verdict["kind"] != kind || !name.starts_with(who) {
            let said = &report["sentences"];
            wrong.push(format!(
                "{state}, {what}: {} {name}: {said}",
                verdict["kind"]
            ));
        }
    }
    wrong
}

/// Eleven of twelve.
#[test]
#[ignore = "who waits for whom is up to the machine: on a quiet one, run it with --ignored"]
fn known_faults_are_told() {
    let wrong = told("quiet");
    assert!(wrong.len() <= 1, "{wrong:#?}");
}

/// Also while other programs want the CPUs.
#[test]
#[ignore = "as above"]
fn known_faults_are_told_beside_other_programs() {
    let _busy: Vec<Busy> = (0..3).map(|_| Busy::start()).collect();
    let wrong = told("busy");
    assert!(wrong.len() <= 1, "{wrong:#?}");
}

/// A program that wants a CPU all the time.
struct Busy(Child);

impl Busy {
    fn start() -> Busy {
        Busy(
            Command::new("sh")
                .args(["-c", "while :; do :; done"])
                .spawn()
                .unwrap(),
        )
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What bash gives, the watcher gives.
const ODD: [&str; 30] = [
    "true",
    "false",
    "exit 7",
    "echo a | cat",
    "cat | sort",
    "yes | head -1",
    "yes | head -c 3M | md5sum",
    "echo a | grep b",
    "false | true",
    "true | false",
    "set -o pipefail; false | true",
    "echo a |& cat",
    "ls /nonexistent |& wc -l",
    "cat <(echo a) <(echo b)",
    "x=$(echo a | tr a b); echo $x",
    "cat <<END | tr a-z A-Z\nhello\nEND",
    "echo 'a | b' | cat",
    "f() { cat; }; echo a | f",
    "! true | false",
    "kill -9 $$",
    "kill -TERM $$",
    "sh -c 'kill -11 $$' | cat; echo ${PIPESTATUS[0]}",
    "nonexistent-program | cat; exit ${PIPESTATUS[0]}",
    "seq 1 1000 | while read n; do [ $n = 500 ] && echo $n; done",
    "(echo a; echo b >&2) 2>&1 | sort",
    "head -c 100000 /dev/zero | tee >(wc -c >&2) 2>&1 | wc -c | cat",
    "echo a > >(cat); wait",
    "set -o pipefail; stage2-write | stage3-read --bytes-to-pipe 64M >/dev/null",
    "set -o pipefail; stage4-write | head -c 10M | md5sum",
    "mkfifo f; (echo a > f) & cat f; wait",
];

#[test]
fn bytes_and_exit_codes_are_those_of_bash() {
    for command in ODD {
        let outcome = |watched: bool| {
            let folder = tempfile::tempdir().unwrap();
            let input = folder.path().join("input");
            fs::write(&input, "b\na\n").unwrap();
            let mut process = match watched {
                true => program("lab"),
                false => Command::new("bash"),
            };
            if watched {
                process.args(["pipeline", "--shell", "bash", "--report", "/dev/null", "--"]);
            } else {
                process.arg("-c");
            }
            process
                .arg(command)
                .env("PATH", path_with_programs())
                .current_dir(&folder)
                .stdin(fs::File::open(input).unwrap());
            let ending = run(&mut process);
            (ending.code, ending.stdout)
        };
        let of_bash = outcome(false);
        // What is not found does the same in both ways, and nothing.
        assert_eq!(of_bash.0 == 127, command.contains("nonexistent-program"));
        assert_eq!(outcome(true), of_bash, "{command}");
    }
}

/// Whenever the watcher is killed, the pipeline ends too.
#[test]
fn a_killed_watcher_leaves_no_process() {
    for turn in 0..20_u64 {
        let folder = tempfile::tempdir().unwrap();
        // The programs are found by this folder, which is in their arguments.
        let mark = folder.path().display().to_string();
        let command =
            format!("sh -c 'sleep 1000; : {mark}' | sh -c 'cat; : {mark}' | sh -c 'cat; : {mark}'");
        let mut child = program("lab")
            .args(["pipeline", "--report", "/dev/null", "--", &command])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        // Any moment will do.
        thread::sleep(Duration::from_millis(turn * 7 % 60));
        child.kill().unwrap();
        wait(child);
        wait_until(|| running(&mark) == 0);
    }
}

fn running(mark: &str) -> usize {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let line = |process: fs::DirEntry| fs::read(process.path().join("cmdline")).unwrap_or_default();
    processes
        .map(line)
        .filter(|line| String::from_utf8_lossy(line).contains(mark))
        .count()
}

/// A pipeline that runs already is watched as it is.
#[test]
fn a_running_pipeline_is_watched() {
    let mut shell = Command::new("bash")
        .args(["-c", "sleep 1000 | cat"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    let children = format!("/proc/{0}/task/{0}/children", shell.id());
    let count = || {
        fs::read_to_string(&children)
            .unwrap_or_default()
            .split_whitespace()
            .count()
    };
    wait_until(|| count() == 2);
    let pids = fs::read_to_string(&children).unwrap();
    let first = pids.split_whitespace().next().unwrap().to_owned();
    let ending =
        run(program("lab").args(["pipeline", "--pid", &first, "--seconds", "3", "--json"]));
    let report: Value = serde_json::from_slice(&ending.stdout).unwrap();
    for pid in pids.split_whitespace() {
        let _ = Command::new("kill").arg(pid).stderr(Stdio::null()).status();
    }
    let _ = shell.wait();
    assert_eq!(report["verdict"]["kind"], "stalled", "{report}");
    run(program("lab").args(["pipeline", "--pid", "99999999"]))
        .assert_fails(1, &["there is no process"]);
}
