//! The Makefile, with a cargo that builds nothing: what it runs, and from where.

use std::fs;
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use tests::preprocessor::small_book;
use tests::processes::{Process, descendants, is_alive, kill};
use tests::{Ending, program_path, run, wait, wait_until, workspace};

/// Says where it has put a program, as cargo does, and in which folder it was to.
const CARGO: &str = r#"#!/bin/sh
echo "cargo's folder: $CARGO_TARGET_DIR" >&2
[ -z "$BROKEN" ] || { echo 'error: it does not compile' >&2; exit 101; }
case "$*" in *--message-format=json*) ;; *) exit ;; esac
for program in ladder lab workshop preprocessor
do echo '{"reason":"compiler-artifact","executable":"'"$BUILT/$program"'","fresh":true}'
done
echo '{"reason":"build-finished","success":true}'
"#;

/// The Makefile in a folder whose name has a space, and programs in another that
/// only print how they were started; in `target`, those of yesterday.
struct Clone(TempDir);

impl Clone {
    fn new() -> Clone {
        let clone = Clone(TempDir::new().unwrap());
        for folder in ["the clone/target/release", "the built", "bin"] {
            fs::create_dir_all(clone.0.path().join(folder)).unwrap();
        }
        let copy = clone.folder().join("Makefile");
        fs::copy(workspace().join("Makefile"), copy).unwrap();
        clone.script("bin/cargo", CARGO);
        for program in ["ladder", "lab", "workshop"] {
            let ran = format!("#!/bin/sh\necho \"{program}: $*\"\n");
            clone.script(&format!("the built/{program}"), &ran);
            let stale = "#!/bin/sh\necho yesterday\n";
            clone.script(&format!("the clone/target/release/{program}"), stale);
        }
        clone
    }

    fn folder(&self) -> PathBuf {
        self.0.path().join("the clone")
    }

    fn script(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let path = std::env::var("PATH").unwrap();
        let bin = self.0.path().join("bin");
        let mut make = Command::new(found("make"));
        make.args(arguments)
            .current_dir(self.folder())
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("BUILT", self.0.path().join("the built"));
        for name in ["MAKEFLAGS", "MAKELEVEL", "CARGO_TARGET_DIR", "SUDO_USER"] {
            make.env_remove(name);
        }
        make
    }

    #[track_caller]
    fn make(&self, arguments: &[&str]) -> Ending {
        run(&mut self.command(arguments))
    }
}

/// Where PATH has this program.
fn found(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
        .expect("it is installed")
}

#[test]
fn what_runs_is_what_cargo_has_just_built() {
    let clone = Clone::new();
    for (goal, words) in [
        ("all", "ladder: "),
        ("stage3", "ladder: "),
        ("doctor", "lab: "),
        ("perf-stage2", "lab: "),
        ("beyond", "lab: --end-with-parent beyond"),
        ("workshop", "workshop: --end-with-parent progress"),
        ("hint2", "workshop: --end-with-parent hint 2"),
        ("reset2", "workshop: --end-with-parent reset 2"),
        ("exercise2", "workshop: --end-with-parent check 2"),
        (
            "solution2",
            "workshop: --end-with-parent check 2 --solution",
        ),
    ] {
        let ending = clone.make(&[goal]);
        assert_eq!(ending.code, 0, "{goal}: {ending:?}");
        assert!(ending.text().starts_with(words), "{goal}: {ending:?}");
    }
}

#[test]
fn what_does_not_compile_does_not_run() {
    let clone = Clone::new();
    for goal in ["all", "stage3", "doctor", "exercise2"] {
        let ending = run(clone.command(&[goal]).env("BROKEN", "1"));
        assert_eq!((ending.code, ending.text()), (2, String::new()), "{goal}");
        assert!(ending.stderr.contains("does not compile"), "{ending:?}");
    }
}

/// mdbook starts cargo too, in another folder.
#[test]
fn every_cargo_has_the_same_folder() {
    let clone = Clone::new();
    let here = clone.folder().join("a b");
    let expected = format!("cargo's folder: {}\n", here.display());
    let mut by_environment = clone.command(&["stage1"]);
    by_environment.env("CARGO_TARGET_DIR", "a b");
    let by_argument = clone.command(&["stage1", "CARGO_TARGET_DIR=a b"]);
    for mut make in [by_environment, by_argument] {
        let ending = run(&mut make);
        assert!(ending.stderr.contains(&expected), "{ending:?}");
    }
    let ending = run(clone.command(&["stage1"]).env("CARGO_TARGET_DIR", "/a b"));
    let expected = "cargo's folder: /a b\n";
    assert!(ending.stderr.contains(expected), "{ending:?}");
}

