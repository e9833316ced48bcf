//! Through memory that both ends see: two chunks, used in turn.
//!
//! Nothing is copied and the kernel is not asked, but to sleep: a sleeper waits
//! on a futex (`std::thread::park`), and a spinner looks again and again.

use std::cell::UnsafeCell;
use std::hint;
use std::io;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};
use std::thread::{self, Thread};

use crate::{CHUNK, Consumer, Producer};

const CHUNKS: usize = 2;

struct Ring {
    chunks: [UnsafeCell<Vec<u8>>; CHUNKS],
    /// How many chunks have been sent and received since the start.
    sent: Counter,
    received: Counter,
    closed: AtomicBool,
    busy: bool,
}

/// On a cache line of its own, with whoever waits for it to change.
#[repr(align(128))]
#[derive(Default)]
struct Counter {
    count: AtomicUsize,
    waiting: OnceLock<Thread>,
}

// SAFETY: a chunk is touched by the producer before `sent` says so, and by the
// consumer after that and before `received` says so: never by both.
unsafe impl Sync for Ring {}

pub fn ring(busy: bool) -> (Box<dyn Producer>, Box<dyn Consumer>) {
    let ring = Arc::new(Ring {
        chunks: std::array::from_fn(|_| UnsafeCell::new(vec![b'X'; CHUNK])),
        sent: Counter::default(),
        received: Counter::default(),
        closed: AtomicBool::new(false),
        busy,
    });
    (Box::new(Inlet(ring.clone())), Box::new(Outlet(ring)))
}

impl Ring {
    /// Waits until `ready` says so of the counter, or the ring is closed.
    fn wait(&self, counter: &Counter, ready: impl Fn(usize) -> bool) {
        if !self.busy {
            counter.waiting.get_or_init(thread::current);
            // Either the other end sees who waits, or we see what it has done.
            fence(Ordering::SeqCst);
        }
        while !ready(counter.count.load(Ordering::Acquire)) && !self.closed.load(Ordering::Relaxed)
        {
            if self.busy {
                hint::spin_loop();
            } else {
                // Woken before it sleeps, it does not sleep: nothing is missed.
                thread::park();
            }
        }
    }

    fn advance(&self, counter: &Counter) {
        counter.count.fetch_add(1, Ordering::Release);
        self.wake_who_waits_for(counter);
    }

    fn wake_who_waits_for(&self, counter: &Counter) {
        if self.busy {
            return;
        }
        fence(Ordering::SeqCst);
        if let Some(thread) = counter.waiting.get() {
            thread.unpark();
        }
    }

    /// One end has gone; who waits for `counter` waits in vain.
    fn close(&self, counter: &Counter) {
        self.closed.store(true, Ordering::Relaxed);
        self.wake_who_waits_for(counter);
    }
}

struct Inlet(Arc<Ring>);

impl Producer for Inlet {
    fn send(&mut self, fill: &mut dyn FnMut(&mut [u8])) -> io::Result<()> {
        let ring = &*self.0;
        let sent = ring.sent.count.load(Ordering::Relaxed);
        ring.wait(&ring.received, |received| sent - received < CHUNKS);
        if ring.closed.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        // SAFETY: the consumer is done with this chunk, and has not been sent it anew.
        fill(unsafe { &mut *ring.chunks[sent % CHUNKS].get() });
        ring.advance(&ring.sent);
        Ok(())
    }
}

struct Outlet(Arc<Ring>);

impl Consumer for Outlet {
    fn receive(&mut self, look: &mut dyn FnMut(&[u8])) -> io::Result<usize> {
        let ring = &*self.0;
        let received = ring.received.count.load(Ordering::Relaxed);
        ring.wait(&ring.sent, |sent| sent > received);
        if ring.sent.count.load(Ordering::Acquire) == received {
            return Ok(0);
        }
        // SAFETY: the producer has sent this chunk, and waits before it touches it again.
        look(unsafe { &*ring.chunks[received % CHUNKS].get() });
        ring.advance(&ring.received);
        Ok(CHUNK)
    }
}

impl Drop for Inlet {
    fn drop(&mut self) {
        self.0.close(&self.0.sent);
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        self.0.close(&self.0.received);
    }
}
