//! What a program does while it can do nothing.

use std::thread;
use std::time::{Duration, Instant};

use super::contestant::Contestant;
use super::fault::Fault;
use super::running::Running;
use super::stream::Stream;

/// How a program spent a pause of the other end.
pub struct Pause {
    length: Duration,
    cpu_time: Duration,
    sleeps: u64,
}

/// Lets so much time go by, once the program has had a third of it to fall asleep.
///
/// # Errors
///
/// When the kernel does not tell what it does.
pub fn of(running: &Running, length: Duration) -> anyhow::Result<Pause> {
    thread::sleep(length / 3);
    let (start, cpu_time, sleeps) = (Instant::now(), running.cpu_time()?, running.sleeps()?);
    thread::sleep(length);
    Ok(Pause {
        length: start.elapsed(),
        cpu_time: running.cpu_time()? - cpu_time,
        sleeps: running.sleeps()? - sleeps,
    })
}

/// Whether a writer sleeps once its pipe is full. Whoever tries again and again does not, even
/// if a lock of the kernel's puts it off its CPU now and then, which counts as a sleep as well.
///
/// # Errors
///
/// When it writes nothing, or the kernel does not tell what it does.
pub fn sleeps_when_full(writer: &Contestant, chapter: &'static str) -> Result<bool, Fault> {
    const LOOKS: usize = 50;
    let mut stream = Stream::start(writer, "bytes, for as long as they are wanted", chapter)?;
    stream.take(&mut [0; 4096])?;
    for _ in 0..LOOKS {
        thread::sleep(Duration::from_millis(20));
        if stream.running.is_asleep()? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a writer that slept on a full pipe has been woken by its being emptied just now.
/// Who was woken no longer sleeps, even if others have its CPU.
///
/// # Errors
///
/// When the kernel does not tell what it does.
pub fn is_woken_by_room(stream: &Stream) -> Result<bool, Fault> {
    for _ in 0..20 {
        if !stream.running.is_asleep()? || rustix::io::ioctl_fionread(stream)? > 0 {
            return Ok(true);
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(false)
}

impl Pause {
    /// Which part of a CPU it used.
    pub fn share(&self) -> f64 {
        self.cpu_time.as_secs_f64() / self.length.as_secs_f64()
    }

    /// Whether it went on all the while, on as much of a CPU as others may have left it.
    pub fn is_busy(&self) -> bool {
        self.share() > 0.1
    }

    /// Whether it woke, again and again, though nothing happened.
    pub fn wakes_by_the_clock(&self) -> bool {
        self.sleeps > 2
    }

    /// `40% of a CPU` or `30 times awake`.
    pub fn in_words(&self) -> String {
        match self.wakes_by_the_clock() {
            true => format!(
                "it woke {} times in {} milliseconds",
                self.sleeps,
                self.length.as_millis()
            ),
            false => format!("{:.0}% of a CPU", 100.0 * self.share()),
        }
    }
}
