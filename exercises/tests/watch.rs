//! The loop of a learner: save, and see the verdict.

use std::fs;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use rustix::pty::OpenptFlags;
use tempfile::TempDir;

/// A learner's folder, where cargo is a script: what a line of the starter says comes out of the
/// compiler, or is a script that is checked.
struct Learner {
    folder: TempDir,
    watch: Child,
    keyboard: fs::File,
    terminal: OwnedFd,
    shown: Receiver<Vec<u8>>,
    seen: String,
}

/// Builds as the starter asks.
const CARGO: &str = r#"#!/bin/sh
while [ $# -gt 1 ]; do case $1 in --target-dir) target=$2;; --bin) bin=$2;; esac; shift; done
starter=$(echo "$FOLDER"/"$bin"-*/starter.rs)
if grep -q broken "$starter"; then
    for line in $(seq 40); do echo "error: line $line of what the compiler says about it, which is longer than the terminal is wide" >&2; done
    exit 101
fi
rm -f "$target/release/$bin"
cp "$starter" "$target/release/$bin" && chmod +x "$target/release/$bin"
"#;

impl Learner {
    fn at(number: u8, starter: &str) -> Learner {
        let folder = tempfile::tempdir().unwrap();
        let release = folder.path().join("target/release");
        let tools = folder.path().join("tools");
        for (number, name) in [(3, "count-without-looking"), (4, "is-it-huge")] {
            fs::create_dir_all(folder.path().join(format!("exercise{number}-{name}"))).unwrap();
        }
        fs::create_dir_all(&release).unwrap();
        fs::create_dir(&tools).unwrap();
        fs::write(tools.join("cargo"), CARGO).unwrap();
        fs::set_permissions(tools.join("cargo"), fs::Permissions::from_mode(0o755)).unwrap();
        // By another process: a test that forks at that moment would hold it open for writing.
        let workshop = release.join("workshop");
        let copied = Command::new("cp")
            .arg(env!("CARGO_BIN_EXE_workshop"))
            .arg(&workshop)
            .status();
        assert!(copied.unwrap().success());
        let (keyboard, terminal) = terminal();
        let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap());
        save(folder.path(), number, starter);
        let mut watch = Command::new(workshop);
        watch
            .args(["watch", &number.to_string(), "--exercises"])
            .arg(folder.path())
            .env("PATH", path)
            .env("FOLDER", folder.path())
            .env("TERM", "xterm")
            .stdin(terminal.try_clone().unwrap())
            .stdout(terminal.try_clone().unwrap())
            .stderr(Stdio::null());
        let watch = watch.spawn().unwrap();
        let (tell, shown) = mpsc::channel();
        let mut screen = keyboard.try_clone().unwrap();
        thread::spawn(move || {
            let mut bytes = vec![0; 4096];
            while let Ok(count @ 1..) = screen.read(&mut bytes) {
                if tell.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Learner {
            folder,
            watch,
            keyboard,
            terminal,
            shown,
            seen: String::new(),
        }
    }

    fn press(&mut self, key: &str) {
        self.keyboard.write_all(key.as_bytes()).unwrap();
    }

    /// Waits for these words on the screen, and returns the screen since it was last cleared.
    #[track_caller]
    fn sees(&mut self, words: &str) -> String {
        const CLEAR: &str = "\x1b[2J";
        let limit = Instant::now() + Duration::from_secs(60);
        loop {
            let screen = self.seen.rsplit(CLEAR).next().unwrap().to_owned();
            if screen.contains(words) {
                return screen;
            }
            let left = limit.saturating_duration_since(Instant::now());
            let Ok(bytes) = self.shown.recv_timeout(left) else {
                panic!("no '{words}': {}", self.seen);
            };
            self.seen += &String::from_utf8_lossy(&bytes);
        }
    }

    #[track_caller]
    fn ends(&mut self, code: i32) {
        let ending = self.watch.wait().unwrap();
        assert_eq!(ending.code(), Some(code), "{ending}");
        // As it was: lines, and an echo.
        let modes = Command::new("stty")
            .arg("-a")
            .stdin(self.terminal.try_clone().unwrap())
            .output();
        let modes = String::from_utf8_lossy(&modes.unwrap().stdout).into_owned();
        assert!(
            modes.contains(" icanon") && modes.contains(" echo "),
            "{modes}"
        );
    }
}

impl Drop for Learner {
    fn drop(&mut self) {
        let _ = self.watch.kill();
        let _ = self.watch.wait();
    }
}

fn terminal() -> (fs::File, OwnedFd) {
    let keyboard = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    rustix::pty::grantpt(&keyboard).unwrap();
    rustix::pty::unlockpt(&keyboard).unwrap();
    let name = rustix::pty::ptsname(&keyboard, Vec::new()).unwrap();
    let terminal = fs::File::options()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    (keyboard.into(), terminal.into())
}

/// As editors do it: a new file in the place of the old one.
fn save(folder: &Path, number: u8, starter: &str) {
    let name = match number {
        3 => "exercise3-count-without-looking",
        _ => "exercise4-is-it-huge",
    };
    let draft = folder.join(name).join("starter.rs.draft");
    fs::write(&draft, starter).unwrap();
    fs::rename(&draft, draft.with_file_name("starter.rs")).unwrap();
}

const RIGHT_FOR_PIPES: &str = "#!/bin/sh\nexec wc -c\n";

#[test]
fn a_compilers_message_a_verdict_and_the_keys() {
    let mut learner = Learner::at(3, "broken");
    let screen = learner.sees("error: line 20");
    assert!(
        screen.contains("h hint  r reset  n next  q quit"),
        "{screen}"
    );
    fits(&screen);
    // A right one for as long as it is not looked at how it counts.
    save(learner.folder.path(), 3, RIGHT_FOR_PIPES);
    let screen = learner.sees("by reading");
    fits(&learner.sees("make hint3"));
    assert!(screen.contains("WRONG"), "{screen}");
    learner.press("h");
    fits(&learner.sees("hint 1 of 3"));
    learner.press("n");
    learner.sees("Exercise 4 of");
    learner.press("q");
    learner.ends(0);
}

/// What is asked for does not wait for a check that is under way.
#[test]
fn a_check_is_cut_short() {
    let mut learner = Learner::at(3, "#!/bin/sh\nexec sleep 1000\n");
    learner.sees("h hint");
    save(learner.folder.path(), 3, RIGHT_FOR_PIPES);
    learner.sees("by reading");
    save(learner.folder.path(), 3, "#!/bin/sh\nexec sleep 1000\n");
    learner.press("q");
    learner.ends(0);
}

#[test]
fn a_reset_is_asked_for_twice() {
    let mut learner = Learner::at(3, "broken");
    learner.sees("error: line 20");
    let starter = learner
        .folder
        .path()
        .join("exercise3-count-without-looking/starter.rs");
    learner.press("r");
    learner.sees("Then press y.");
    learner.press("x");
    learner.press("y");
    learner.press("r");
    learner.sees("Then press y.");
    assert_eq!(fs::read_to_string(&starter).unwrap(), "broken");
    learner.press("y");
    learner.sees("compiling");
    // The untouched one is no script.
    learner.sees("exit code 2");
    assert!(fs::read_to_string(&starter).unwrap().contains("Exercise 3"));
    learner.press("q");
    learner.ends(0);
}

#[test]
fn where_it_cannot_go_on_the_terminal_is_as_it_was() {
    let mut learner = Learner::at(3, "broken");
    learner.sees("error: line 20");
    // There is nothing left to check with.
    fs::remove_file(learner.folder.path().join("target/release/workshop")).unwrap();
    save(learner.folder.path(), 3, RIGHT_FOR_PIPES);
    learner.ends(1);
}

#[test]
fn it_takes_a_terminal() {
    let output = Command::new(env!("CARGO_BIN_EXE_workshop"))
        .args(["watch", "1"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("watching takes a terminal"), "{said}");
}

/// On 80 columns and 24 lines.
#[track_caller]
fn fits(screen: &str) {
    let screen = screen.replace('\r', "");
    let lines: Vec<&str> = screen.lines().collect();
    assert!(lines.len() <= 24, "{screen}");
    for line in lines {
        let wide = console::measure_text_width(line.trim_end());
        assert!(wide <= 80, "{wide}: {line}");
    }
}
