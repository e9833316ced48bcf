//! `write` and `read`: every knob of the post's programs, and their words.

use tests::{Ending, program, run, run_pair};

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
fn memory_that_cannot_be_had() {
    let (writing, _) = both(&["--buf_size=1000000G"], "1M");
    writing.assert_fails(1, &["cannot allocate a buffer of 1000000GiB"]);
}
