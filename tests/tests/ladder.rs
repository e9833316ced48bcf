//! `make` and its stages, by the program behind them.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread;

use tests::child::{first_cpu, interruptible, refuse};
use tests::{program, run, wait, wait_until};

#[test]
fn a_stage_shows_its_command_and_its_line() {
    let ending = run(program("ladder").args(["3", "--bytes", "100M"]));
    ending.assert_clean();
    let text = ending.text();
    let [command, line] = text.lines().collect::<Vec<_>>()[..] else {
        panic!("two lines expected: {text}");
    };
    assert!(command.starts_with("$ "), "{command}");
    assert!(
        command.contains("stage2-write | ") && command.contains("stage3-read"),
        "{command}"
    );
    assert!(
        line.ends_with("GiB/s, 256KiB buffer, 400 iterations (100MiB piped)"),
        "{line}"
    );

    // The command is no decoration: a shell does the same with it.
    let again = run(Command::new("sh").arg("-c").arg(&command[2..]));
    again.assert_clean();
    assert!(again.text().ends_with("400 iterations (100MiB piped)\n"));
}

#[test]
fn all_stages_and_the_ladder() {
    let ending = run(program("ladder").args(["--bytes", "50M"]));
    let text = ending.text();
    assert_eq!(ending.code, 0, "{ending:?}");
    for stage in [
        "write, read",
        "vmsplice",
        "splice",
        "huge pages",
        "busy loop",
    ] {
        let row = text
            .lines()
            .find(|line| line.starts_with("stage") && line.contains(stage));
        assert!(row.is_some(), "no {stage} in {text}");
    }
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "wider than 80 columns: {text}"
    );
}

#[test]
fn rows_for_programs() {
    let ending = run(program("ladder").args(["--bytes", "50M", "--csv"]));
    assert_eq!(ending.code, 0, "{ending:?}");
    let text = ending.text();
    let rows: Vec<_> = text
        .lines()
        .map(|row| row.split_once(',').unwrap())
        .collect();
    let names: Vec<_> = rows.iter().map(|(name, _)| *name).collect();
    let usable = thread::available_parallelism().unwrap().get();
    assert_eq!(
        names,
        ["stage1", "stage2", "stage3", "stage4", "stage5"][..if usable > 1 { 5 } else { 4 }]
    );
    assert!(
        rows.iter()
            .all(|(_, figure)| figure.parse::<f64>().unwrap() > 0.0),
        "{text}"
    );
}

#[test]
fn one_cpu_is_warned_of_and_stage_5_explained() {
    let cpus = format!("{0},{0}", first_cpu());
    let ending = run(program("ladder").args(["--bytes", "50M", "--cpus", &cpus]));
    assert_eq!(ending.code, 0, "{ending:?}");
    assert!(
        ending.stderr.contains("warning: both ends share CPU"),
        "{ending:?}"
    );
    assert!(
        ending.stderr.contains("stage 5 needs a CPU for each end"),
        "{ending:?}"
    );

    let ending = run(program("ladder").args(["5", "--cpus", &cpus]));
    assert_eq!(ending.code, 1);
    assert!(
        ending.stderr.contains("stage 5 needs a CPU for each end"),
        "{ending:?}"
    );
}

#[test]
fn a_stage_that_fails_does_not_stop_the_others() {
    let mut command = program("ladder");
    refuse(&mut command, libc::SYS_vmsplice, libc::EPERM);
    let ending = run(command.args(["--bytes", "50M"]));
    assert_eq!(ending.code, 1);
    assert!(
        ending.stderr.contains("vmsplice failed") && ending.stderr.contains("not all stages"),
        "{ending:?}"
    );
    let text = ending.text();
    assert!(text.contains("stage 1  write, read"), "{text}");
    assert!(
        text.lines()
            .any(|line| line.starts_with("stage 4  huge pages") && line.contains("-")),
        "{text}"
    );
}

#[test]
fn cpus_that_are_no_pair() {
    for cpus in ["0", "a,b", "0,99999"] {
        run(program("ladder").args(["--cpus", cpus])).assert_fails(1, &["CPU"]);
    }
    run(program("ladder").arg("6")).assert_fails(2, &["6"]);
}

/// Ctrl-C reaches the whole group; a kill reaches the ladder alone.
#[test]
fn nothing_is_left_running() {
    for (signal, to_group) in [(libc::SIGINT, true), (libc::SIGTERM, false)] {
        let mut command = program("ladder");
        command.args(["1", "--bytes", "10T"]).process_group(0);
        let ladder = interruptible(&mut command)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let id = i32::try_from(ladder.id()).unwrap();
        wait_until(|| members(id).len() == 3);
        // SAFETY: takes numbers; the ladder is a child that we have not waited for.
        unsafe { libc::kill(if to_group { -id } else { id }, signal) };
        assert_eq!(wait(ladder).code, -signal);
        wait_until(|| members(id).is_empty());
    }
}

/// The live processes of this group: field 5 of proc_pid_stat(5); field 3 tells zombies.
fn members(group: i32) -> Vec<String> {
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| fs::read_to_string(entry.ok()?.path().join("stat")).ok())
        .filter(|stat| {
            let fields: Vec<_> = stat
                .rsplit(')')
                .next()
                .unwrap()
                .split_whitespace()
                .collect();
            fields[0] != "Z" && fields[2] == group.to_string()
        })
        .collect()
}
