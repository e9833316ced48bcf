//! The book's sources: code and figures come from where they are made, and
//! every command does what the book says.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tests::preprocessor::{chapter, preprocess};
use tests::{copy, program, wait_for, workspace};

/// Each chapter's path, and its text line by line with the lines' numbers.
fn chapters() -> Vec<(PathBuf, Vec<(usize, String)>)> {
    let folder = workspace().join("book/src");
    let mut chapters: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().map(str::to_owned).enumerate();
            (path, lines.map(|(index, line)| (index + 1, line)).collect())
        })
        .collect();
    chapters.sort();
    assert!(chapters.len() > 10, "no book in {}", folder.display());
    chapters
}

#[test]
fn every_rust_listing_comes_from_the_crates() {
    for (path, lines) in chapters() {
        for (number, line) in lines {
            assert!(
                !line.starts_with("```rust"),
                "{}:{number}: use {{{{#code …}}}}",
                path.display()
            );
        }
    }
}

/// A figure before GiB/s was measured, so a directive must put it there.
#[test]
fn no_measured_figure_is_typed_by_hand() {
    for (path, lines) in chapters() {
        for (number, line) in lines {
            let by_hand = line.match_indices("GiB/s").any(|(at, _)| {
                let before = line[..at].trim_end_matches([' ', '\u{a0}']);
                before.ends_with(|c: char| c.is_ascii_digit())
            });
            assert!(
                !by_hand,
                "{}:{number}: use {{{{#measured …}}}} or {{{{#post …}}}}: {line}",
                path.display()
            );
        }
    }
}

/// The book's kernel structures are sketches, and say of what.
#[test]
fn every_sketch_of_the_kernel_names_its_file_and_version() {
    for (path, lines) in chapters() {
        for pair in lines.windows(2) {
            let [(number, fence), (_, first)] = pair else {
                unreachable!()
            };
            if fence.trim_end() == "```c" {
                let of_the_kernel = first.starts_with("/* sketch of ") && first.contains("Linux ");
                let of_the_interface = first.starts_with("/* sketch of the interface: see ");
                let named = of_the_kernel || of_the_interface;
                assert!(named, "{}:{number}: {first}", path.display());
            }
        }
    }
}

#[test]
fn every_command_of_the_book_runs_and_prints_what_it_shows() {
    let mut preprocessor = program("preprocessor");
    preprocessor
        .args(["console", "--check"])
        .current_dir(workspace());
    let preprocessor = preprocessor
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let ending = wait_for(preprocessor, Duration::from_secs(15 * 60));
    assert_eq!(ending.code, 0, "{}\n{}", ending.text(), ending.stderr);
    let _ = fs::remove_dir_all(workspace().join("book/measured/of-the-tests"));
}

/// The reader's figures stand beside the reference machine's, or under a fold where
/// there is no room beside them, as soon as they exist.
#[test]
fn what_the_reader_has_measured_is_in_the_book() {
    let folder = tempfile::tempdir().unwrap();
    let measured = folder.path().join("book/measured");
    let reference = workspace().join("book/measured/reference");
    copy(&reference, &measured.join("reference"));
    let directives = [
        "{{#three stage2}}",
        "{{#ladder}}",
        "{{#bars busy title}}",
        "{{#bars buffer title}}",
        "{{#table ablation}}",
        "{{#perf stage1.write}}",
        "{{#flamegraph stage1.write caption}}",
        "{{#counts}}",
        "{{#pages}}",
        "{{#beyond}}",
        "{{#beyond distance}}",
        "{{#beyond fizzbuzz}}",
        "{{#beyond beside}}",
        "{{#beyond waiting}}",
    ];
    for directive in directives {
        let text = preprocessed(directive, folder.path());
        assert!(!text.contains("{{#"), "{directive}: {text}");
        assert!(!text.contains("on your machine"), "{directive}: {text}");
    }
    // Somebody who has measured the same, for want of a second machine.
    copy(&reference, &measured.join("yours"));
    for directive in directives {
        let text = preprocessed(directive, folder.path());
        let shown = [
            "on your machine",
            "yours, GiB/s",
            ">yours<",
            ">\nyours\n<",
            "yours ",
        ];
        assert!(
            shown.iter().any(|words| text.contains(words)),
            "{directive}: {text}"
        );
        assert!(!text.contains("run `make measure`"), "{directive}: {text}");
    }
}

