//! A signal that does nothing but interrupt.

extern "C" fn do_nothing(_signal: libc::c_int) {}

/// From now on SIGUSR1 interrupts this program's system calls instead of ending
/// it: sigaction(2), without `SA_RESTART`.
pub fn let_sigusr1_interrupt() {
    // SAFETY: all zeros is a valid `sigaction`: no flags, nothing masked.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = do_nothing as *const () as usize;
    // SAFETY: the handler does nothing, and so nothing that a handler must not.
    unsafe { libc::sigaction(libc::SIGUSR1, &raw const action, std::ptr::null_mut()) };
}
