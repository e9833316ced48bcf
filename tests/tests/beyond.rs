//! Beyond stage 5: lines too long, the commands, and the other ways to move data.
//! What the writers say is in matrix.rs.

use std::io::Read;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::thread;

use tests::child::{first_cpu, refuse, usable_cpus, without_capabilities};
use tests::stream::{Stream, assert_counts};
use tests::{BEYOND_WRITERS, program, program_path, run, run_pair, start_writer, wait};

/// The rungs of `make beyond`.
const LADDER: [&str; 7] = [
    "stage5",
    "tee",
    "yes",
    "lend-once",
    "lend-once-4K",
    "slots-256K",
    "slots",
];

#[test]
fn a_line_longer_than_a_slot() {
    for (writer, length) in [
        ("beyond-tee", 4096),
        ("beyond-yes", 4096),
        ("beyond-slots", 32768),
    ] {
        let (writing, _) = run_pair(
            &mut Stream::of(writer, &[]).line(&"x".repeat(length)).command(),
            &mut program("stage1-read"),
        );
        writing.assert_fails(1, &["the line is", "use a shorter line"]);
    }
}

/// A reader that copies finds each number in its place.
#[test]
fn pages_lent_once_go_on_changing() {
    for way in [&[][..], &["--small-pages"]] {
        let (writer, mut pipe) = start_writer(program("beyond-lend-once").args(way));
        let mut mib = vec![0; 1 << 20];
        for number in 0..300 {
            pipe.read_exact(&mut mib).unwrap();
            let (head, rest) = mib.split_at(20);
            assert_eq!(head, format!("{number:019}\n").as_bytes());
            assert!(rest.iter().all(|&byte| byte == b'X'), "MiB {number}");
        }
        drop(pipe);
        wait(writer).assert_clean();
    }
}

/// None of them needs vmsplice, or root.
#[test]
fn without_vmsplice_and_without_root() {
    for writer in BEYOND_WRITERS {
        let mut command = program(writer);
        refuse(&mut command, libc::SYS_vmsplice, libc::EPERM);
        without_capabilities(&mut command);
        assert_counts(&mut command, &mut program("stage1-read"), 3_000_001);
    }
}

#[test]
fn the_ladder_beyond_stage_5() {
    let usable = thread::available_parallelism().unwrap().get();
    let mut command = program("lab");
    command.args(["beyond", "--bytes", "200M", "--rounds", "2"]);
    if usable == 1 {
        run(&mut command).assert_fails(1, &["a CPU to itself"]);
        return;
    }
    let table = run(&mut command);
    table.assert_clean();
    for name in LADDER {
        assert!(
            table.text().lines().any(|line| line.starts_with(name)),
            "{table:?}"
        );
    }
    assert!(
        table.text().lines().all(|line| line.chars().count() <= 80),
        "too wide: {table:?}"
    );
    let rows = run(command.arg("--csv"));
    rows.assert_clean();
    let names: Vec<String> = rows
        .text()
        .lines()
        .map(|row| {
            let (name, figure) = row.split_once(',').unwrap();
            assert!(figure.parse::<f64>().unwrap() > 0.0, "{row}");
            name.to_owned()
        })
        .collect();
    assert_eq!(names, LADDER);

    let mut command = program("lab");
    command.arg("beyond");
    refuse(&mut command, libc::SYS_tee, libc::EPERM);
    let ending = run(command.args(["--bytes", "200M", "--rounds", "1", "--csv"]));
    assert_eq!(ending.code, 1, "{ending:?}");
    assert!(ending.stderr.contains("not all got through"), "{ending:?}");
    assert!(ending.text().starts_with("stage5,"), "{ending:?}");
}