#[test]
fn a_setting_stands_on_the_command_line() {
    let clone = Clone::new();
    let stray = [
        ("CPUS", "8"),
        ("BYTES", "1"),
        ("MACHINE", "x86_64"),
        ("TABLE", "it's"),
        ("CSV", "1"),
    ];
    for goal in ["stage3", "beyond", "doctor", "exercise1"] {
        let plain = clone.make(&[goal]);
        let ending = run(clone.command(&[goal]).envs(stray));
        assert_eq!(ending.text(), plain.text(), "{goal}");
        assert_eq!(ending.code, 0, "{ending:?}");
        for (name, value) in stray {
            let words = format!("to set it: make {goal} {name}={value}\n");
            assert_eq!(ending.stderr.matches(&words).count(), 1, "{ending:?}");
        }
    }
    let ending = clone.make(&["stage3", "CPUS=8,9", "BYTES=1G"]);
    for words in ["--bytes 1G", "--cpus 8,9"] {
        assert!(ending.text().contains(words), "{ending:?}");
    }
    assert!(!ending.stderr.contains("environment"), "{ending:?}");
    let ending = clone.make(&["fizzbuzz", "ALSO=my programs/mine"]);
    let words = "--also my programs/mine fizzbuzz\n";
    assert!(ending.text().ends_with(words), "{ending:?}");
}

#[test]
fn what_is_missing_is_named() {
    let clone = Clone::new();
    let ending = run(clone.command(&["all"]).env("PATH", "/nonexistent"));
    assert_eq!(ending.code, 2, "{ending:?}");
    let words = "PATH is '/nonexistent'";
    assert!(ending.stderr.contains(words), "{ending:?}");

    // A PATH such as sudo gives: all but cargo.
    let bin = clone.0.path().join("of root");
    fs::create_dir(&bin).unwrap();
    symlink(found("uname"), bin.join("uname")).unwrap();
    let ending = run(clone.command(&["perf"]).env("PATH", &bin));
    assert!(ending.stderr.contains("https://rustup.rs"), "{ending:?}");
    let mut make = clone.command(&["perf"]);
    let ending = run(make.env("PATH", &bin).env("SUDO_USER", "me"));
    assert!(!ending.stderr.contains("rustup"), "{ending:?}");
    let words = "sudo target/release/lab perf";
    assert!(ending.stderr.contains(words), "{ending:?}");
}

#[test]
fn what_make_started_ends_when_it_is_killed() {
    let clone = Clone::new();
    small_book(&clone.folder(), "one");
    // No browser opens here.
    clone.script("bin/xdg-open", "#!/bin/sh\n");
    for program in ["ladder", "workshop", "preprocessor"] {
        let built = clone.0.path().join("the built").join(program);
        let _ = fs::remove_file(&built);
        symlink(program_path(program), &built).unwrap();
    }
    let can_serve = TcpListener::bind(("127.0.0.1", 3000)).is_ok();
    if !can_serve {
        eprintln!("make serve is not tried: somebody else has its port");
    }
    // By whom it is at work.
    for (words, at_work) in [
        (&["stage1", "BYTES=10T"][..], "stage1-read"),
        (&["solution1"], "solution1"),
        (&["serve"], "preprocessor"),
    ] {
        for signal in [libc::SIGTERM, libc::SIGKILL] {
            if words == ["serve"] && !can_serve {
                continue;
            }
            let mut make = clone.command(words);
            let make = make.stdout(Stdio::piped()).stderr(Stdio::null());
            let mut make = make.process_group(0).spawn().unwrap();
            let id = i32::try_from(make.id()).unwrap();
            if words == ["serve"] {
                let mut line = String::new();
                let output = make.stdout.take().unwrap();
                output.take(8).read_to_string(&mut line).unwrap();
                assert_eq!(line, "Read it ");
            }
            let is_at_work = |process: &Process| process.name == at_work;
            wait_until(|| descendants(id).iter().any(is_at_work));
            let started = descendants(id);
            kill(id, signal);
            wait(make);
            wait_until(|| !started.iter().any(is_alive));
        }
    }
}
