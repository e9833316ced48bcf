//! A ladder that is ended from outside, and one of whose ends is.

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use tests::child::interruptible;
use tests::processes::{kill, members};
use tests::{program, program_path, wait, wait_until};

/// Ctrl-C reaches the whole group; a kill reaches the ladder alone.
#[test]
fn nothing_is_left_running() {
    for (signal, to_group) in [(libc::SIGINT, true), (libc::SIGTERM, false)] {
        let mut command = program("ladder");
        command.args(["1", "--bytes", "10T"]).process_group(0);
        let ladder = interruptible(&mut command)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let id = i32::try_from(ladder.id()).unwrap();
        wait_until(|| members(id).len() == 3);
        kill(if to_group { -id } else { id }, signal);
        assert_eq!(wait(ladder).code, -signal);
        wait_until(|| members(id).is_empty());
    }
}

/// Whoever started it may be killed, and then nobody else would end it.
#[test]
fn it_ends_with_its_parent_where_told_to() {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "\"$0\" 1 --bytes 10T --end-with-parent; :"])
        .arg(program_path("ladder"))
        .process_group(0)
        .stdout(Stdio::null());
    let shell = shell.spawn().unwrap();
    let id = i32::try_from(shell.id()).unwrap();
    wait_until(|| members(id).len() == 4);
    kill(id, libc::SIGKILL);
    wait(shell);
    wait_until(|| members(id).is_empty());
}

/// An end that is killed, as where memory runs out, cannot say so.
#[test]
fn an_end_that_a_signal_ended_is_named() {
    let mut command = program("ladder");
    command.args(["1", "--bytes", "10T"]).process_group(0);
    let ladder = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let group = i32::try_from(ladder.id()).unwrap();
    let reader = || {
        let all = members(group);
        let reader = all
            .into_iter()
            .find(|process| process.name == "stage1-read");
        reader.map(|reader| reader.id)
    };
    wait_until(|| reader().is_some());
    kill(reader().unwrap(), libc::SIGKILL);
    wait(ladder).assert_fails(1, &["stage1-read", "was ended: signal: 9"]);
}
