//! How fast one CPU reads and copies memory: what a pipe's throughput is held against.

use std::hint;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use common::Buffer;
use serde::{Deserialize, Serialize};

use bench::cpu_list;

/// Far more than a CPU's caches hold, and little enough for a small VM.
const SIZE: usize = 256 << 20;

/// What one CPU gets from memory, in GiB/s.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemoryBandwidth {
    /// Reading from the first byte to the last.
    pub read: f64,
    /// Copying with the C library's memcpy; each byte is counted once.
    pub copy: f64,
}

impl MemoryBandwidth {
    /// Measures on `cpu` for about `time`, after filling the memory. The best
    /// pass counts: what disturbs one only ever makes it slower.
    ///
    /// # Errors
    ///
    /// When the memory cannot be had, or the CPU may not be used.
    pub fn measure(cpu: usize, time: Duration) -> Result<MemoryBandwidth> {
        // A thread of its own, so that the caller stays where it is.
        thread::scope(|scope| {
            let measuring = thread::Builder::new().spawn_scoped(scope, || {
                cpu_list::pin(cpu).with_context(|| format!("cannot run on CPU {cpu}"))?;
                let mut memory = Buffer::filled(SIZE)?;
                let read = best_of(time / 2, SIZE, || {
                    hint::black_box(sum(hint::black_box(&memory)));
                });
                let (from, to) = memory.split_at_mut(SIZE / 2);
                let copy = best_of(time / 2, SIZE / 2, || {
                    to.copy_from_slice(hint::black_box(from));
                    hint::black_box(&mut *to);
                });
                Ok(MemoryBandwidth { read, copy })
            });
            let measuring = measuring.context("no thread can be started")?;
            measuring.join().expect("measuring does not panic")
        })
    }
}

/// The sum of all eight-byte words: cheap enough for memory to be the limit.
fn sum(bytes: &[u8]) -> u64 {
    // Sixteen sums side by side, which the compiler keeps in vector registers.
    let mut sums = [0u64; 16];
    let (blocks, _) = bytes.as_chunks::<128>();
    for block in blocks {
        let (words, _) = block.as_chunks::<8>();
        for (sum, word) in sums.iter_mut().zip(words) {
            *sum = sum.wrapping_add(u64::from_ne_bytes(*word));
        }
    }
    sums.into_iter().fold(0, u64::wrapping_add)
}

/// GiB/s of the fastest of at least two passes over `bytes`.
fn best_of(time: Duration, bytes: usize, mut pass: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut best = Duration::MAX;
    let mut passes = 0;
    while passes < 2 || start.elapsed() < time {
        let start = Instant::now();
        pass();
        best = best.min(start.elapsed());
        passes += 1;
    }
    bytes as f64 / (1u64 << 30) as f64 / best.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read() {
        let words: Vec<u64> = (0..1024).collect();
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        assert_eq!(sum(&bytes), words.iter().sum::<u64>());
    }

    #[test]
    fn a_measurement_comes_to_an_end_and_to_a_figure() {
        let cpu = *cpu_list::allowed().first().unwrap();
        let bandwidth = MemoryBandwidth::measure(cpu, Duration::ZERO).unwrap();
        assert!(bandwidth.read > 0.0 && bandwidth.read.is_finite());
        assert!(bandwidth.copy > 0.0 && bandwidth.copy.is_finite());
        assert!(MemoryBandwidth::measure(99_999, Duration::ZERO).is_err());
    }
}
