//! The preprocessor's own `build` and `serve`, on a small book.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tests::preprocessor::small_book;
use tests::{program, wait_for};

fn small_book_of(chapter: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    small_book(folder.path(), chapter);
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
    let folder = small_book_of("{{#code beyond/code.rs one}} and {{#include no/such/file}}");
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

/// Ended at any moment, it leaves the pages of before, all of them.
#[test]
fn a_build_that_is_killed_leaves_the_pages() {
    let folder = small_book_of("one");
    let pages = folder.path().join("book/book");
    let build = || preprocessor_in(&folder, &["build"]);
    assert_eq!(wait_for(build(), Duration::from_secs(60)).code, 0);
    for moment in 0..40 {
        let mut child = build();
        sleep(Duration::from_millis(4 * moment));
        let _ = child.kill();
        child.wait().unwrap();
        for page in ["index.html", "one.html"] {
            let text = fs::read_to_string(pages.join(page)).unwrap();
            assert!(text.trim_end().ends_with("</html>"), "{moment}: {text}");
        }
    }
    assert_eq!(wait_for(build(), Duration::from_secs(60)).code, 0);
    assert!(!folder.path().join("book/book.unfinished").exists());
}

#[test]
fn two_at_once_take_turns() {
    let folder = small_book_of("one");
    let builds = [(); 4].map(|()| preprocessor_in(&folder, &["build"]));
    for build in builds {
        let ending = wait_for(build, Duration::from_secs(60));
        assert_eq!(ending.code, 0, "{}", ending.stderr);
    }
    assert!(folder.path().join("book/book/one.html").exists());
}

#[test]
fn a_directive_that_names_nothing_ends_the_build() {
    let folder = small_book_of("one\n\nand {{#code beyond/code.rs two}}\n");
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
    let folder = small_book_of("{{#code beyond/code.rs}}");
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
