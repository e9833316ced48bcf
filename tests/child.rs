//! What the tests do to a program between fork and exec.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::thread;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

/// Makes `command` run `prepare` in the child before its program starts.
pub fn in_child<F>(command: &mut Command, prepare: F) -> &mut Command
where
    F: Fn() -> io::Result<()> + Send + Sync + 'static,
{
    // SAFETY: what the tests pass makes system calls and allocates nothing.
    unsafe { command.pre_exec(prepare) }
}

/// An error where a system call of the C library says -1.
///
/// # Errors
///
/// As `errno` has it.
pub fn checked(result: libc::c_int) -> io::Result<()> {
    match result {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Makes the kernel refuse `call` with `errno`, as a container does: seccomp(2).
///
/// # Panics
///
/// When the filter cannot be made for this architecture.
pub fn refuse(command: &mut Command, call: libc::c_long, errno: i32) {
    refuse_where(command, call, vec![], errno);
}

fn refuse_where(command: &mut Command, call: libc::c_long, rules: Vec<SeccompRule>, errno: i32) {
    let filter = SeccompFilter::new(
        BTreeMap::from([(call, rules)]),
        SeccompAction::Allow,
        SeccompAction::Errno(errno.unsigned_abs()),
        std::env::consts::ARCH
            .try_into()
            .expect("seccomp knows this architecture"),
    );
    let filter: BpfProgram = filter.unwrap().try_into().unwrap();
    in_child(command, move || {
        seccompiler::apply_filter(&filter).map_err(|_| io::Error::from(io::ErrorKind::Unsupported))
    });
}

/// No transparent huge pages for this process and what it starts.
///
/// # Errors
///
/// As in prctl(2).
pub fn without_huge_pages() -> io::Result<()> {
    // SAFETY: this request takes numbers and no pointers.
    checked(unsafe { libc::prctl(libc::PR_SET_THP_DISABLE, 1, 0, 0, 0) })
}

/// For root: exec(2) then gives none of its powers over pipes, page frames, the
/// kernel's symbols and perf.
///
/// # Errors
///
/// None: who is not root has no such powers to begin with.
pub fn without_capabilities() -> io::Result<()> {
    const CAP_SYS_ADMIN: libc::c_int = 21;
    const CAP_SYS_RESOURCE: libc::c_int = 24;
    const CAP_SYSLOG: libc::c_int = 34;
    const CAP_PERFMON: libc::c_int = 38;
    for capability in [CAP_SYS_ADMIN, CAP_SYS_RESOURCE, CAP_SYSLOG, CAP_PERFMON] {
        // SAFETY: this request takes a number; who is not root cannot do it and need not.
        unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) };
    }
    Ok(())
}

/// The CPUs that this process may use.
pub fn usable_cpus() -> Vec<usize> {
    let may_use = |cpu| thread::spawn(move || pin(cpu).is_ok()).join().unwrap();
    (0..1024).filter(|&cpu| may_use(cpu)).collect()
}

/// The first of them.
pub fn first_cpu() -> usize {
    usable_cpus()[0]
}

/// This thread, and what it starts, on this CPU alone.
///
/// # Errors
///
/// As in sched_setaffinity(2).
pub fn pin(cpu: usize) -> io::Result<()> {
    // SAFETY: all zeros is a valid, empty set of CPUs.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    // SAFETY: the tests only pass CPUs below the set's size.
    unsafe { libc::CPU_SET(cpu, &mut set) };
    // SAFETY: the size is that of the set.
    checked(unsafe { libc::sched_setaffinity(0, size_of_val(&set), &raw const set) })
}

/// No thread can be had, as where a user has as many processes as allowed, but
/// new processes can. `clone3` hides its flags from a filter; without it the C
/// library takes `clone`.
///
/// # Panics
///
/// When the filter cannot be made for this architecture.
pub fn without_threads(command: &mut Command) {
    let flag = libc::CLONE_THREAD as u64;
    let threads = SeccompCondition::new(
        0,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::MaskedEq(flag),
        flag,
    );
    let rule = SeccompRule::new(vec![threads.unwrap()]).unwrap();
    refuse(command, libc::SYS_clone3, libc::ENOSYS);
    refuse_where(command, libc::SYS_clone, vec![rule], libc::EAGAIN);
}

/// The live processes of this process group, each by its line of proc_pid_stat(5):
/// its id and name come first, field 3 tells zombies, field 5 is the group.
///
/// # Panics
///
/// When there is no /proc.
pub fn members(group: i32) -> Vec<String> {
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| fs::read_to_string(entry.ok()?.path().join("stat")).ok())
        .filter(|stat| {
            let fields: Vec<_> = stat
                .rsplit(')')
                .next()
                .unwrap()
                .split_whitespace()
                .collect();
            fields[0] != "Z" && fields[2] == group.to_string()
        })
        .collect()
}

/// Sends a signal to a process or, with a negative id, to a group of them.
pub fn kill(id: i32, signal: i32) {
    // SAFETY: takes numbers and no pointers.
    unsafe { libc::kill(id, signal) };
}

/// Ctrl-C ends the program, even where the tests themselves run in the
/// background of a script, which makes the shell ignore it.
pub fn interruptible(command: &mut Command) -> &mut Command {
    in_child(command, || {
        // SAFETY: sets no handler of ours; the signal only gets its default back.
        match unsafe { libc::signal(libc::SIGINT, libc::SIG_DFL) } {
            libc::SIG_ERR => Err(io::Error::last_os_error()),
            _ => Ok(()),
        }
    })
}
