//! How often a thread's CPU went to another.

use std::mem::MaybeUninit;

/// How often this thread has been off its CPU since it began: getrusage(2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContextSwitches {
    /// It gave the CPU away: it slept (`ru_nvcsw`).
    pub voluntary: u64,
    /// The CPU was taken away from it (`ru_nivcsw`).
    pub involuntary: u64,
}

impl ContextSwitches {
    /// Those of the thread that asks.
    pub fn of_this_thread() -> ContextSwitches {
        let mut usage = MaybeUninit::<libc::rusage>::zeroed();
        // SAFETY: the kernel writes one `rusage` into the room for one.
        unsafe { libc::getrusage(libc::RUSAGE_THREAD, usage.as_mut_ptr()) };
        // SAFETY: all zeros is a valid `rusage`, should the call have failed.
        let usage = unsafe { usage.assume_init() };
        ContextSwitches {
            voluntary: usage.ru_nvcsw.unsigned_abs(),
            involuntary: usage.ru_nivcsw.unsigned_abs(),
        }
    }

    /// All of them.
    pub fn all(self) -> u64 {
        self.voluntary + self.involuntary
    }
}
