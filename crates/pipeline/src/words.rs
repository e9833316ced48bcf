//! The verdict in two or three sentences, with its evidence.

use measured::words::whole;

use crate::numbers::{bytes, percent, seconds};
use crate::seen::{PipeSeen, ProcessSeen, Seen};
use crate::standstill::{reader_left, stalled};
use crate::verdict::{Kind, Verdict};
use cpus::{one_cpu, short_of_cpus};

mod cpus;

/// What pipes without any cost could save is not worth saying below this.
const LITTLE: f64 = 0.1;

/// The sentences.
pub fn sentences(seen: &Seen, verdict: &Verdict) -> Vec<String> {
    let name = verdict
        .process
        .map_or("nobody", |place| seen.processes[place].name.as_str());
    let name = format!("`{name}`");
    let process = verdict.process.map(|place| &seen.processes[place]);
    let own = process.map_or(0.0, |process| seen.part(process.own));
    let everybody = format!(
        "{name} is what everybody waits for: {} of the time it works, or the others wait for it",
        percent(own)
    );
    let asleep = |what: &str, time: fn(&ProcessSeen) -> f64| {
        let part = process.map_or(0.0, |process| seen.part(time(process)));
        vec![format!(
            "{everybody}. {} of it is asleep {what}.",
            percent(part)
        )]
    };
    let mut text = match verdict.kind {
        Kind::TooFew => vec![too_few(seen)],
        Kind::NoPipe => vec![format!(
            "There is no pipe in it: nothing here waits for anything but {name} itself."
        )],
        Kind::Stalled => stalled(seen, verdict),
        Kind::ReaderLeft => reader_left(seen, verdict),
        Kind::OneCpu => one_cpu(seen, verdict),
        Kind::Buffers => vec![buffers(seen, verdict, &name)],
        Kind::SmallWrites | Kind::SmallReads => vec![small_calls(seen, verdict, &name)],
        Kind::Busy => busy(seen, verdict, &everybody),
        Kind::Disk => {
            let mut text = vec!["The disk.".to_owned()];
            text.extend(asleep(
                "in a file system, while data goes to or comes from a disk",
                |it| it.asleep.disk,
            ));
            text
        }
        Kind::Clock => asleep(
            "until some time has come: it is slow on purpose, as a rate limit is",
            |it| it.asleep.clock,
        ),
        Kind::Network => asleep(
            "at a socket: the network, or who is at its other end",
            |it| it.asleep.network,
        ),
        Kind::Terminal => asleep("until somebody types", |it| it.asleep.terminal),
        Kind::Child => asleep("until programs end that it has started", |it| {
            it.asleep.child
        }),
        Kind::Elsewhere => asleep(
            "for something that is no pipe, disk, socket or clock",
            |it| it.asleep.elsewhere,
        ),
        Kind::Outside => vec![outside(seen, verdict)],
        Kind::Pipe => vec![in_turns(seen, verdict)],
        Kind::Mixed => mixed(seen),
    };
    if !matches!(
        verdict.kind,
        Kind::TooFew | Kind::NoPipe | Kind::Stalled | Kind::ReaderLeft | Kind::OneCpu
    ) {
        text.extend(short_of_cpus(seen, process));
    }
    text.extend(bound(verdict));
    text
}

fn too_few(seen: &Seen) -> String {
    let (after, looks) = (seconds(seen.seconds), seen.samples);
    let how = match seen.exit_code {
        None | Some(0) => {
            return format!(
                "It was over after {after}: {looks} looks are too few to tell what it waited for. \
                 Give it more to do."
            );
        }
        Some(code @ 1..) => format!("with exit code {code}"),
        Some(signal) => format!("by signal {}", -signal),
    };
    format!(
        "It ended after {after} {how}: too soon to tell what it waited for. What it says of that \
         itself, if anything, stands above."
    )
}

fn bound(verdict: &Verdict) -> Option<String> {
    let most = percent(verdict.at_most);
    match verdict.kind {
        Kind::TooFew | Kind::NoPipe | Kind::Stalled | Kind::ReaderLeft | Kind::OneCpu => None,
        // Larger calls save user time as well.
        Kind::SmallWrites | Kind::SmallReads => None,
        Kind::Pipe => Some(format!(
            "A larger pipe may let both work at once; pipes that cost nothing would save at most {most}."
        )),
        _ if verdict.at_most < LITTLE => Some(format!(
            "No pipe can mend that: pipes that cost nothing would save at most {most}."
        )),
        _ => Some(format!(
            "Pipes that cost nothing would save at most {most} of the time."
        )),
    }
}

/// Shares of a process's time, for evidence.
fn shares(seen: &Seen, process: &ProcessSeen) -> String {
    format!(
        "{} in user mode, {} in the kernel, {} ready for a CPU that it did not get",
        percent(seen.part(process.user)),
        percent(seen.part(process.system)),
        percent(seen.part(process.ready))
    )
}

