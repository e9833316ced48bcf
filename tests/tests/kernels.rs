//! `make kernels` where there is no QEMU, and with one that only plays it. What the real one
//! runs is tried by `make kernels` itself.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use tests::child::interruptible;
use tests::processes::{descendants, is_alive, kill};
use tests::{Ending, program_path, run, wait, wait_until, workspace};

/// `lab` in a folder of its own, with a kernel's package and programs that only play.
struct Place(TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(TempDir::new().unwrap());
        for folder in ["release", "kernels", "bin"] {
            fs::create_dir(place.path(folder)).unwrap();
        }
        // By another process: what a test beside this one forks would hold the copy open.
        let mut copy = Command::new("cp");
        copy.args([program_path("lab"), place.path("release/lab")]);
        assert!(copy.status().unwrap().success());
        place
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn script(&self, name: &str, text: &str) {
        let path = self.path("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A QEMU that does this, and all that is needed before it is started.
    fn with_qemu(text: &str) -> Place {
        let place = Place::new();
        place.script("qemu-system-x86_64", text);
        place.script("rustc", "echo /");
        place.script("cargo", "");
        let list = fs::read_to_string(workspace().join("crates/kernels/src/kernels.toml")).unwrap();
        let first = list.split("[[kernel]]").nth(1).unwrap();
        let value = |key: &str| {
            let line = first.lines().find(|line| line.starts_with(key)).unwrap();
            line.split('"').nth(1).unwrap().to_owned()
        };
        assert_eq!(value("series"), "5.10");
        let package = format!("kernels/{}_{}_amd64", value("package"), value("version"));
        fs::write(place.path(&format!("{package}.deb")), "").unwrap();
        fs::write(place.path(&format!("{package}.vmlinuz")), "").unwrap();
        place
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(self.path("release/lab"));
        command
            .arg("kernels")
            .args(words)
            .current_dir(workspace())
            .env("PATH", self.path("bin"));
        command
    }

    fn run(&self, words: &[&str]) -> Ending {
        run(&mut self.command(words))
    }
}

const ONE: [&str; 4] = ["--kernels", "5.10", "--arch", "x86-64"];

#[test]
fn without_qemu_it_says_what_to_install() {
    let place = Place::new();
    let ending = place.run(&[]);
    ending.assert_fails(1, &["qemu-system-x86_64", "apt install qemu-system-x86"]);
    assert_eq!(ending.stderr.lines().count(), 1, "{}", ending.stderr);
    let ending = place.run(&["--arch", "arm64"]);
    ending.assert_fails(1, &["qemu-system-aarch64", "apt install qemu-system-arm"]);
}

#[test]
fn a_kernel_that_does_not_exist_is_named() {
    let ending = Place::new().run(&["--kernels", "2.4"]);
    ending.assert_fails(1, &["'2.4'", "5.10", "7.3"]);
}

#[test]
fn a_kernel_that_dies_is_a_row_with_its_last_words() {
    let place = Place::with_qemu("echo 'Kernel panic - not syncing: no init'");
    let ending = place.run(&ONE);
    ending.assert_fails(1, &["1 of 1 kernels are not as they should be"]);
    let text = ending.text();
    assert!(
        text.contains("x86-64 5.10") && text.contains("NOT WELL"),
        "{text}"
    );
    assert!(text.contains("not syncing: no init"), "{text}");
}

#[test]
fn an_emulated_machine_that_dies_has_a_second_boot_and_the_row_says_so() {
    let place = Place::with_qemu(
        "[ -e \"$0.again\" ] || { : > \"$0.again\"; echo 'Kernel panic - not syncing'; exit; }
         printf '@fast-pipes\\tcheck\\tstage1-write\\t\\n@fast-pipes\\tend\\n'",
    );
    let ending = place.run(&[&ONE[..], &["--only", "checks"]].concat());
    assert_eq!(ending.code, 0, "{}", ending.text());
    let text = ending.text();
    assert!(text.contains("boot: the second one; the first"), "{text}");
    assert!(text.contains("not syncing"), "{text}");
}

#[test]
fn what_is_wrong_on_a_kernel_is_below_its_row() {
    let place = Place::with_qemu(
        "printf '@fast-pipes\\tcheck\\tstage1-write\\t\\n'
         printf '@fast-pipes\\tcheck\\tbeyond-tee\\tbyte 7 is not X\\n@fast-pipes\\tend\\n'",
    );
    let ending = place.run(&[&ONE[..], &["--only", "checks"]].concat());
    ending.assert_fails(1, &["1 of 1"]);
    let text = ending.text();
    assert!(text.contains("beyond-tee: byte 7 is not X"), "{text}");
}

/// A QEMU whose stages take what is committed for 5.10, and `more` at stage 1's writing end.
fn counting(more: f64) -> Place {
    let committed = workspace().join("book/measured/kernels/counts.csv");
    let mut script = String::new();
    for stage in 1..=4 {
        let [write, read] = ["write", "read"].map(|end| {
            let text = fs::read_to_string(&committed).unwrap();
            let start = "x86-64,5.10,";
            let place = format!(",stage{stage},{end},");
            let mut rows = text.lines().filter(|row| row.starts_with(start));
            let row = rows.find_map(|row| row.split_once(&place)).unwrap().1;
            row.split(',').next().unwrap().parse::<f64>().unwrap()
        });
        let write = if stage == 1 { write + more } else { write };
        for pages in [1.0, 10_001.0] {
            let (bytes, write, read) = (4096.0 * pages, write * pages, read * pages);
            script += &format!(
                "printf '@fast-pipes\\tcount\\t{stage}\\t{bytes}\\t{write:.0}\\t{read:.0}\\t0\\t0\\t0\\t0\\n'\n"
            );
        }
    }
    Place::with_qemu(&format!("{script}printf '@fast-pipes\\tend\\n'"))
}

#[test]
fn a_hundred_instructions_more_for_a_page_are_a_failure() {
    let words = [&ONE[..], &["--only", "counts"]].concat();
    let ending = counting(0.0).run(&words);
    assert_eq!(ending.code, 0, "{}", ending.text());
    let ending = counting(100.0).run(&words);
    ending.assert_fails(1, &["1 of 1 kernels"]);
    let text = ending.text();
    assert!(text.contains("stage 1 takes"), "{text}");
    assert!(!text.contains("stage 2 takes"), "{text}");
}

#[test]
fn ctrl_c_leaves_no_qemu() {
    let sleep = ["/usr/bin/sleep", "/bin/sleep"];
    let sleep = sleep
        .into_iter()
        .find(|path| fs::exists(path).unwrap())
        .unwrap();
    let place = Place::with_qemu("exec sleep 1000");
    symlink(sleep, place.path("bin/sleep")).unwrap();
    let mut command = place.command(&ONE);
    let lab = interruptible(command.stdout(Stdio::piped()).stderr(Stdio::piped()))
        .spawn()
        .unwrap();
    let id = lab.id() as i32;
    let qemu = || {
        descendants(id)
            .into_iter()
            .find(|child| child.name == "sleep")
    };
    wait_until(|| qemu().is_some());
    let qemu = qemu().unwrap();
    kill(id, libc::SIGINT);
    let ending = wait(lab);
    assert!(ending.code != 0, "{}", ending.text());
    wait_until(|| !is_alive(&qemu));
}
