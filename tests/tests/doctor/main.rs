//! `make doctor`, by the program behind it.

mod lacking;

use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;
use tests::child::first_cpu;
use tests::{has, program, run, run_pair};

const CHECKS: [&str; 24] = [
    "kernel",
    "architecture",
    "PSI",
    "CPUs",
    "CPU quota",
    "pair",
    "distance",
    "sleep",
    "governor",
    "turbo",
    "hypervisor",
    "container",
    "load",
    "memory",
    "write, read",
    "vmsplice",
    "splice",
    "tee",
    "huge pages",
    "pipe size",
    "perf",
    "perf's rights",
    "perf event",
    "kernel symbols",
];

fn doctor() -> Command {
    let mut command = program("lab");
    command.arg("doctor").env_remove("CLICOLOR_FORCE");
    command
}

/// What the doctor says, as JSON.
#[track_caller]
fn diagnosis(command: &mut Command) -> Value {
    let ending = run(command.arg("--json"));
    ending.assert_clean();
    serde_json::from_slice(&ending.stdout).unwrap()
}

#[track_caller]
fn check<'a>(diagnosis: &'a Value, name: &str) -> &'a Value {
    let checks = diagnosis["checks"].as_array().unwrap();
    checks
        .iter()
        .find(|check| check["name"] == name)
        .unwrap_or_else(|| panic!("no {name} in {diagnosis:#}"))
}

/// Asserts this verdict, and these words somewhere in the check.
#[track_caller]
fn assert_check(diagnosis: &Value, name: &str, verdict: &str, words: &str) {
    let check = check(diagnosis, name);
    assert_eq!(check["verdict"], verdict, "{check:#}");
    assert!(
        check.to_string().contains(words),
        "no '{words}' in {check:#}"
    );
}

#[test]
fn the_report_fits_a_terminal_and_has_a_line_for_each_thing() {
    let ending = run(&mut doctor());
    ending.assert_clean();
    let text = ending.text();
    assert!(!text.contains('\x1b'), "colors in a pipe: {text}");
    for name in CHECKS {
        let has_it = text
            .lines()
            .any(|line| line.len() > 9 && line.is_char_boundary(9) && line[9..].starts_with(name));
        assert!(has_it, "no {name} in {text}");
    }
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "wider than 80 columns: {line}");
    }
}

#[test]
fn colors_where_asked_for_and_not_where_forbidden() {
    let colored = run(doctor().env("CLICOLOR_FORCE", "1").env_remove("NO_COLOR"));
    assert!(colored.text().contains("\x1b[32mok"), "{colored:?}");
    let plain = run(doctor().env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1"));
    assert!(!plain.text().contains('\x1b'), "{plain:?}");
}

/// The stages know best: where the doctor says that they can, they can.
#[test]
fn this_machine() {
    let diagnosis = diagnosis(&mut doctor());
    assert_check(&diagnosis, "write, read", "ok", "");
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    assert_check(&diagnosis, "kernel", "ok", release.trim());
    assert_eq!(diagnosis["machine"]["kernel"]["release"], release.trim());
    assert!(diagnosis["memory_bandwidth"]["read"].as_f64().unwrap() > 0.0);

    let few = ["--bytes-to-pipe", "1M"];
    let (writing, _) = run_pair(
        &mut program("stage2-write"),
        program("stage1-read").args(few),
    );
    let says_no = check(&diagnosis, "vmsplice")["verdict"] == "missing";
    assert_eq!(writing.code != 0, says_no, "{writing:?}");
    let (_, reading) = run_pair(
        &mut program("stage1-write"),
        program("stage3-read").args(few),
    );
    let says_no = check(&diagnosis, "splice")["verdict"] == "missing";
    assert_eq!(reading.code != 0, says_no, "{reading:?}");
    let (writing, _) = run_pair(
        program("stage4-write").arg("--check-huge-page"),
        program("stage1-read").args(few),
    );
    let says_yes = check(&diagnosis, "huge pages")["verdict"] == "ok";
    assert_eq!(writing.code == 0, says_yes, "{writing:?}");

    let perf = Command::new("perf").arg("--version").output();
    let perf_runs = has("perf") && perf.is_ok_and(|output| output.status.success());
    assert_eq!(check(&diagnosis, "perf")["verdict"] == "ok", perf_runs);
}

#[test]
fn cpus_by_name() {
    let cpu = first_cpu();
    let mut command = doctor();
    command.args(["--cpus", &format!("{cpu},{cpu}")]);
    assert_check(&diagnosis(&mut command), "pair", "limited", "for both ends");
    run(doctor().args(["--cpus", "0"])).assert_fails(1, &["not a pair"]);
}

/// Whatever shows something, where nobody takes it.
#[test]
fn standard_output_that_is_full() {
    for words in ["doctor", "chart", "compare reference reference"] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = program("lab");
        command
            .args(words.split(' '))
            .current_dir(tests::workspace())
            .stdout(full)
            .stderr(Stdio::piped());
        let ending = tests::wait(command.spawn().unwrap());
        ending.assert_fails(1, &["cannot print", "No space left"]);
    }
}
