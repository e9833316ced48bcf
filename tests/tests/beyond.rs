//! The writers beyond stage 5: the right bytes, however the stream is cut, and
//! what happens where the kernel refuses.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use tests::child::{first_cpu, in_child, pin, refuse, without_capabilities};
use tests::{READERS, has, program, run, run_pair, start_writer, wait};

const WRITERS: [&str; 4] = ["beyond-tee", "beyond-yes", "beyond-slots", "beyond-memfd"];

/// Lines whose numbers tell where they belong; together they are under a page.
fn numbered_lines(count: usize) -> String {
    let lines: Vec<String> = (0..count).map(|number| number.to_string()).collect();
    lines.join("\n")
}

/// Some that fill a slot but for a rest, exactly, many times, and one that takes most of it.
fn lines(writer: &str) -> Vec<String> {
    let mut lines = vec![
        numbered_lines(800),
        "y".to_owned(),
        String::new(),
        "0123456789".to_owned(),
        "z".repeat(4095),
        "seven..".to_owned(),
    ];
    if writer == "beyond-slots" {
        lines.push(numbered_lines(5000));
        lines.push("0123456789abcde".repeat(2184));
    }
    lines
}

/// What the writer should say, from its first byte on.
fn expected(line: &str, length: usize) -> Vec<u8> {
    let line = format!("{line}\n").into_bytes();
    line.iter().copied().cycle().take(length).collect()
}

#[track_caller]
fn assert_same(got: &[u8], line: &str) {
    let wanted = expected(line, got.len());
    if let Some(position) = got
        .iter()
        .zip(&wanted)
        .position(|(one, other)| one != other)
    {
        panic!("byte {position} of {} is wrong", got.len());
    }
}

fn says(writer: &str, line: &str) -> Command {
    let mut command = program(writer);
    command.args(["--line", line]);
    command
}

/// What `tool` passes on of what the writer says.
fn through(writer: &mut Command, tool: &mut Command) -> Vec<u8> {
    let (writing, passed_on) = run_pair(writer, tool);
    writing.assert_clean();
    passed_on.assert_clean();
    passed_on.stdout
}

#[test]
fn into_head_and_dd_with_odd_blocks() {
    for writer in WRITERS {
        for line in lines(writer) {
            let got = through(
                &mut says(writer, &line),
                Command::new("head").args(["-c", "5000011"]),
            );
            assert_eq!(got.len(), 5_000_011);
            assert_same(&got, &line);
            for block in ["bs=1021", "bs=4097", "bs=70001"] {
                let dd = ["status=none", "iflag=fullblock", "count=50", block];
                let got = through(&mut says(writer, &line), Command::new("dd").args(dd));
                assert!(got.len() >= 50 * 1021);
                assert_same(&got, &line);
            }
        }
    }
}

/// cmp(1) against the same text from yes(1).
#[test]
fn into_cmp() {
    for writer in WRITERS {
        let line = numbered_lines(700);
        let script = "yes \"$1\" | cmp -n 300000007 - <(\"$2\" --line \"$1\") && echo same";
        let mut bash = Command::new("bash");
        bash.args(["-c", script, "bash", &line])
            .arg(tests::program_path(writer));
        let ending = run(&mut bash);
        assert_eq!(ending.text(), "same\n", "{writer}: {ending:?}");
    }
}

#[test]
fn into_pv() {
    if !has("pv") {
        eprintln!("pv is not installed: nothing tried");
        return;
    }
    for writer in WRITERS {
        let line = numbered_lines(800);
        let got = through(
            &mut says(writer, &line),
            Command::new("pv").args(["-q", "-S", "-s", "30000001"]),
        );
        assert_eq!(got.len(), 30_000_001);
        assert_same(&got, &line);
    }
}

/// A pipe of any size, and reads of random sizes, with rests between them.
#[test]
fn however_the_stream_is_cut() {
    for writer in WRITERS {
        for pipe_size in ["4K", "8K", "64K", "256K", "1M"] {
            let line = numbered_lines(801);
            let (writing, mut pipe) =
                start_writer(says(writer, &line).args(["--pipe-size", pipe_size]));
            let mut got = vec![0; 8 << 20];
            let mut at = 0;
            let mut random: u32 = 1;
            while at < got.len() {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let most = 1 + (random >> 8) as usize % 100_003;
                let end = got.len().min(at + most);
                at += pipe.read(&mut got[at..end]).unwrap();
                if random.is_multiple_of(61) {
                    thread::sleep(Duration::from_millis(2));
                }
            }
            drop(pipe);
            assert_same(&got, &line);
            wait(writing).assert_clean();
        }
    }
}

/// A byte at a time for a while, then a second of nothing, then the rest.
#[test]
fn into_a_slow_reader() {
    for writer in WRITERS {
        let line = numbered_lines(802);
        let (writing, mut pipe) = start_writer(&mut says(writer, &line));
        let mut got = vec![0; 20 << 20];
        for byte in &mut got[..10_000] {
            pipe.read_exact(std::slice::from_mut(byte)).unwrap();
        }
        thread::sleep(Duration::from_secs(1));
        pipe.read_exact(&mut got[10_000..]).unwrap();
        drop(pipe);
        assert_same(&got, &line);
        wait(writing).assert_clean();
    }
}

