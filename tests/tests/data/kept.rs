//! What is there is not lost to what has less, or to what cannot be read.

use std::fs;
use std::thread;

use tests::child::refuse;
use tests::{program, run};

use crate::spoiled::two_machines;
use crate::stopped_at;

/// A program that fails has no figures, and those of before stay.
#[test]
fn what_lacks_a_writer_does_not_replace_what_has_all() {
    if thread::available_parallelism().unwrap().get() == 1 {
        eprintln!("skipped: make beyond needs two CPUs");
        return;
    }
    let folder = two_machines();
    let yours = folder.path().join("book/measured/yours");
    let before = fs::read(yours.join("beyond.csv")).unwrap();
    let beyond = || {
        let mut command = program("lab");
        command.args(["beyond", "--bytes", "64M", "--rounds", "1"]);
        command.args(["--machine", "yours"]);
        command.current_dir(folder.path());
        command
    };
    let mut without_tee = beyond();
    refuse(&mut without_tee, libc::SYS_tee, libc::EPERM);
    let ending = run(&mut without_tee);
    assert_eq!(ending.code, 1, "{ending:?}");
    for words in [
        "not all got through: ",
        "what was measured lacks ",
        "beyond.incomplete.csv",
    ] {
        assert!(ending.stderr.contains(words), "{ending:?}");
    }
    assert_eq!(fs::read(yours.join("beyond.csv")).unwrap(), before);
    let beside = fs::read_to_string(yours.join("beyond.incomplete.csv")).unwrap();
    assert_eq!(beside.lines().count(), 2, "{beside}");

    run(&mut beyond()).assert_clean();
    let after = fs::read_to_string(yours.join("beyond.csv")).unwrap();
    assert_eq!(after.lines().count(), 8, "{after}");
}

/// What cannot be read is the user's still: it is named, before anything is measured,
/// and it stays.
#[test]
fn what_cannot_be_read_is_not_replaced() {
    let folder = two_machines();
    let yours = folder.path().join("book/measured/yours");
    let spoiled = b"round,name\n1,stage5\n";
    for (file, command) in [
        ("pages.csv", &["pages", "--machine", "yours"][..]),
        ("beyond.csv", &["beyond", "--machine", "yours"]),
        ("waiting.csv", &["beyond", "waiting", "--machine", "yours"]),
    ] {
        if file != "pages.csv" && thread::available_parallelism().unwrap().get() == 1 {
            eprintln!("skipped: make beyond needs two CPUs");
            continue;
        }
        fs::write(yours.join(file), spoiled).unwrap();
        let ending = run(program("lab").args(command).current_dir(folder.path()));
        stopped_at(&ending, &format!("yours/{file}:2: "), file);
        assert!(ending.stderr.contains("move it away"), "{ending:?}");
        assert_eq!(fs::read(yours.join(file)).unwrap(), spoiled);
    }
}
