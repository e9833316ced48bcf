//! The two ends of a pipe or of what is used like one: in by write(2) or vmsplice(2),
//! out by read(2), vmsplice(2) or splice(2).

use std::fs::File;
use std::hint;
use std::io::{self, IoSlice, PipeReader, PipeWriter};
use std::os::fd::{AsFd, AsRawFd};
use std::ptr;

use anyhow::{Context, Result};
use common::syscall::{read, retried, splice, vmsplice, write};
use common::{Buffer, WritingEnd};
use libc::SPLICE_F_NONBLOCK;
use memmap2::Mmap;
use rustix::fs::{MemfdFlags, memfd_create};
use stage4_hugepages::huge_buffer;

use crate::{CHUNK, Consumer, Producer};

/// Makes a call again at once where it would have slept.
fn patiently(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => hint::spin_loop(),
            result => return result,
        }
    }
}

pub fn flags(busy: bool) -> libc::c_uint {
    if busy { SPLICE_F_NONBLOCK } else { 0 }
}

/// write(2) of one buffer.
pub struct Write<T> {
    end: T,
    buffer: Buffer,
}

impl<T: AsFd> Write<T> {
    pub fn into(end: T) -> Result<Write<T>> {
        let buffer = huge_buffer(CHUNK)?;
        Ok(Write { end, buffer })
    }
}

impl<T: AsFd + Send> Producer for Write<T> {
    fn send(&mut self, fill: &mut dyn FnMut(&mut [u8])) -> io::Result<()> {
        fill(&mut self.buffer);
        let mut remaining: &[u8] = &self.buffer;
        while !remaining.is_empty() {
            let written = patiently(|| write(&self.end, remaining))?;
            remaining = &remaining[written..];
        }
        Ok(())
    }
}

/// vmsplice(2) of two buffers in turn, as in stage 2.
pub struct Vmsplice {
    pipe: WritingEnd,
    buffers: [Buffer; 2],
    next: usize,
    flags: libc::c_uint,
}

impl Vmsplice {
    pub fn into(pipe: PipeWriter, busy: bool) -> Result<Vmsplice> {
        Ok(Vmsplice {
            pipe: WritingEnd::of(pipe).context("cannot use my own pipe")?,
            buffers: [huge_buffer(CHUNK)?, huge_buffer(CHUNK)?],
            next: 0,
            flags: flags(busy),
        })
    }
}

impl Producer for Vmsplice {
    fn send(&mut self, fill: &mut dyn FnMut(&mut [u8])) -> io::Result<()> {
        let buffer = &mut self.buffers[self.next];
        self.next ^= 1;
        fill(buffer);
        let mut remaining: &[u8] = buffer;
        while !remaining.is_empty() {
            let lent = patiently(|| vmsplice(&self.pipe, &[IoSlice::new(remaining)], self.flags))?;
            remaining = &remaining[lent..];
        }
        Ok(())
    }
}

/// read(2) into one buffer.
pub struct Read<T> {
    end: T,
    buffer: Buffer,
}

impl<T: AsFd> Read<T> {
    pub fn from(end: T) -> Result<Read<T>> {
        let buffer = huge_buffer(CHUNK)?;
        Ok(Read { end, buffer })
    }
}

impl<T: AsFd + Send> Consumer for Read<T> {
    fn receive(&mut self, look: &mut dyn FnMut(&[u8])) -> io::Result<usize> {
        let count = patiently(|| read(&self.end, &mut self.buffer))?;
        look(&self.buffer[..count]);
        Ok(count)
    }
}

/// vmsplice(2) the other way: out of a pipe, which copies.
pub struct ToMemory {
    pipe: PipeReader,
    memory: Buffer,
    flags: libc::c_uint,
}

impl ToMemory {
    pub fn new(pipe: PipeReader, flags: libc::c_uint) -> Result<ToMemory> {
        let memory = huge_buffer(CHUNK)?;
        Ok(ToMemory {
            pipe,
            memory,
            flags,
        })
    }
}

impl Consumer for ToMemory {
    fn receive(&mut self, look: &mut dyn FnMut(&[u8])) -> io::Result<usize> {
        let count = patiently(|| {
            let memory = libc::iovec {
                iov_base: self.memory.as_mut_ptr().cast(),
                iov_len: self.memory.len(),
            };
            let pipe = self.pipe.as_raw_fd();
            // SAFETY: the kernel writes into memory that we hold alone.
            retried(|| unsafe { libc::vmsplice(pipe, &raw const memory, 1, self.flags) })
        })?;
        look(&self.memory[..count]);
        Ok(count)
    }
}

/// splice(2) into a file in memory, looked at through a mapping of it.
pub struct ToFile {
    pipe: PipeReader,
    file: File,
    mapping: Mmap,
    flags: libc::c_uint,
}

impl ToFile {
    pub fn new(pipe: PipeReader, flags: libc::c_uint) -> Result<ToFile> {
        let file = memfd_create("consumer", MemfdFlags::CLOEXEC);
        let file = File::from(file.map_err(|error| common::refused("memfd_create", error.into()))?);
        file.set_len(CHUNK as u64)
            .context("cannot make a file in memory as large as a chunk")?;
        // SAFETY: only this consumer changes the file, and not while it looks.
        let mapping = unsafe { Mmap::map(&file) }.context("cannot map a file in memory")?;
        Ok(ToFile {
            pipe,
            file,
            mapping,
            flags,
        })
    }
}

impl Consumer for ToFile {
    fn receive(&mut self, look: &mut dyn FnMut(&[u8])) -> io::Result<usize> {
        let count = patiently(|| {
            let (pipe, file) = (self.pipe.as_raw_fd(), self.file.as_raw_fd());
            let mut offset = 0;
            let at = &raw mut offset;
            // SAFETY: the offset is ours, and a pipe must have none.
            retried(|| unsafe { libc::splice(pipe, ptr::null_mut(), file, at, CHUNK, self.flags) })
        })?;
        look(&self.mapping[..count]);
        Ok(count)
    }
}

/// splice(2) to /dev/null.
pub struct ToNull {
    pipe: PipeReader,
    null: File,
    flags: libc::c_uint,
}

impl ToNull {
    pub fn new(pipe: PipeReader, flags: libc::c_uint) -> Result<ToNull> {
        let null = common::dev_null()?;
        Ok(ToNull { pipe, null, flags })
    }
}

impl Consumer for ToNull {
    fn receive(&mut self, _look: &mut dyn FnMut(&[u8])) -> io::Result<usize> {
        patiently(|| splice(&self.pipe, &self.null, CHUNK, self.flags))
    }
}
