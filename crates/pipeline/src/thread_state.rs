//! Where a thread sleeps, by what /proc tells of it.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use crate::calls::{self, Call, Place};

/// What a look at a thread tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs, or is ready to.
    Running,
    /// It sleeps in this call.
    InCall(Call),
    /// It sleeps at this place; uninterruptibly, which is what a disk's work is.
    At(Place, bool),
    /// It has ended.
    Gone,
}

/// A thread that is looked at again and again.
#[derive(Debug)]
pub struct Thread {
    folder: PathBuf,
    /// /proc/PID/task/TID/syscall, where this user may read it. It stays with the
    /// thread: another one of the same number is not taken for it.
    syscall: Option<File>,
    stat: File,
}

impl Thread {
    /// The thread of that number.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn new(pid: i32, thread: i32) -> io::Result<Thread> {
        let folder = PathBuf::from(format!("/proc/{pid}/task/{thread}"));
        let stat = File::open(folder.join("stat"))?;
        let syscall = File::open(folder.join("syscall")).ok();
        let mut new = Thread {
            folder,
            syscall,
            stat,
        };
        let mut text = [0; 256];
        let refused = new
            .syscall
            .as_ref()
            .is_some_and(|file| matches!(read(file, &mut text), Read::Refused));
        if refused {
            new.syscall = None;
        }
        Ok(new)
    }

    /// Looks.
    pub fn state(&self) -> State {
        let mut text = [0; 256];
        match self.syscall.as_ref().map(|file| read(file, &mut text)) {
            Some(Read::Text(text)) => in_call(text),
            Some(Read::Gone) => State::Gone,
            Some(Read::Refused) | None => self.by_place(),
        }
    }

    /// Where the call is not to be had, as of a process that is not our own child where
    /// only children may be traced (Yama): the state's letter, and the kernel's function.
    fn by_place(&self) -> State {
        let mut text = [0; 512];
        let Read::Text(stat) = read(&self.stat, &mut text) else {
            return State::Gone;
        };
        let letter = stat
            .rsplit_once(") ")
            .and_then(|(_, rest)| rest.chars().next());
        match letter {
            Some('R') => State::Running,
            Some('Z' | 'X') | None => State::Gone,
            Some(letter) => {
                let function = std::fs::read_to_string(self.folder.join("wchan"));
                let place = calls::place(&function.unwrap_or_default());
                State::At(place, letter == 'D')
            }
        }
    }
}

enum Read<'a> {
    Text(&'a str),
    Refused,
    Gone,
}

fn read<'a>(file: &File, text: &'a mut [u8]) -> Read<'a> {
    match file.read_at(text, 0) {
        Ok(length) => std::str::from_utf8(&text[..length]).map_or(Read::Refused, Read::Text),
        Err(error) if error.raw_os_error() == Some(libc::ESRCH) => Read::Gone,
        Err(_) => Read::Refused,
    }
}

/// The line of /proc/PID/syscall: `running`, or the call's number and its arguments, or -1.
fn in_call(line: &str) -> State {
    let mut words = line.split_ascii_whitespace();
    let Some(Ok(number)) = words.next().map(str::parse::<i64>) else {
        return State::Running;
    };
    let mut arguments = [0; 6];
    let mut given = 0;
    for (argument, word) in arguments.iter_mut().zip(words) {
        let digits = word.trim_start_matches("0x");
        *argument = u64::from_str_radix(digits, 16).unwrap_or(0);
        given += 1;
    }
    // One that has ended, and not been waited for, has no stack left to read from.
    if number == -1 && given == 2 && arguments == [0; 6] {
        return State::Gone;
    }
    State::InCall(calls::call(number, &arguments))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_kernel() {
        assert_eq!(in_call("running\n"), State::Running);
        assert_eq!(in_call("-1 0x0 0x0\n"), State::Gone);
        assert_eq!(in_call("-1 0x7ffc0 0x7f00\n"), State::InCall(Call::File));
        let read = format!(
            "{} 0x3 0x7f96 0x20000 0x0 0x0 0x0 0x7ff 0x7f9\n",
            libc::SYS_read
        );
        assert_eq!(in_call(&read), State::InCall(Call::Read(3)));
    }

    #[test]
    fn this_thread_runs() {
        let me = std::process::id() as i32;
        let thread = rustix::thread::gettid().as_raw_nonzero().get();
        assert!(Thread::new(me, thread).is_ok());
        assert!(Thread::new(me, i32::MAX).is_err());
    }
}
