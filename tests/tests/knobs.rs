//! `write` and `read`: every knob of the post's programs, and their words.

use std::fs;
use std::io::{self, Read};
use std::process::{Command, Stdio};

use tests::child::{in_child, refuse, without_capabilities};
use tests::{Ending, program, run, run_pair, start_writer, wait};

/// The post's seven configurations, with flags as its script has them.
const CONFIGURATIONS: [&[&str]; 7] = [
    &[],
    &["--huge_page"],
    &["--write_with_vmsplice"],
    &["--write_with_vmsplice", "--huge_page"],
    &["--write_with_vmsplice", "--read_with_splice"],
    &["--write_with_vmsplice", "--read_with_splice", "--huge_page"],
    &[
        "--write_with_vmsplice",
        "--read_with_splice",
        "--huge_page",
        "--busy_loop",
    ],
];

/// Both ends get all flags, as in the post.
fn both(flags: &[&str], bytes: &str) -> (Ending, Ending) {
    let bytes = ["--bytes_to_pipe", bytes];
    run_pair(
        program("write").args(flags).args(bytes),
        program("read").args(flags).args(bytes),
    )
}

#[test]
fn the_posts_seven_configurations() {
    for flags in CONFIGURATIONS {
        let (writing, reading) = both(flags, "100M");
        writing.assert_clean();
        reading.assert_clean();
        let line = reading.text();
        let (figure, rest) = line.split_once("GiB/s, ").expect("a figure");
        assert_eq!(rest, "256KiB buffer, 400 iterations (100MiB piped)\n");
        let (whole, tenths) = figure.split_once('.').expect("a decimal point");
        assert!(whole.parse::<u32>().is_ok() && tenths.len() == 1, "{line}");
    }
}

#[test]
fn fourteen_columns_that_name_the_flags() {
    for flags in CONFIGURATIONS {
        let (writing, reading) = both(&[flags, &["--csv"]].concat(), "100M");
        writing.assert_clean();
        reading.assert_clean();
        let row = reading.text();
        let columns: Vec<_> = row.strip_suffix('\n').unwrap().split(',').collect();
        assert_eq!(columns.len(), 14, "{row}");
        let (_, decimals) = columns[0].split_once('.').unwrap();
        assert!(columns[0].parse::<f64>().unwrap() > 0.0 && decimals.len() == 6);
        let column = |name: &str| if flags.contains(&name) { "1" } else { "0" };
        assert_eq!(
            columns[1..],
            [
                "104857600",
                "262144",
                "0",
                column("--busy_loop"),
                "0",
                column("--huge_page"),
                "0",
                column("--write_with_vmsplice"),
                column("--read_with_splice"),
                "0",
                "0",
                "0",
                "0"
            ]
        );
    }
}

/// The order of the columns, by the rest of the flags one at a time.
#[test]
fn each_flag_has_its_column() {
    for (flag, index, value) in [
        ("--buf_size=64K", 2, "65536"),
        ("--pipe_size=128K", 3, "131072"),
        ("--busy_loop", 4, "1"),
        ("--poll", 5, "1"),
        ("--check_huge_page", 7, "1"),
        ("--gift", 10, "1"),
        ("--lock_memory", 11, "1"),
        ("--dont_touch_pages", 12, "1"),
        ("--same_buffer", 13, "1"),
    ] {
        let (writing, reading) = both(&["--csv", flag], "10M");
        writing.assert_clean();
        reading.assert_clean();
        let row = reading.text();
        let columns: Vec<_> = row.trim().split(',').collect();
        assert_eq!(columns[index], value, "{flag}: {row}");
        for (other, column) in columns.iter().enumerate().skip(3) {
            assert!(other == index || *column == "0", "{flag}: {row}");
        }
    }
}

