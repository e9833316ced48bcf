//! The pipelines that `make pipelines` runs, in a folder with `log`, `log.gz` and `tree`.

/// One of them.
pub struct Case {
    /// Its name in the data and the book.
    pub name: &'static str,
    /// As people have it.
    pub before: &'static str,
    /// Mended, where it can be.
    pub after: Option<&'static str>,
    /// What it needs besides Debian's own.
    pub needs: &'static [&'static str],
}

/// What makes the folder's files.
pub const DATA: &str = r#"
seq 1 600000 | awk '{ printf "2026-11-25 %08d %s request %d took %d ms\n", $1, ($1 % 7 ? "info" : "warn"), $1 * 7919 % 1000003, $1 % 997 }' > log
gzip -1 -k log
mkdir tree && cd tree && split -b 40000 ../log && for copy in 1 2 3; do mkdir c$copy && cp x* c$copy; done"#;

const fn case(name: &'static str, before: &'static str, after: Option<&'static str>) -> Case {
    Case {
        name,
        before,
        after,
        needs: &[],
    }
}

/// All of them.
pub const ALL: &[Case] = &[
    // Who is busy.
    case(
        "tar-gzip",
        "tar c tree | gzip -1 | wc -c",
        Some("(perl -e 'fcntl STDOUT,1031,1048576'; exec tar c tree) | gzip -1 | wc -c"),
    ),
    Case {
        needs: &["zstd"],
        ..case(
            "tar-zstd",
            "for i in 1 2 3 4 5 6 7 8 9; do tar c tree; done | zstd -q -1 -c | wc -c",
            Some(
                "for i in 1 2 3 4 5 6 7 8 9; do (perl -e 'fcntl STDOUT,1031,1048576'; exec tar c tree); done | \
                 zstd -q -1 -c | wc -c",
            ),
        )
    },
    case(
        "zcat-grep-sort",
        "for i in 1 2 3 4 5 6; do zcat log.gz; done | grep warn | LC_ALL=C.UTF-8 sort -k5 | tail -1",
        Some(
            "for i in 1 2 3 4 5 6; do zcat log.gz; done | grep warn | LC_ALL=C sort -k5 | tail -1",
        ),
    ),
    // Whose calls are small.
    case(
        "log-shipper",
        "cat log | head -60000 | while read -r line; do echo \"web1 $line\"; done | wc -c",
        Some("cat log | head -60000 | sed 's/^/web1 /' | wc -c"),
    ),
    // -E: PYTHONUNBUFFERED would do to both what `flush=True` does to one.
    Case {
        needs: &["python3"],
        ..case(
            "python-lines",
            "python3 -E -c 'for n in range(400000): print(n, flush=True)' | wc -l",
            Some("python3 -E -c 'for n in range(400000): print(n)' | wc -l"),
        )
    },
    case(
        "rust-lines",
        "print-lines 1000000 | wc -l",
        Some("print-lines 1000000 --buffered | wc -l"),
    ),
    // The pipe itself.
    case(
        "bursty-sender",
        "perl -e 'for (1..120) { $x = 0; $x += $_ for 1..300000; syswrite STDOUT, \"x\" x 524288 }' | \
         perl -e 'while (sysread STDIN, $b, 65536) { $x += $_ for 1..37500 }'",
        Some(
            "perl -e 'fcntl STDOUT,1031,1048576; for (1..120) { $x = 0; $x += $_ for 1..300000; syswrite STDOUT, \"x\" x 524288 }' | \
             perl -e 'while (sysread STDIN, $b, 65536) { $x += $_ for 1..37500 }'",
        ),
    ),
    case(
        "reader-128k",
        "head -c 2G /dev/zero | perl -e '1 while sysread STDIN, $b, 131072'",
        Some(
            "(perl -e 'fcntl STDOUT,1031,1048576'; exec head -c 2G /dev/zero) | \
             perl -e '1 while sysread STDIN, $b, 131072'",
        ),
    ),
    case(
        "tar-cat",
        "for i in 1 2 3 4 5 6 7 8; do tar c tree tree tree; done | cat | wc -c",
        Some(
            "(perl -e 'fcntl STDOUT,1031,1048576'; for i in 1 2 3 4 5 6 7 8; do tar c tree tree tree; done) | \
             (perl -e 'fcntl STDOUT,1031,1048576'; exec cat) | wc -c",
        ),
    ),
    // Neither.
    case(
        "one-cpu",
        "taskset -c 0 sh -c 'cat log log | gzip -1 | gzip -d | gzip -1 | wc -c'",
        Some("cat log log | gzip -1 | gzip -d | gzip -1 | wc -c"),
    ),
    Case {
        needs: &["pv"],
        ..case("rate-limit", "pv -q -L 20M < log | wc -c", None)
    },
    // What the watcher costs, most of all.
    case("yes-head", "yes | head -c 6G | wc -c", None),
    case(
        "nine",
        "head -c 900M /dev/zero | cat | cat | cat | gzip -1 | cat | cat | cat | wc -c",
        None,
    ),
    case(
        "fan-out",
        "head -c 800M /dev/zero | tee >(gzip -1 | wc -c >&2) >(wc -c >&2) | cat | wc -c",
        None,
    ),
];
