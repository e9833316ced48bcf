//! Busy loops where CPUs, threads and devices are not what they should be: other load is
//! no partner, and who cannot go on says so and does not wait.

use std::fs;
use std::io::{self, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tests::child::{on_cpu, pin, usable_cpus, without_threads};
use tests::{program, program_path, run, wait};

/// A program that wants all of a CPU, until it is dropped.
struct Load(Child);

impl Load {
    fn on(cpu: usize) -> Load {
        let mut command = Command::new("sh");
        on_cpu(command.args(["-c", "while :; do :; done"]), cpu);
        Load(command.spawn().unwrap())
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The writer is slow, and on a CPU of its own: what takes the reader's turns is the load.
#[test]
fn other_load_is_not_taken_for_the_other_end() {
    let [reading_cpu, writing_cpu, ..] = usable_cpus()[..] else {
        eprintln!("skipped: it needs two CPUs");
        return;
    };
    let _loads = [Load::on(reading_cpu), Load::on(reading_cpu)];
    let (pipe, mut writer) = io::pipe().unwrap();
    let mut command = program("stage5-read");
    command.args(["--bytes-to-pipe", "1000"]).stdin(pipe);
    on_cpu(&mut command, reading_cpu);
    let reading = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(command);
    let writing = thread::spawn(move || {
        pin(writing_cpu).unwrap();
        // A reader that gives up closes the pipe.
        while writer.write_all(b"X").is_ok() {
            thread::sleep(Duration::from_millis(5));
        }
    });
    wait(reading).assert_clean();
    writing.join().unwrap();
}

#[test]
fn an_end_without_a_cpu_stops_the_other() {
    for way in ["read", "vmsplice-null", "socket", "ring"] {
        for cpus in ["9999,0", "0,9999"] {
            let mut command = program("beyond-beside");
            run(command.args([way, "--cpus", cpus])).assert_fails(1, &["no CPU 9999"]);
        }
    }
    let mut command = program("beyond-wake");
    // More bytes than the pipe holds.
    command.args(["--cpus", "0,9999", "--rest", "0", "--count", "100000"]);
    run(&mut command).assert_fails(1, &["no CPU 9999"]);
}

#[test]
fn a_thread_that_is_refused_is_an_error() {
    if usable_cpus().len() == 1 {
        eprintln!("skipped: it needs two CPUs");
        return;
    }
    for arguments in [
        &["beyond-beside", "ring"][..],
        &["beyond-wake", "spinner"],
        &["lab", "beyond", "--rounds", "1"],
    ] {
        let mut command = program(arguments[0]);
        without_threads(&mut command);
        let ending = run(command.args(&arguments[1..]));
        ending.assert_fails(1, &["cannot start a thread", "ulimit -u"]);
    }
}

/// A file may be opened, and not two: so there is no pipe.
#[test]
fn a_pipe_that_is_not_to_be_had_is_an_error() {
    for arguments in [
        &["beyond-beside", "read"][..],
        &["beyond-wake", "sleep"],
        &["lab", "pages"],
    ] {
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -n 4; exec \"$@\"", "sh"]);
        command
            .arg(program_path(arguments[0]))
            .args(&arguments[1..]);
        run(&mut command).assert_fails(1, &["pipe2 failed", "ulimit -n", "close some"]);
    }
}

#[test]
fn a_file_in_the_place_of_dev_null() {
    let has_namespaces = Command::new("unshare").args(["-m", "true"]).output();
    if !has_namespaces.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: a private /dev needs root, and unshare(1)");
        return;
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    for words in [
        &["stage3-read"][..],
        &["stage5-read"],
        &["read", "--read-with-splice"],
        &["beyond-beside", "vmsplice-null"],
        &["beyond-beside", "uring-null"],
        &["lab", "pages"],
    ] {
        let mut command = Command::new("unshare");
        command.args(["-m", "sh", "-c"]);
        command.arg("mount --bind \"$0\" /dev/null && exec \"$@\"");
        command.arg(file.path());
        command.arg(program_path(words[0])).args(&words[1..]);
        let (pipe, mut writer) = io::pipe().unwrap();
        // Enough to see it in the file, and its end.
        writer.write_all(&[b'X'; 4096]).unwrap();
        drop(writer);
        run(command.stdin(pipe)).assert_fails(1, &["/dev/null is not the device", "mknod"]);
        assert_eq!(fs::metadata(file.path()).unwrap().len(), 0, "{words:?}");
    }
}