#[test]
fn into_our_readers() {
    for writer in WRITERS {
        for reader in READERS {
            let (writing, reading) = run_pair(
                &mut program(writer),
                program(reader).args(["--bytes-to-pipe", "300000001", "--csv"]),
            );
            writing.assert_clean();
            reading.assert_clean();
            assert_eq!(reading.text().split(',').nth(1), Some("300000001"));
        }
    }
}

#[test]
fn x_is_what_they_say_of_themselves() {
    for writer in WRITERS {
        let got = through(
            &mut program(writer),
            Command::new("head").args(["-c", "3000001"]),
        );
        assert!(got.len() == 3_000_001 && got.iter().all(|&byte| byte == b'X'));
    }
}

#[test]
fn slots_of_every_size() {
    let line = numbered_lines(200);
    for size in ["1K", "4095", "4096", "4097", "20000", "32767", "32K"] {
        let got = through(
            says("beyond-slots", &line).args(["--slot-size", size]),
            Command::new("head").args(["-c", "3000001"]),
        );
        assert_same(&got, &line);
    }
    run(program("beyond-slots").args(["--slot-size", "33K"])).assert_fails(2, &["32KiB"]);
}

#[test]
fn a_line_longer_than_a_slot() {
    for (writer, length) in [
        ("beyond-tee", 4096),
        ("beyond-yes", 4096),
        ("beyond-slots", 32768),
    ] {
        let (writing, _) = run_pair(
            &mut says(writer, &"x".repeat(length)),
            &mut program("stage1-read"),
        );
        writing.assert_fails(1, &["the line is", "use a shorter line"]);
    }
}

#[test]
fn standard_output_that_is_no_pipe() {
    for writer in WRITERS {
        let ending = wait(
            program(writer)
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap(),
        );
        ending.assert_fails(1, &["not a pipe"]);
    }
}

#[test]
fn calls_refused() {
    for (writer, call, name) in [
        ("beyond-tee", libc::SYS_tee, "tee"),
        ("beyond-yes", libc::SYS_tee, "tee"),
        ("beyond-yes", libc::SYS_splice, "splice"),
        ("beyond-memfd", libc::SYS_splice, "splice"),
        ("beyond-memfd", libc::SYS_memfd_create, "memfd_create"),
        ("beyond-slots", libc::SYS_tee, "tee"),
        ("beyond-slots", libc::SYS_splice, "splice"),
    ] {
        for errno in [libc::EPERM, libc::ENOSYS] {
            let mut command = program(writer);
            refuse(&mut command, call, errno);
            let (writing, reading) = run_pair(&mut command, &mut program("stage1-read"));
            writing.assert_fails(1, &[&format!("{name} failed"), "seccomp"]);
            reading.assert_fails(1, &["0 of 10737418240 bytes"]);
        }
    }
    let mut command = program("beyond-slots");
    refuse(&mut command, libc::SYS_socketpair, libc::EPERM);
    let (writing, _) = run_pair(&mut command, &mut program("stage1-read"));
    writing.assert_fails(1, &["cannot make a pair of Unix sockets"]);
}

/// None of them needs vmsplice, or root.
#[test]
fn without_vmsplice_and_without_root() {
    for writer in WRITERS {
        let mut command = program(writer);
        refuse(&mut command, libc::SYS_vmsplice, libc::EPERM);
        in_child(&mut command, without_capabilities);
        let got = through(&mut command, Command::new("head").args(["-c", "3000001"]));
        assert_eq!(got.len(), 3_000_001);
    }
}

#[test]
fn on_one_cpu_with_a_reader_that_sleeps() {
    let cpu = first_cpu();
    for writer in WRITERS {
        let mut writer = program(writer);
        in_child(&mut writer, move || pin(cpu));
        let mut reader = program("stage3-read");
        in_child(&mut reader, move || pin(cpu));
        let (writing, reading) = run_pair(&mut writer, reader.args(["--bytes-to-pipe", "10M"]));
        writing.assert_clean();
        reading.assert_clean();
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
    for name in ["stage5", "tee", "yes", "slots"] {
        assert!(
            table.text().lines().any(|line| line.starts_with(name)),
            "{table:?}"
        );
    }
    assert!(
        table.text().lines().all(|line| line.chars().count() <= 90),
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
    assert_eq!(names, ["stage5", "tee", "yes", "slots"]);

    let mut command = program("lab");
    command.arg("beyond");
    refuse(&mut command, libc::SYS_tee, libc::EPERM);
    let ending = run(command.args(["--bytes", "200M", "--rounds", "1", "--csv"]));
    assert_eq!(ending.code, 1, "{ending:?}");
    assert!(ending.stderr.contains("not all got through"), "{ending:?}");
    assert!(ending.text().starts_with("stage5,"), "{ending:?}");
}

#[test]
fn sendfile_says_the_same() {
    let line = numbered_lines(800);
    let got = through(
        says("beyond-memfd", &line).arg("--sendfile"),
        Command::new("head").args(["-c", "5000011"]),
    );
    assert_eq!(got.len(), 5_000_011);
    assert_same(&got, &line);
}

#[test]
fn every_way_beside_a_pipe() {
    let cpu = first_cpu();
    let cpus = match thread::available_parallelism().unwrap().get() {
        1 => format!("{cpu},{cpu}"),
        _ => format!("{cpu},{}", cpu + 1),
    };
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
        for touched in ["moved", "once", "twice"] {
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
