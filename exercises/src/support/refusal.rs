//! A system call that is refused to a program, as a container's filter does.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::Context;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

use super::fault::Fault;

/// A filter that refuses one system call with EPERM.
pub struct Refusal(BpfProgram);

/// The filter for this call.
///
/// # Errors
///
/// When it cannot be made for this architecture.
pub fn of(call: libc::c_long) -> Result<Refusal, Fault> {
    let architecture = std::env::consts::ARCH.try_into();
    let filter = SeccompFilter::new(
        [(call, vec![])].into(),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::EPERM.unsigned_abs()),
        architecture.context("seccomp does not know this architecture")?,
    );
    let program = filter.and_then(TryInto::try_into);
    Ok(Refusal(
        program.context("cannot make a filter of system calls")?,
    ))
}

impl Refusal {
    /// From its start on, the command has no such call.
    pub fn apply_to(self, command: &mut Command) {
        let apply = move || {
            // A kernel without seccomp refuses nothing, and then nothing is learned.
            let _ = seccompiler::apply_filter(&self.0);
            Ok(())
        };
        // SAFETY: it makes two system calls, and allocates nothing.
        unsafe { command.pre_exec(apply) };
    }
}
