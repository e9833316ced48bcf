//! The pause between two tries of a busy loop, and a look at whether it helps.

use std::hint;
use std::io;
use std::mem::MaybeUninit;
use std::time::{Duration, Instant};

/// How often the clock is looked at: about every few milliseconds of trying.
const TRIES_PER_LOOK: u32 = 1 << 14;
const WINDOW: Duration = Duration::from_secs(1);

/// Two busy loops on one CPU take turns of whole time slices, several
/// milliseconds each, and one pipe's worth moves per turn. A loop that has its
/// CPU to itself is hardly ever taken off it.
const SWITCHES_PER_WINDOW: i64 = 20;
const BYTES_PER_SWITCH: u64 = 2 << 20;

/// The waiting of a busy loop that can tell when it waits in vain.
pub struct Spin {
    tries: u32,
    window_start: Instant,
    received: u64,
    switches: i64,
}

impl Spin {
    /// A loop that has not waited yet.
    #[expect(clippy::new_without_default, reason = "starts a clock")]
    pub fn new() -> Spin {
        Spin {
            tries: 0,
            window_start: Instant::now(),
            received: 0,
            switches: involuntary_switches(),
        }
    }

    /// Rests for a moment, without giving up the CPU.
    ///
    /// # Errors
    ///
    /// When the other end runs on this CPU too: nothing moves there while this
    /// end spins, so the two would need minutes for what takes a second.
    pub fn pause(&mut self, received: u64) -> io::Result<()> {
        hint::spin_loop();
        self.tries = self.tries.wrapping_add(1);
        if self.tries.is_multiple_of(TRIES_PER_LOOK) && self.window_start.elapsed() >= WINDOW {
            self.look_back(received)?;
        }
        Ok(())
    }

    fn look_back(&mut self, received: u64) -> io::Result<()> {
        let switches = involuntary_switches();
        let turns = switches - self.switches;
        let moved = received - self.received;
        let crowded =
            turns >= SWITCHES_PER_WINDOW && moved < turns.unsigned_abs() * BYTES_PER_SWITCH;
        if crowded && allowed_cpus() == 1 {
            return Err(io::Error::other(format!(
                "a busy loop cannot share its CPU: in a second, {turns} turns moved {} MiB\n\
                 each end spins through its whole turn, while the other one cannot run\n\
                 give each end a CPU of its own (taskset -c 0, taskset -c 1), or use stage 4",
                moved >> 20
            )));
        }
        self.switches = switches;
        self.received = received;
        self.window_start = Instant::now();
        Ok(())
    }
}

/// How often the scheduler took the CPU from this process against its will: getrusage(2).
fn involuntary_switches() -> i64 {
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the kernel writes one `rusage` into the room for one.
    unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) };
    // SAFETY: all zeros is a valid `rusage`, should the call have failed.
    unsafe { usage.assume_init() }.ru_nivcsw
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