#[test]
fn dashes_and_underscores_are_the_same() {
    for spelled in ["--buf_size=64K", "--buf-size=64K"] {
        let (writing, reading) = both(&[spelled, "--write-with_vmsplice"], "1M");
        writing.assert_clean();
        assert!(reading.text().contains("64KiB buffer, 16 iterations"));
    }
    // As getopt has it: the last one counts, and a beginning is enough.
    let (writing, reading) = both(&["--buf_size", "1K", "--csv", "--csv", "--buf=64K"], "1M");
    writing.assert_clean();
    assert_eq!(reading.text().split(',').nth(2), Some("65536"));
    run(program("write").arg("--b=1K")).assert_fails(2, &["--b"]);
}

#[test]
fn the_bytes_are_intact() {
    let plain: [&[&str]; 5] = [
        &[],
        &["--huge-page"],
        &["--pipe-size=4K"],
        &["--lock-memory"],
        &["--buf-size=4097"],
    ];
    let spliced: [&[&str]; 6] = [
        &[],
        &["--same-buffer"],
        &["--gift"],
        &["--huge-page"],
        &["--buf-size=8K"],
        &["--buf-size=2M", "--huge-page", "--same-buffer", "--gift"],
    ];
    let waits: [&[&str]; 4] = [
        &[],
        &["--poll"],
        &["--busy-loop"],
        &["--poll", "--busy-loop"],
    ];
    for wait in waits {
        for flags in plain {
            intact(&[flags, wait].concat(), b'X');
        }
        for flags in spliced {
            intact(&[flags, wait, &["--write-with-vmsplice"]].concat(), b'X');
        }
    }
    // What nobody has written reads as zero.
    intact(&["--dont-touch-pages"], 0);
    let untouched = ["--dont-touch-pages", "--write-with-vmsplice"];
    intact(&untouched, 0);
    intact(
        &[&untouched[..], &["--huge-page", "--lock-memory"]].concat(),
        0,
    );
}

#[track_caller]
fn intact(flags: &[&str], byte: u8) {
    const BYTES: usize = 3_000_001;
    let (child, mut pipe) = start_writer(program("write").args(flags));
    let mut bytes = vec![!byte; BYTES];
    pipe.read_exact(&mut bytes).unwrap();
    drop(pipe);
    wait(child).assert_clean();
    assert_eq!(bytes.iter().position(|&it| it != byte), None, "{flags:?}");
}

#[test]
fn every_way_to_read() {
    let ways: [&[&str]; 8] = [
        &[],
        &["--huge-page", "--lock-memory"],
        &["--busy-loop"],
        &["--poll", "--dont-touch-pages"],
        &["--poll", "--busy-loop"],
        &["--read-with-splice"],
        &["--read-with-splice", "--gift", "--poll"],
        &["--read-with-splice", "--busy-loop", "--poll"],
    ];
    for flags in ways {
        let (writing, reading) = run_pair(
            &mut program("write"),
            program("read")
                .args(flags)
                .args(["--bytes-to-pipe", "5000011"]),
        );
        writing.assert_clean();
        reading.assert_clean();
        let line = reading.text();
        assert!(line.ends_with("19 iterations (5000011B piped)\n"), "{line}");
    }
}

