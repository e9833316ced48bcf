//! The doctor on machines that lack something.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tests::child::{
    first_cpu, on_cpu, refuse, usable_cpus, without_capabilities, without_huge_pages,
    without_threads,
};
use tests::{program_path, run, wait_until};

use crate::{assert_check, check, diagnosis, doctor};

fn kernel_number(path: &str) -> i32 {
    let text = fs::read_to_string(path).unwrap();
    text.trim().parse().unwrap()
}

#[test]
fn a_user_without_privileges() {
    let mut command = doctor();
    without_capabilities(&mut command);
    let diagnosis = diagnosis(&mut command);
    for call in ["write, read", "pipe size"] {
        assert_check(&diagnosis, call, "ok", "");
    }
    let paranoid = kernel_number("/proc/sys/kernel/perf_event_paranoid");
    if paranoid > 1 {
        let remedy = "sudo sysctl kernel.perf_event_paranoid=1";
        assert_check(&diagnosis, "perf's rights", "missing", remedy);
        assert_check(&diagnosis, "perf event", "missing", remedy);
        assert_eq!(diagnosis["machine"]["perf_event"], Value::Null);
    } else {
        assert_check(&diagnosis, "perf's rights", "ok", "");
    }
    // kallsyms_show_value() in kernel/ksyms_common.c, Linux 6.12.
    if paranoid > 1 || kernel_number("/proc/sys/kernel/kptr_restrict") > 0 {
        assert_check(&diagnosis, "kernel symbols", "missing", "kptr_restrict=0");
    } else {
        assert_check(&diagnosis, "kernel symbols", "ok", "");
    }
}

#[test]
fn system_calls_that_a_container_refuses() {
    for (call, name, errno, words) in [
        (
            libc::SYS_vmsplice,
            "vmsplice",
            libc::EPERM,
            "stages 2 to 5 stop",
        ),
        (
            libc::SYS_splice,
            "splice",
            libc::ENOSYS,
            "stages 3 to 5 stop",
        ),
        (libc::SYS_tee, "tee", libc::EPERM, "beyond the post"),
    ] {
        let mut command = doctor();
        refuse(&mut command, call, errno);
        let diagnosis = diagnosis(&mut command);
        assert_check(&diagnosis, name, "missing", words);
        assert_check(&diagnosis, name, "missing", "seccomp=unconfined");
        assert_check(&diagnosis, "container", "ok", "filtered (seccomp)");
        for other in ["write, read", "vmsplice", "splice", "tee"] {
            let verdict = &check(&diagnosis, other)["verdict"];
            assert_eq!(
                verdict == "missing",
                other == name,
                "{other}: {diagnosis:#}"
            );
        }
    }
}

#[test]
fn a_machine_where_nothing_can_run() {
    let mut command = doctor();
    refuse(&mut command, libc::SYS_pipe2, libc::EPERM);
    let ending = run(&mut command);
    ending.assert_fails(1, &["no stage can run here"]);
    assert!(ending.text().contains("missing  write, read"), "{ending:?}");
}

#[test]
fn huge_pages_switched_off_for_the_process() {
    let mut command = doctor();
    without_huge_pages(&mut command);
    assert_check(
        &diagnosis(&mut command),
        "huge pages",
        "missing",
        "stages 4 and 5",
    );
}

#[test]
fn one_cpu() {
    let cpu = first_cpu();
    let mut command = doctor();
    on_cpu(&mut command, cpu);
    let diagnosis = diagnosis(&mut command);
    assert_check(&diagnosis, "pair", "limited", "stage 5 cannot");
    assert_check(&diagnosis, "CPUs", "ok", &format!("CPUs {cpu}"));
}

/// In a group with a quota, where root may make one: version 1 of cgroups, or 2.
#[test]
fn a_quota_of_time() {
    let name = format!("fast-pipes-{}", std::process::id());
    let made = [
        ("/sys/fs/cgroup/cpu", "cpu.cfs_quota_us", "20000"),
        ("/sys/fs/cgroup", "cpu.max", "20000 100000"),
    ]
    .into_iter()
    .find_map(|(root, file, quota)| {
        let group = Path::new(root).join(&name);
        fs::create_dir(&group).ok()?;
        match fs::write(group.join(file), quota) {
            Ok(()) => Some(group),
            Err(_) => fs::remove_dir(&group).ok().and(None),
        }
    });
    let Some(group) = made else {
        eprintln!("skipped: a quota needs root, and a cgroup to write to");
        return;
    };
    let mut command = Command::new("sh");
    command
        .args(["-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\""])
        .args([&group, &program_path("lab")])
        .args(doctor().get_args());
    let diagnosis = diagnosis(&mut command);
    wait_until(|| fs::remove_dir(&group).is_ok());
    assert_check(&diagnosis, "CPU quota", "limited", "0.2 CPUs' time");
}

#[test]
fn no_perf_in_path() {
    let diagnosis = diagnosis(doctor().env("PATH", "/nonexistent"));
    assert_check(&diagnosis, "perf", "missing", "perf");
    assert!(check(&diagnosis, "perf")["remedy"].is_string());
}

#[test]
fn neither_proc_nor_sys() {
    let diagnosis = diagnosis(doctor().args(["--root", "/nonexistent"]));
    assert_check(&diagnosis, "kernel", "missing", "/proc");
    assert_check(&diagnosis, "huge pages", "missing", "none");
    assert_check(&diagnosis, "kernel symbols", "missing", "kallsyms");
    assert_check(&diagnosis, "load", "limited", "does not tell");
    for call in ["write, read", "CPUs", "pipe size", "memory"] {
        assert_check(&diagnosis, call, "ok", "");
    }
}

#[test]
fn no_thread_to_be_had() {
    let mut command = doctor();
    without_threads(&mut command);
    let diagnosis = diagnosis(&mut command);
    assert_check(&diagnosis, "memory", "limited", "no thread");
    if usable_cpus().len() > 1 {
        assert_check(&diagnosis, "distance", "limited", "cannot start a thread");
    }
}