/// A program of whoever measures is in the same rounds, under its file's name.
#[test]
fn one_more_program() {
    if thread::available_parallelism().unwrap().get() == 1 {
        eprintln!("skipped: make fizzbuzz needs two CPUs");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("mine");
    symlink(program_path("stage4-write"), &mine).unwrap();
    let lab = |table: &str, also: &Path| {
        let mut lab = program("lab");
        lab.args(["beyond", table, "--bytes", "32M", "--rounds", "1", "--csv"]);
        run(lab.arg("--also").arg(also))
    };
    for (table, with) in [("ladder", "slots,"), ("fizzbuzz-asleep", "stage5-write,")] {
        let rows = lab(table, &mine);
        rows.assert_clean();
        let text = rows.text();
        let mut lines = text.lines();
        let last = lines.next_back().unwrap_or_default();
        assert!(last.starts_with("mine,"), "{rows:?}");
        assert!(lines.any(|row| row.starts_with(with)), "{rows:?}");
    }
    lab("ladder", &folder.path().join("nothing")).assert_fails(2, &["no such file"]);
    lab("waiting", &mine).assert_fails(1, &["no reader"]);
    let taken = folder.path().join("stage5");
    symlink(program_path("stage4-write"), &taken).unwrap();
    lab("ladder", &taken).assert_fails(1, &["another name"]);
}

#[test]
fn every_part_of_the_price() {
    let cpu = first_cpu();
    let cpus = format!("{cpu},{cpu}");
    for part in ["lend", "tee", "move", "drop"] {
        for slot in ["page", "lent", "large"] {
            let ending = run(program("beyond-price").args([part, slot, "--cpus", &cpus]));
            if part == "lend" && slot != "lent" {
                ending.assert_fails(1, &["only lent slots"]);
            } else if !ending.stderr.contains("disturbed") {
                ending.assert_clean();
                assert!(ending.text().contains("for each slot"), "{ending:?}");
            }
        }
    }
}

#[test]
fn every_way_beside_a_pipe() {
    let usable = usable_cpus();
    let cpus = format!("{},{}", usable[0], usable[usable.len().min(2) - 1]);
    for way in [
        "read",
        "vmsplice-read",
        "vmsplice-vmsplice",
        "vmsplice-file",
        "vmsplice-null",
        "uring-null",
        "socket",
        "ring",
        "memory",
        "cache",
    ] {
        for touched in ["moved", "page", "once", "twice"] {
            let mut command = program("beyond-beside");
            command.args([way, touched, "--milliseconds", "20", "--cpus", &cpus]);
            let ending = run(&mut command);
            if way.ends_with("null") && touched != "moved" {
                ending.assert_fails(1, &["touched by nobody"]);
                continue;
            }
            ending.assert_clean();
            assert!(ending.text().contains("GiB/s"), "{ending:?}");
        }
    }
    let mut command = program("beyond-beside");
    refuse(&mut command, libc::SYS_io_uring_setup, libc::EPERM);
    run(command.arg("uring-null")).assert_fails(1, &["io_uring_setup failed", "seccomp"]);
    run(program("beyond-beside").args(["ring", "--cpus", "0"])).assert_fails(1, &["not two CPUs"]);
}

#[test]
fn every_way_of_waiting() {
    let cpu = first_cpu();
    let one_cpu = format!("{cpu},{cpu}");
    for waiting in ["sleep", "spinner", "spin-then-sleep"] {
        let mut command = program("beyond-wake");
        command.args([waiting, "--count", "50", "--cpus", &one_cpu]);
        let ending = run(&mut command);
        ending.assert_clean();
        assert!(ending.text().contains("us half of the time"), "{ending:?}");
        let rows = run(command.arg("--csv"));
        let figures: Vec<f64> = rows
            .text()
            .trim()
            .split(',')
            .map(|figure| figure.parse().unwrap())
            .collect();
        assert!(figures.len() == 2 && figures[0] <= figures[1], "{rows:?}");
    }
    run(program("beyond-wake").args(["spin", "--cpus", &one_cpu]))
        .assert_fails(1, &["a CPU to itself"]);
}
