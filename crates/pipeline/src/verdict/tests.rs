use super::*;
use crate::seen::{Asleep, Moved, PipeSeen};

/// Ten seconds of `a | b`.
fn pair() -> Seen {
    Seen {
        seconds: 10.0,
        samples: 1000,
        cpus: 2,
        pipes: vec![PipeSeen {
            writers: vec![0],
            readers: vec![1],
            last_active: 10.0,
            first_filled: Some(0.0),
            ..PipeSeen::default()
        }],
        processes: vec![process(1.0, 1.0, 0.0), process(1.0, 1.0, 0.0)],
        ..Seen::default()
    }
}

fn process(own: f64, user: f64, system: f64) -> ProcessSeen {
    ProcessSeen {
        own,
        user,
        system,
        ..ProcessSeen::default()
    }
}

/// A change of [`pair`], and what is to be said of it.
type Case = (&'static str, Kind, fn(&mut Seen));

const CASES: [Case; 18] = [
    ("over at once", Kind::TooFew, |seen| seen.samples = 3),
    ("no pipe", Kind::NoPipe, |seen| seen.pipes.clear()),
    ("nothing moves", Kind::Stalled, |seen| {
        seen.still_seconds = 8.0
    }),
    ("a slow reader", Kind::Busy, |seen| {
        seen.processes[1] = process(9.8, 9.5, 0.3);
    }),
    ("a slow writer", Kind::Busy, |seen| {
        seen.processes[0] = process(9.8, 9.5, 0.3);
    }),
    ("a slow reader on a busy machine", Kind::Busy, |seen| {
        seen.processes[1] = process(9.8, 3.0, 0.3);
        seen.processes[1].ready = 6.5;
    }),
    ("few bytes at a time", Kind::SmallWrites, |seen| {
        seen.processes[0] = process(9.8, 4.0, 5.0);
        seen.pipes[0].moved.per_write = Some(43.0);
    }),
    (
        "its reader takes them as they come",
        Kind::SmallWrites,
        |seen| {
            seen.processes[0] = process(6.0, 3.0, 3.0);
            seen.processes[1] = process(9.0, 3.0, 6.0);
            seen.pipes[0].moved = Moved {
                per_write: Some(43.0),
                per_read: Some(60.0),
                ..Moved::default()
            };
        },
    ),
    ("a byte at a time", Kind::SmallReads, |seen| {
        seen.processes[1] = process(9.8, 4.0, 5.0);
        seen.pipes[0].moved = Moved {
            per_write: Some(4096.0),
            per_read: Some(1.0),
            ..Moved::default()
        };
    }),
    ("few bytes, but a slow reader", Kind::Busy, |seen| {
        seen.processes[1] = process(9.8, 9.7, 0.1);
        seen.pipes[0].moved.per_write = Some(43.0);
    }),
    ("in turns", Kind::Pipe, |seen| {
        for process in &mut seen.processes {
            process.own = 5.0;
        }
        seen.processes[0].asleep.writing = vec![(0, 5.0)];
        seen.processes[1].asleep.reading = vec![(0, 5.0)];
    }),
    ("in turns, and they get no CPU either", Kind::Pipe, |seen| {
        seen.processes[0] = process(4.0, 3.0, 0.5);
        seen.processes[0].asleep.writing = vec![(0, 5.0)];
        seen.processes[1] = process(9.0, 3.5, 0.2);
        seen.processes[1].ready = 2.5;
        seen.processes[1].asleep.reading = vec![(0, 1.0)];
    }),
    ("in turns, as its writer gets no CPU", Kind::Busy, |seen| {
        seen.processes[0] = process(5.0, 0.5, 0.5);
        seen.processes[0].ready = 5.0;
        seen.processes[0].asleep.writing = vec![(0, 4.0)];
        seen.processes[1] = process(5.5, 3.0, 0.1);
        seen.processes[1].asleep.reading = vec![(0, 4.5)];
    }),
    ("both on one CPU", Kind::OneCpu, |seen| {
        for process in &mut seen.processes {
            process.user = 5.0;
            process.ready = 4.0;
            process.only_cpus = Some(vec![0]);
        }
    }),
    ("a disk", Kind::Disk, |seen| {
        seen.processes[1] = process(9.5, 0.5, 1.0);
        seen.processes[1].asleep.disk = 8.0;
    }),
    ("a limit", Kind::Clock, |seen| {
        seen.processes[0] = process(9.5, 0.1, 0.1);
        seen.processes[0].asleep = Asleep {
            clock: 9.0,
            ..Asleep::default()
        };
    }),
    ("its reader has left", Kind::ReaderLeft, |seen| {
        seen.pipes[0].unread_seconds = 9.0;
    }),
    ("it takes all before it gives any", Kind::Buffers, |seen| {
        seen.pipes[0].last_active = 5.0;
        seen.processes[1].own = 8.0;
    }),
];

#[test]
fn every_kind_is_told() {
    for (what, kind, change) in CASES {
        let mut seen = pair();
        change(&mut seen);
        assert_eq!(judge(&seen).kind, kind, "{what}");
    }
}

#[test]
fn the_sentences_name_who_it_is() {
    let mut seen = pair();
    seen.processes[1] = process(9.8, 9.5, 0.3);
    seen.processes[1].name = "gzip".to_owned();
    let text = crate::words::sentences(&seen, &judge(&seen)).join(" ");
    assert!(
        text.contains("`gzip` is what everybody waits for"),
        "{text}"
    );
    assert!(text.contains("No pipe can mend that"), "{text}");
}
