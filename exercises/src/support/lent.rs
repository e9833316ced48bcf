//! Which memory a sleeping writer is about to lend.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use super::running::Running;

impl Running {
    /// Where the memory ends that it waits to lend, if it sleeps in vmsplice(2) and may be looked
    /// at: proc_pid_syscall(5) has the address of its `iovec`, which says where and how much.
    pub fn end_of_what_it_lends(&self) -> Option<usize> {
        let process = format!("/proc/{}", self.number());
        let call = fs::read_to_string(format!("{process}/syscall")).ok()?;
        let mut words = call.split_whitespace();
        let number = libc::SYS_vmsplice.to_string();
        let arguments = words.next().filter(|&word| word == number).map(|_| words)?;
        let iovec = arguments.skip(1).map(address).next()??;
        let mut words = [[0; size_of::<usize>()]; 2];
        let memory = File::open(format!("{process}/mem")).ok()?;
        memory
            .read_exact_at(words.as_flattened_mut(), iovec as u64)
            .ok()?;
        let [start, length] = words.map(usize::from_ne_bytes);
        start.checked_add(length)
    }
}

fn address(word: &str) -> Option<usize> {
    usize::from_str_radix(word.strip_prefix("0x")?, 16).ok()
}
