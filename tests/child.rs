//! What the tests do to a program between fork and exec.

use std::collections::BTreeMap;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::thread;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

/// Makes `command` run `prepare` in the child before its program starts.
///
/// # Safety
///
/// `prepare` may do what a signal handler may: make system calls, and not allocate.
unsafe fn in_child<F>(command: &mut Command, prepare: F) -> &mut Command
where
    F: Fn() -> io::Result<()> + Send + Sync + 'static,
{
    // SAFETY: as our own caller promises.
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
    let apply = move || {
        seccompiler::apply_filter(&filter).map_err(|_| io::Error::from(io::ErrorKind::Unsupported))
    };
    // SAFETY: it hands a filter that is there to the kernel.
    unsafe { in_child(command, apply) };
}

/// No transparent huge pages for the program and what it starts.
pub fn without_huge_pages(command: &mut Command) -> &mut Command {
    // SAFETY: this request takes numbers and no pointers.
    let refuse = || checked(unsafe { libc::prctl(libc::PR_SET_THP_DISABLE, 1, 0, 0, 0) });
    // SAFETY: one system call.
    unsafe { in_child(command, refuse) }
}

/// For root: exec(2) then gives none of its powers over pipes, page frames, the
/// kernel's symbols and perf. Who is not root has no such powers to begin with.
pub fn without_capabilities(command: &mut Command) -> &mut Command {
    const CAP_SYS_ADMIN: libc::c_int = 21;
    const CAP_SYS_RESOURCE: libc::c_int = 24;
    const CAP_SYSLOG: libc::c_int = 34;
    const CAP_PERFMON: libc::c_int = 38;
    let drop_them = || {
        for capability in [CAP_SYS_ADMIN, CAP_SYS_RESOURCE, CAP_SYSLOG, CAP_PERFMON] {
            // SAFETY: this request takes a number; who is not root cannot do it and need not.
            unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) };
        }
        Ok(())
    };
    // SAFETY: four system calls.
    unsafe { in_child(command, drop_them) }
}

/// The program and what it starts may run on this CPU alone.
pub fn on_cpu(command: &mut Command, cpu: usize) -> &mut Command {
    // SAFETY: one system call, and no memory but the stack's.
    unsafe { in_child(command, move || pin(cpu)) }
}

/// The program starts with this one of its three standard ends closed.
///
/// # Panics
///
/// When it is none of the three.
pub fn without_standard_end(command: &mut Command, end: libc::c_int) -> &mut Command {
    assert!((0..=2).contains(&end), "{end}");
    // SAFETY: whoever owns it in this process still has it; the program owns nothing yet.
    let close = move || checked(unsafe { libc::close(end) });
    // SAFETY: one system call.
    unsafe { in_child(command, close) }
}

/// No file of the program's grows past so many bytes: it gets EFBIG.
pub fn with_files_up_to(command: &mut Command, bytes: u64) -> &mut Command {
    let limit = libc::rlimit {
        rlim_cur: bytes,
        rlim_max: libc::RLIM_INFINITY,
    };
    let set_limit = move || {
        // SAFETY: the pointer is to a live limit.
        checked(unsafe { libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit) })?;
        // SAFETY: takes numbers; the error comes in the place of this signal.
        unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
        Ok(())
    };
    // SAFETY: two system calls.
    unsafe { in_child(command, set_limit) }
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
    if cpu >= libc::CPU_SETSIZE as usize {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    // SAFETY: the number is below the set's size.
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

/// Ctrl-C and a hang-up end the program, even where the tests themselves run in the
/// background of a script or below nohup, which makes them be ignored.
pub fn interruptible(command: &mut Command) -> &mut Command {
    let reset = || {
        for signal in [libc::SIGINT, libc::SIGHUP] {
            // SAFETY: sets no handler of ours; the signal only gets its default back.
            if unsafe { libc::signal(signal, libc::SIG_DFL) } == libc::SIG_ERR {
                return Err(io::Error::last_os_error());
            }
        }
        Ok(())
    };
    // SAFETY: two system calls.
    unsafe { in_child(command, reset) }
}