/// What the post's programs refuse, for their reasons.
#[test]
fn refusals_of_the_post() {
    let contradiction = ["--dont_touch_pages", "--check_huge_page"];
    let (writing, reading) = both(&contradiction, "1M");
    for ending in [writing, reading] {
        ending.assert_fails(
            1,
            &[
                "--dont-touch-pages",
                "--check-huge-page",
                "nothing to check",
            ],
        );
    }
    for (flags, words) in [
        (
            &["--write_with_vmsplice", "--pipe_size=64K"][..],
            "leave --pipe-size away",
        ),
        (
            &["--write_with_vmsplice", "--buf_size=4097"],
            "even --buf-size",
        ),
        (
            &["--write_with_vmsplice", "--buf_size=4096"],
            "power of two of pages",
        ),
        (
            &["--write_with_vmsplice", "--buf_size=192K"],
            "power of two of pages",
        ),
        (&["--pipe_size=10000"], "power of two of pages"),
        (&["--pipe_size=8G"], "cannot make the pipe 8GiB large"),
    ] {
        let (writing, reading) = run_pair(
            program("write").args(flags),
            program("read").args(["--bytes_to_pipe", "1M"]),
        );
        writing.assert_fails(1, &[words]);
        reading.assert_fails(1, &["0 of 1048576 bytes"]);
    }
    // All of that is the writer's business.
    let (_, reading) = run_pair(
        &mut program("write"),
        program("read").args([
            "--write_with_vmsplice",
            "--pipe_size=64K",
            "--bytes_to_pipe=1M",
        ]),
    );
    reading.assert_clean();
}

#[test]
fn what_is_no_option_or_no_size() {
    for name in ["write", "read"] {
        run(program(name).arg("--huge_pages")).assert_fails(2, &["--huge-pages"]);
        run(program(name).arg("--csv=1")).assert_fails(2, &["--csv"]);
        run(program(name).arg("-b")).assert_fails(2, &["-b"]);
        for size in ["0", "", "K", "1k", "-1", "99999999999G"] {
            run(program(name).arg(format!("--buf_size={size}")))
                .assert_fails(2, &["--buf-size", &format!("'{size}'")]);
        }
    }
    // Zero leaves the pipe as it is, for scripts that always pass one.
    let (writing, reading) = both(&["--pipe_size=0", "--write_with_vmsplice"], "1M");
    writing.assert_clean();
    reading.assert_clean();
}

#[test]
fn memory_that_cannot_be_had_or_locked() {
    let (writing, _) = both(&["--buf_size=1000000G"], "1M");
    writing.assert_fails(1, &["cannot allocate a buffer of 1000000GiB"]);
    let mut command = program("write");
    refuse(&mut command, libc::SYS_mlock, libc::EPERM);
    let (writing, _) = run_pair(command.arg("--lock_memory"), &mut program("read"));
    writing.assert_fails(1, &["cannot lock 256KiB", "ulimit -l"]);
}

#[test]
fn huge_pages_are_checked() {
    let enabled = fs::read_to_string("/sys/kernel/mm/transparent_hugepage/enabled");
    let allowed = enabled.is_ok_and(|modes| !modes.contains("[never]"));
    for drop_privileges in [false, true] {
        let mut command = program("write");
        if drop_privileges {
            in_child(&mut command, without_capabilities);
        }
        command.args(["--huge_page", "--check_huge_page", "--write_with_vmsplice"]);
        let (writing, _) = run_pair(&mut command, program("read").arg("--bytes_to_pipe=1M"));
        match allowed {
            true => assert_eq!(writing.code, 0, "{writing:?}"),
            false => writing.assert_fails(1, &["huge pages"]),
        }
    }
    if allowed {
        let flags = ["--huge_page", "--check_huge_page", "--lock_memory"];
        let (writing, _) = both(&flags, "1M");
        writing.assert_fails(1, &["one mapping", "--buf-size 2MiB"]);
        let (writing, _) = both(&[&flags[..], &["--buf_size=2MiB"]].concat(), "1M");
        assert_eq!(writing.code, 0, "{writing:?}");
    }
    // Without --huge_page there is nothing to check.
    let (writing, reading) = both(&["--check_huge_page"], "1M");
    writing.assert_clean();
    reading.assert_clean();
}

#[test]
fn verbose_tells_options_and_page_faults() {
    let (writing, reading) = both(&["--verbose", "--huge_page"], "1M");
    for ending in [&writing, &reading] {
        assert_eq!(ending.code, 0, "{ending:?}");
        let value = |name: &str| {
            ending
                .stderr
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .map(str::trim)
        };
        assert_eq!(value("huge_page"), Some("true"));
        assert_eq!(value("buf_size"), Some("262144"));
        assert_eq!(value("bytes_to_pipe"), Some("1048576"));
    }
    assert!(reading.stderr.contains("will read 1MiB"), "{reading:?}");
    assert!(writing.stderr.contains("starting to write"), "{writing:?}");
    assert!(writing.stderr.contains("page faults: "), "{writing:?}");
}

