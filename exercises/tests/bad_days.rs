//! The workshop where something is refused, full, or in somebody else's hands.

use std::fs::{self, File};
use std::io;
use std::process::{Command, Stdio};

use exercises::exercise::{ALL, Exercise};
use tests::child::{refuse, without_threads};

fn workshop(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_workshop"));
    command
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[test]
fn no_thread_to_be_had() {
    for Exercise { number, .. } in &ALL {
        let mut check = workshop(&["check", &number.to_string(), "--solution"]);
        without_threads(&mut check);
        let ending = tests::wait(check.spawn().unwrap());
        assert_eq!(ending.code, 1, "{ending:?}");
        let text = ending.text();
        assert!(text.contains("cannot start a thread"), "{text}");
        assert_eq!(ending.stderr, "");
    }
}

/// No page can be made what it is to be, and no copy of the program: nobody is blamed.
#[test]
fn a_kernel_that_refuses_what_exercise_4_needs() {
    // The machine has no huge pages then; a copy is the check's own affair.
    for (call, words, code) in [
        (libc::SYS_madvise, "not on huge pages", 0),
        (libc::SYS_memfd_create, "cannot copy ", 1),
    ] {
        if call == libc::SYS_memfd_create && !rustix::process::geteuid().is_root() {
            eprintln!("memfd_create is not tried, since it takes root");
            continue;
        }
        let mut check = workshop(&["check", "4", "--solution"]);
        refuse(&mut check, call, libc::EPERM);
        let ending = tests::wait(check.spawn().unwrap());
        let text = ending.text();
        assert_eq!(ending.code, code, "{ending:?}");
        assert!(text.contains("could not be checked"), "{text}");
        assert!(text.contains(words), "{text}");
    }
}

/// What cannot be printed is an error with a name, whoever prints.
#[test]
fn a_full_or_closed_output() {
    let (mut hint, mut progress) = (workshop(&["hint", "1"]), workshop(&["progress"]));
    let mut check = workshop(&["check", "3", "--program", "/bin/true"]);
    let folder = tempfile::tempdir().unwrap();
    for command in [&mut hint, &mut progress, &mut check] {
        command.arg("--exercises").arg(folder.path());
    }
    let mut counter = Command::new(env!("CARGO_BIN_EXE_solution3"));
    let mut starter = Command::new(env!("CARGO_BIN_EXE_exercise3"));
    let mut teller = Command::new(env!("CARGO_BIN_EXE_solution4"));
    teller.arg("ordinary");
    for command in [
        &mut hint,
        &mut progress,
        &mut check,
        &mut counter,
        &mut starter,
        &mut teller,
    ] {
        for closed in [false, true] {
            let output: Stdio = if closed {
                io::pipe().unwrap().1.into()
            } else {
                File::options()
                    .write(true)
                    .open("/dev/full")
                    .unwrap()
                    .into()
            };
            let started = command
                .stdin(Stdio::null())
                .stdout(output)
                .stderr(Stdio::piped());
            let ending = tests::wait(started.spawn().unwrap());
            ending.assert_fails(1, &["cannot "]);
        }
    }
    // A full standard error as well.
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let ending = tests::wait(hint.stdout(full()).stderr(full()).spawn().unwrap());
    assert_eq!(ending.code, 1, "{ending:?}");
    // A hint that nobody saw comes again.
    let ending = tests::wait(hint.stdout(Stdio::piped()).spawn().unwrap());
    assert!(ending.text().contains("hint 1 of 3"), "{ending:?}");
}

/// The copy that nobody's user runs is under no name which somebody could have taken.
#[test]
fn root_writes_to_nobody_elses_file() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("not tried, since it takes root");
        return;
    }
    let shared = tempfile::tempdir().unwrap();
    let victim = shared.path().join("victim");
    fs::write(&victim, "precious").unwrap();
    // The shell's number is the workshop's after exec.
    let script = format!(
        "ln -s victim fast-pipes-is-it-huge-$$; exec '{}' check 4 --solution",
        env!("CARGO_BIN_EXE_workshop")
    );
    let child = Command::new("sh")
        .args(["-c", &script])
        .current_dir(&shared)
        .env("TMPDIR", shared.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let ending = tests::wait(child);
    assert_eq!(ending.code, 0, "{ending:?}");
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
}
