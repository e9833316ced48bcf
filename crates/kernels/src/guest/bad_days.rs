//! What a kernel may refuse, each with the words that the program should have for it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};
use common::page_size;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

use crate::program::{Checks, command, run_pair};

/// Some of them: the system call, or the huge pages, that are not to be had.
pub fn checks() -> Checks {
    let mut checks: Checks = Vec::new();
    for (program, call, name) in [
        ("stage2-write", libc::SYS_vmsplice, "vmsplice"),
        ("stage4-write", libc::SYS_vmsplice, "vmsplice"),
        ("beyond-tee", libc::SYS_tee, "tee"),
    ] {
        for errno in [libc::EPERM, libc::ENOSYS] {
            let what = format!("{program}, {name} refused ({errno})");
            checks.push((what, Box::new(move || refused(program, call, name, errno))));
        }
    }
    checks.push(("the pipe quota used up".to_owned(), Box::new(quota)));
    checks.push((
        "no huge pages to be had".to_owned(),
        Box::new(no_huge_pages),
    ));
    checks.push(("--check-huge-page".to_owned(), Box::new(huge_pages)));
    checks
}

fn refused(program: &str, call: libc::c_long, name: &str, errno: i32) -> Result<()> {
    let filter = SeccompFilter::new(
        BTreeMap::from([(call, vec![])]),
        SeccompAction::Allow,
        SeccompAction::Errno(errno.unsigned_abs()),
        std::env::consts::ARCH.try_into()?,
    )?;
    let filter: BpfProgram = filter.try_into()?;
    let mut writer = command(program);
    let apply = move || {
        seccompiler::apply_filter(&filter).map_err(|_| io::Error::from(io::ErrorKind::Unsupported))
    };
    // SAFETY: between fork and exec it hands a filter that is there to the kernel.
    unsafe { writer.pre_exec(apply) };
    let [writing, reading] = run_pair(writer, command("stage1-read"))?;
    writing.refusing(&[&format!("{name} failed"), "seccomp"])?;
    reading.refusing(&["0 of 10737418240 bytes", "does it say why"])?;
    Ok(())
}

/// A user's pipes hold so many pages, and then no pipe grows anymore.
fn quota() -> Result<()> {
    const PIPE: usize = 1 << 20;
    const WANTED: usize = 256 << 10;
    let new_pipe = 16 * page_size();
    let soft = fs::read_to_string("/proc/sys/fs/pipe-user-pages-soft")?;
    let pages: usize = soft.trim().parse().context("no quota")?;
    let mut pipes = Vec::new();
    for _ in 0..=pages * page_size() / PIPE {
        let (reader, writer) = io::pipe()?;
        // SAFETY: this request takes a number; a refusal is the limit reached.
        unsafe { libc::fcntl(writer.as_raw_fd(), libc::F_SETPIPE_SZ, PIPE as libc::c_int) };
        pipes.push((reader, writer));
    }
    for writer in ["stage2-write", "stage4-write", "stage5-write"] {
        let mut writer = command(writer);
        without_capabilities(&mut writer);
        let [writing, _] = run_pair(writer, command("stage1-read --bytes-to-pipe 1M"))?;
        match new_pipe >= WANTED {
            // As on pages of 16 KiB: there is nothing to ask for.
            true => writing.cleanly()?,
            false => {
                writing.refusing(&["cannot make the pipe 256KiB large", "pipe-user-pages-soft"])?
            }
        };
    }
    Ok(())
}

/// Root may have more: not without these.
fn without_capabilities(command: &mut Command) {
    const CAP_SYS_ADMIN: libc::c_int = 21;
    const CAP_SYS_RESOURCE: libc::c_int = 24;
    let drop_them = || {
        for capability in [CAP_SYS_ADMIN, CAP_SYS_RESOURCE] {
            // SAFETY: this request takes a number.
            unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) };
        }
        Ok(())
    };
    // SAFETY: between fork and exec it makes two system calls.
    unsafe { command.pre_exec(drop_them) };
}

fn no_huge_pages() -> Result<()> {
    let mut writer = command("stage4-write");
    let refuse = || {
        // SAFETY: this request takes numbers and no pointers.
        unsafe { libc::prctl(libc::PR_SET_THP_DISABLE, 1, 0, 0, 0) };
        Ok(())
    };
    // SAFETY: between fork and exec it makes one system call.
    unsafe { writer.pre_exec(refuse) };
    let [writing, reading] = run_pair(writer, command("stage3-read --bytes-to-pipe 1M"))?;
    writing.noting("the buffers are not on huge pages: expect stage 3's speed")?;
    reading.cleanly()?;
    Ok(())
}

fn huge_pages() -> Result<()> {
    let (writer, reader) = (
        "stage4-write --check-huge-page",
        "stage3-read --bytes-to-pipe 1M",
    );
    let [writing, reading] = run_pair(command(writer), command(reader))?;
    match has_huge_pages() {
        true => {
            writing.noting("huge pages, says /proc/kpageflags")?;
            reading.cleanly()?;
        }
        false => {
            writing.refusing(&[
                "the buffers are not on huge pages",
                "switched off for this machine",
            ])?;
        }
    }
    Ok(())
}

/// Whether this kernel was not started without.
pub fn has_huge_pages() -> bool {
    let modes = fs::read_to_string("/sys/kernel/mm/transparent_hugepage/enabled");
    modes.is_ok_and(|modes| !modes.contains("[never]"))
}
