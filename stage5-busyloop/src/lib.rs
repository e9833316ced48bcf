//! The pause between two tries of a busy loop, and a look at whether it helps.

use std::hint;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use common::{ContextSwitches, pipe};

/// How many pauses there are from one look to the next, which costs about two of them.
const PAUSES_PER_LOOK: u32 = 256;

/// The kernel puts at most eight pages into one of a pipe's slots for a
/// process without privileges; the pipe's size counts one for each.
const PAGES_PER_SLOT: u64 = 8;

/// What must come in turns only, before it is said that the two ends share a CPU. Two ends
/// on two CPUs that others want too miss each other in a turn with a chance of 2/3 (two
/// others on each) or of 5/6 (five), and so in 64 turns with one of 10^-11 or of 10^-5.
const TURNS: u32 = 64;
/// Two schedulers may run in step for a while: so long, it was never seen.
const PATIENCE: Duration = Duration::from_secs(2);

/// The waiting of a busy loop that can tell when it waits in vain: when the other
/// end runs only while this one does not, since both are on one CPU.
pub struct Spin<'a> {
    pipe: BorrowedFd<'a>,
    pauses: u32,
    /// How often this end had been off its CPU at the last look, and what had
    /// come when the pipe was empty after that.
    switches: u64,
    received: u64,
    /// Looks since `start` that saw bytes come, but only from a writer that may
    /// be on this CPU.
    turns: u32,
    start: Instant,
}

impl Spin<'_> {
    /// For the reading end of `pipe`; it has not waited yet.
    pub fn on(pipe: &impl AsFd) -> Spin<'_> {
        Spin {
            pipe: pipe.as_fd(),
            pauses: 0,
            switches: ContextSwitches::of_this_thread().all(),
            received: 0,
            turns: 0,
            start: Instant::now(),
        }
    }

    /// Rests for a moment, without giving up the CPU. The pipe is empty, and
    /// `received` bytes have come so far.
    ///
    /// # Errors
    ///
    /// When the other end runs on this CPU too: nothing moves there while this
    /// end spins, so the two would need minutes for what takes a second.
    pub fn pause(&mut self, received: u64) -> io::Result<()> {
        hint::spin_loop();
        self.pauses = self.pauses.wrapping_add(1);
        match self.pauses % PAUSES_PER_LOOK {
            0 => self.look_back(received),
            1 => {
                self.received = received;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Each time that this end is off its CPU, another there can fill the pipe
    /// once. What came beyond that was sent from another CPU. Other load takes
    /// the CPU too, but cannot keep two ends on two CPUs from ever meeting.
    fn look_back(&mut self, received: u64) -> io::Result<()> {
        let all_switches = ContextSwitches::of_this_thread().all();
        let switches = all_switches - self.switches;
        self.switches = all_switches;
        let came = received - self.received;
        if came == 0 {
            return Ok(());
        }
        if switches == 0 || came > switches * PAGES_PER_SLOT * pipe::size(self.pipe)? as u64 {
            self.turns = 0;
            self.start = Instant::now();
            return Ok(());
        }
        self.turns += 1;
        let elapsed = self.start.elapsed();
        if self.turns >= TURNS && elapsed >= PATIENCE && allowed_cpus() == 1 {
            return Err(io::Error::other(format!(
                "a busy loop cannot share its CPU with the other end: bytes came {} times in {:.1} s\n\
                 each end spins through its whole turn, while the other one cannot run\n\
                 give each end a CPU of its own (taskset -c 0, taskset -c 1), or use stage 4",
                self.turns,
                elapsed.as_secs_f64()
            )));
        }
        Ok(())
    }
}

/// On how many CPUs the scheduler may put this process: sched_getaffinity(2).
fn allowed_cpus() -> i32 {
    let mut set = MaybeUninit::<libc::cpu_set_t>::zeroed();
    let size = size_of::<libc::cpu_set_t>();
    // SAFETY: the kernel writes at most `size` bytes into room for as many.
    unsafe { libc::sched_getaffinity(0, size, set.as_mut_ptr()) };
    // SAFETY: all zeros is a valid, empty set, should the call have failed.
    let set = unsafe { set.assume_init() };
    // SAFETY: counts bits of a set that we own.
    unsafe { libc::CPU_COUNT(&set) }
}
