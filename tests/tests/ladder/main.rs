//! `make` and its stages, by the program behind them.

mod ended;

use std::fs::File;
use std::io;
use std::process::{Command, Stdio};
use std::thread;

use tests::child::{first_cpu, on_cpu, refuse, usable_cpus, without_threads};
use tests::{program, run, wait};

#[test]
fn a_stage_shows_its_command_and_its_line() {
    let ending = run(program("ladder").args(["3", "--bytes", "100M"]));
    ending.assert_clean();
    let text = ending.text();
    let [command, line, ref picture @ ..] = text.lines().collect::<Vec<_>>()[..] else {
        panic!("more lines expected: {text}");
    };
    assert!(
        picture.iter().any(|line| line.contains("399 calls took"))
            && picture.iter().any(|line| line.contains('█'))
            && picture.iter().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    assert!(command.starts_with("$ "), "{command}");
    // Quoted, where the folder's name has a space.
    let (writer, reader) = command.split_once(" | ").unwrap();
    assert!(
        writer.contains("stage2-write") && reader.contains("stage3-read"),
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
    for (name, figures) in rows {
        let figures: Vec<&str> = figures.split(',').collect();
        let [speed, awake, slept, each] = figures[..] else {
            panic!("{text}");
        };
        assert!(speed.parse::<f64>().unwrap() > 0.0, "{text}");
        // Empty is what cannot be told.
        for figure in [awake, slept, each] {
            assert!(
                figure.is_empty() || figure.parse::<f64>().unwrap() >= 0.0,
                "{text}"
            );
        }
        assert!(name != "stage5" || ["", "0.000"].contains(&slept), "{text}");
    }
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

#[test]
fn cpus_that_taskset_accepts() {
    let [first, .., last] = usable_cpus()[..] else {
        eprintln!("a single CPU: nothing tried");
        return;
    };
    let mut command = program("ladder");
    on_cpu(&mut command, first);
    let cpus = format!("{last},{first}");
    let ending = run(command.args(["1", "--bytes", "10M", "--cpus", &cpus]));
    assert_eq!(ending.code, 0, "{ending:?}");
}

#[test]
fn outputs_that_are_full_or_closed() {
    let full = || File::options().write(true).open("/dev/full").unwrap();
    for arguments in [&["1"][..], &["--csv"], &[]] {
        let mut command = program("ladder");
        command.args(arguments).args(["--bytes", "10M"]);
        let piped = Stdio::piped;
        let ending = wait(command.stdout(full()).stderr(piped()).spawn().unwrap());
        assert_eq!(ending.code, 1, "{ending:?}");
        let words = "ladder: cannot print the result: No space left on device";
        assert!(ending.stderr.contains(words), "{ending:?}");

        let (_, nobody) = io::pipe().unwrap();
        let ending = wait(command.stdout(nobody).stderr(piped()).spawn().unwrap());
        assert_eq!(ending.code, 0, "{ending:?}");
        assert!(!ending.stderr.contains("print"), "{ending:?}");

        // With a warning to say, for one CPU.
        let cpus = format!("{0},{0}", first_cpu());
        command.args(["--cpus", &cpus]);
        let ending = wait(command.stdout(piped()).stderr(full()).spawn().unwrap());
        assert_eq!(ending.code, 0, "{ending:?}");
    }
}

#[test]
fn no_thread_is_needed() {
    let mut command = program("ladder");
    without_threads(&mut command);
    let ending = run(command.args(["1", "--bytes", "10M"]));
    assert_eq!(ending.code, 0, "{ending:?}");
}