/// A workspace with a book of one chapter, and nothing that measures or compiles.
fn small_book(chapter: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("book");
    copy(
        &workspace().join("book/measured/reference"),
        &book.join("measured/reference"),
    );
    for code in ["beyond", "crates", "exercises", "book/src", "book/theme"] {
        fs::create_dir_all(folder.path().join(code)).unwrap();
    }
    fs::write(folder.path().join("beyond/code.rs"), "fn one() {}\n").unwrap();
    let config = "[book]\ntitle = \"Small\"\n[preprocessor.fast-pipes]\ncommand = \"false\"\n";
    fs::write(book.join("book.toml"), config).unwrap();
    fs::write(book.join("src/SUMMARY.md"), "[One](one.md)\n").unwrap();
    fs::write(book.join("src/one.md"), chapter).unwrap();
    folder
}

/// Neither mdbook nor cargo: there is no PATH, and book.toml's command would fail.
fn preprocessor_in(folder: &TempDir, arguments: &[&str]) -> Child {
    program("preprocessor")
        .args(arguments)
        .current_dir(folder.path())
        .env("PATH", "/nonexistent")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn the_book_is_built_by_one_program() {
    let folder = small_book("{{#code beyond/code.rs one}} and {{#include no/such/file}}");
    let ending = wait_for(
        preprocessor_in(&folder, &["build"]),
        Duration::from_secs(60),
    );
    assert_eq!(ending.code, 0, "{}", ending.stderr);
    assert!(ending.stderr.contains("no/such/file"), "{}", ending.stderr);
    let pages = folder.path().join("book/book");
    let page = fs::read_to_string(pages.join("one.html")).unwrap();
    assert!(page.contains("fn one() {}"), "{page}");
    let searched = fs::read_dir(pages).unwrap().any(|entry| {
        let name = entry.unwrap().file_name();
        name.to_string_lossy().starts_with("searchindex")
    });
    assert!(searched, "no search index");
}

#[test]
fn a_directive_that_names_nothing_ends_the_build() {
    let folder = small_book("one\n\nand {{#code beyond/code.rs two}}\n");
    let ending = wait_for(
        preprocessor_in(&folder, &["build"]),
        Duration::from_secs(60),
    );
    assert_eq!(ending.code, 1, "{}", ending.stderr);
    assert!(
        ending.stderr.contains("book/src/one.md:3: "),
        "{}",
        ending.stderr
    );
}

#[test]
fn the_book_is_served_and_built_again_when_code_changes() {
    let folder = small_book("{{#code beyond/code.rs}}");
    let mut server = preprocessor_in(&folder, &["serve", "--port", "0"]);
    let mut line = String::new();
    BufReader::new(server.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line
        .strip_prefix("Read it at http://")
        .and_then(|rest| rest.split(';').next())
        .unwrap_or_else(|| panic!("{line}"));
    let get = |path: &str| {
        let mut server = TcpStream::connect(address).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        server.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        server.read_to_string(&mut answer).unwrap();
        answer
    };
    assert!(get("/").contains("fn one() {}"));
    assert!(get("/").contains("location.reload()"));
    assert!(get("/../../beyond/code.rs").starts_with("HTTP/1.1 404"));
    assert!(get("/builds").ends_with("\r\n1"), "{}", get("/builds"));
    // To be read is no change; to be written is one.
    fs::read(folder.path().join("beyond/code.rs")).unwrap();
    fs::write(folder.path().join("beyond/code.rs"), "fn two() {}\n").unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !get("/").contains("fn two() {}") {
        assert!(Instant::now() < deadline, "the change is not there");
        sleep(Duration::from_millis(50));
    }
    server.kill().unwrap();
    server.wait().unwrap();
}

/// A chapter of this text, as the preprocessor gives it back to mdBook.
fn preprocessed(text: &str, workspace: &Path) -> String {
    chapter(&preprocess(text, workspace))
}