fn busy(seen: &Seen, verdict: &Verdict, everybody: &str) -> Vec<String> {
    let Some(place) = verdict.process else {
        return Vec::new();
    };
    let process = &seen.processes[place];
    let mut evidence = vec![shares(seen, process)];
    for pipe in &seen.pipes {
        let known = pipe.fill.seconds();
        if known > 0.0 && pipe.readers.contains(&place) {
            let full = percent(pipe.fill.quarters[3] / known);
            evidence.push(format!(
                "its input was over three quarters full in {full} of looks"
            ));
        }
        if known > 0.0 && pipe.writers.contains(&place) {
            let empty = percent(pipe.fill.empty / known);
            evidence.push(format!("its output was empty in {empty}"));
        }
    }
    vec![format!("{everybody} ({}).", evidence.join("; "))]
}

fn buffers(seen: &Seen, verdict: &Verdict, name: &str) -> String {
    let over = verdict
        .pipe
        .map_or(0.0, |pipe| seen.part(seen.pipes[pipe].last_active));
    format!(
        "{name} takes all of its input before anything comes out of it: that ended after {} of the \
         time, and until then whoever comes after it had nothing to do. The parts of this pipeline \
         run one after the other, and a pipe cannot change that.",
        percent(over)
    )
}

fn small_calls(seen: &Seen, verdict: &Verdict, name: &str) -> String {
    let moved = verdict.pipe.map(|pipe| &seen.pipes[pipe].moved);
    let (does, per_call) = match verdict.kind {
        Kind::SmallWrites => ("writes", moved.and_then(|moved| moved.per_write)),
        _ => ("reads", moved.and_then(|moved| moved.per_read)),
    };
    let per_call = per_call.unwrap_or(1.0).max(1.0);
    let calls = f64::from(1 << 20) / per_call;
    let process = verdict.process.map(|place| &seen.processes[place]);
    let system = process.map_or(0.0, |it| it.system / it.on_cpu().max(f64::MIN_POSITIVE));
    let remedy = match verdict.kind {
        Kind::SmallWrites => {
            "no flush at each line (`flush=True`, `$| = 1`, `--line-buffered`), and in Rust a BufWriter"
        }
        _ => {
            "leave out an option such as `-u`; a shell's `read` cannot, so let another program read the lines"
        }
    };
    format!(
        "{name} {does} {} at a time: {} calls for each MiB, and {} of its CPU time is the kernel's. \
         Let it buffer: {remedy}.",
        bytes(per_call),
        whole(calls),
        percent(system)
    )
}

fn outside(seen: &Seen, verdict: &Verdict) -> String {
    let Some(pipe) = verdict.pipe.map(|pipe| &seen.pipes[pipe]) else {
        return String::new();
    };
    let (who, does) = match pipe.readers.is_empty() {
        true => (&pipe.writers, "takes what it writes"),
        false => (&pipe.readers, "feeds it"),
    };
    let name = who
        .first()
        .map_or("", |&place| seen.processes[place].name.as_str());
    format!(
        "`{name}` waits for who {does}, and that is outside of this pipeline: {} of the time.",
        percent(seen.part(pipe.outside_seconds))
    )
}

fn in_turns(seen: &Seen, verdict: &Verdict) -> String {
    let Some(place) = verdict.pipe else {
        return String::new();
    };
    let pipe = &seen.pipes[place];
    let longest = |who: &[usize], wait: fn(&ProcessSeen, usize) -> f64| {
        let most = who.iter().copied().max_by(|&a, &b| {
            let time = |it: usize| wait(&seen.processes[it], place);
            time(a).total_cmp(&time(b))
        });
        most.map_or("", |it| seen.processes[it].name.as_str())
    };
    format!(
        "The pipe from `{writer}` to `{reader}` is the limit: it holds {}, and its ends take turns. \
         `{writer}` waits {} of the time for room in it, `{reader}` waits {} for bytes.",
        size(pipe),
        percent(seen.writers_wait(place)),
        percent(seen.readers_wait(place)),
        writer = longest(&pipe.writers, ProcessSeen::waited_to_write),
        reader = longest(&pipe.readers, ProcessSeen::waited_to_read)
    )
}

fn size(pipe: &PipeSeen) -> String {
    pipe.size
        .map_or("an unknown number of bytes".to_owned(), |size| {
            bytes(size as f64)
        })
}

fn mixed(seen: &Seen) -> Vec<String> {
    let mut all: Vec<&ProcessSeen> = seen.processes.iter().collect();
    all.sort_by(|one, other| other.own.total_cmp(&one.own));
    let own = all
        .iter()
        .take(3)
        .map(|process| format!("`{}` {}", process.name, percent(seen.part(process.own))));
    vec![format!(
        "No single one is what the others wait for. They work, or are waited for, so much of the \
         time: {}.",
        own.collect::<Vec<_>>().join(", ")
    )]
}