#[test]
fn page_faults_that_may_not_be_counted_are_a_note() {
    let mut command = program("write");
    refuse(&mut command, libc::SYS_perf_event_open, libc::EACCES);
    let (writing, reading) = run_pair(
        command.arg("--verbose"),
        program("read").arg("--bytes_to_pipe=1M"),
    );
    assert_eq!(writing.code, 0, "{writing:?}");
    assert!(
        writing.stderr.contains("page faults: not counted"),
        "{writing:?}"
    );
    assert!(
        writing.stderr.contains("perf_event_paranoid"),
        "{writing:?}"
    );
    reading.assert_clean();
}

#[test]
fn ends_that_are_no_pipes_or_end_early() {
    run(program("read").stdin(Stdio::null())).assert_fails(1, &["not a pipe"]);
    let null = fs::File::create("/dev/null").unwrap();
    let writing = program("write")
        .stdout(null)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait(writing).assert_fails(1, &["not a pipe"]);
    for way in ["--csv", "--read_with_splice", "--busy_loop", "--poll"] {
        let (_, reading) = run_pair(
            Command::new("head").args(["-c", "70001", "/dev/zero"]),
            program("read").args([way, "--bytes_to_pipe=1M"]),
        );
        reading.assert_fails(1, &["70001 of 1048576 bytes"]);
        assert_eq!(reading.text(), "");
    }
}

/// It takes no byte more than it was asked to: the rest stays in the pipe.
#[test]
fn read_leaves_the_rest() {
    for way in ["--csv", "--read_with_splice"] {
        let (mut left, pipe) = io::pipe().unwrap();
        io::Write::write_all(&mut &pipe, &[b'X'; 5000]).unwrap();
        drop(pipe);
        let mut command = program("read");
        command
            .args([way, "--bytes_to_pipe=4997"])
            .stdin(left.try_clone().unwrap());
        run(&mut command).assert_clean();
        let mut rest = Vec::new();
        command.stdin(Stdio::null());
        left.read_to_end(&mut rest).unwrap();
        assert_eq!(rest, b"XXX");
    }
}

#[test]
fn pages_cost_something() {
    let folder = std::env::temp_dir().join(format!("fast-pipes-pages-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mut command = program("lab");
    command
        .args(["pages", "--csv", "--machine", "here"])
        .current_dir(&folder);
    let ending = run(&mut command);
    assert_eq!(ending.code, 0, "{ending:?}");
    let rows = ending.text();
    let kept = fs::read_to_string(folder.join("book/measured/here/pages.csv"));
    let left = fs::read_dir(folder.join("book/measured/here"))
        .unwrap()
        .count();
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(kept.unwrap(), rows);
    assert_eq!(left, 1, "nothing unfinished may be left");

    let mut lines = rows.lines();
    assert_eq!(
        lines.next(),
        Some("call,page_size,memory,pages_per_call,ns_per_page,lower_quartile,upper_quartile")
    );
    let mut vmsplice = 0;
    for line in lines {
        let columns: Vec<_> = line.split(',').collect();
        assert_eq!(columns.len(), 7, "{line}");
        let [median, lower, upper] =
            [4, 5, 6].map(|index: usize| columns[index].parse::<f64>().unwrap());
        assert!(0.0 < lower && lower <= median && median <= upper, "{line}");
        vmsplice += usize::from(columns[0] == "vmsplice");
    }
    // At least the ordinary pages, each past, 1 to 256 pages in a call.
    assert!(vmsplice >= 3 * 9, "{rows}");
}
