//! What a sleep costs: how long a word takes to a CPU whose process sleeps until it comes.

use std::io::{Read, Write};
use std::panic;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};

use bench::cpu_list;
use bench::placement::Placement;
use common::pipe;

const SAMPLES: usize = 400;
const NO_THREAD: &str = "cannot start a thread: `ulimit -u`, a container or memory sets a limit";

/// Microseconds from a byte's being written into a pipe by a process on the writer's CPU to
/// its being read by one that slept on the reader's, or back: half of a round trip, the
/// median of 400. Both sleep until they are woken.
///
/// # Errors
///
/// When one of the CPUs may not be used, or no thread or pipe can be had.
pub fn microseconds(placement: &Placement) -> Result<f64> {
    let (mut questions, mut ask) = pipe::new()?;
    let (mut answers, mut answer) = pipe::new()?;
    let (writer, reader) = (placement.writer, placement.reader);
    thread::scope(|scope| {
        // Whoever fails closes its ends, and the other sees the pipe's end.
        let answering = thread::Builder::new()
            .spawn_scoped(scope, move || {
                pin(reader)?;
                let mut word = [0];
                while questions.read(&mut word)? > 0 {
                    answer.write_all(&word)?;
                }
                Ok(())
            })
            .context(NO_THREAD)?;
        let asking = thread::Builder::new().spawn_scoped(scope, move || {
            pin(writer)?;
            let mut samples = Vec::with_capacity(SAMPLES);
            for _ in 0..SAMPLES {
                let start = Instant::now();
                ask.write_all(b"?")?;
                answers.read_exact(&mut [0])?;
                samples.push(start.elapsed().as_secs_f64() * 1e6 / 2.0);
            }
            samples.sort_by(f64::total_cmp);
            Ok(samples[SAMPLES / 2])
        });
        let asked = asking.context(NO_THREAD)?.join();
        let answered: Result<()> = answering
            .join()
            .unwrap_or_else(|it| panic::resume_unwind(it));
        let asked: Result<f64> = asked.unwrap_or_else(|it| panic::resume_unwind(it));
        answered.and(asked)
    })
}

fn pin(cpu: usize) -> Result<()> {
    cpu_list::pin(cpu).with_context(|| format!("cannot run on CPU {cpu}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bench::nearness::Nearness;

    #[test]
    fn it_takes_some_time_and_ends_where_a_cpu_is_not_to_be_had() {
        let placement = Placement::choose(None).unwrap();
        assert!(microseconds(&placement).unwrap() > 0.1);
        for (writer, reader) in [(placement.writer, 1 << 20), (1 << 20, placement.reader)] {
            let nowhere = Placement {
                writer,
                reader,
                nearness: Nearness::Unknown,
            };
            microseconds(&nowhere).unwrap_err();
        }
    }
}
