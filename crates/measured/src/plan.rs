//! What is measured: each configuration a pair of programs, or of the machine's memory.

use common::size;

use bench::stages::STAGES;

/// One thing to measure, round after round.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// What it is compared with: `stages`, `ablation`, ….
    pub group: &'static str,
    /// Its name in the group.
    pub name: String,
    /// What runs.
    pub subject: Subject,
}

/// What a configuration runs.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A writer and a reader: their programs and options.
    Pipe {
        /// The writing end's command line.
        writer: Vec<String>,
        /// The reading end's, without the number of bytes.
        reader: Vec<String>,
        /// Whether both ends share a CPU.
        one_cpu: bool,
    },
    /// One CPU reading memory from one end to the other.
    MemoryRead,
    /// One CPU copying memory, counted once.
    MemoryCopy,
}

/// The seven configurations of the chart in the post, as flags of its programs.
const CHART_OF_THE_POST: [(&str, &[&str]); 7] = [
    ("write_read", &[]),
    ("write_read_huge", &["--huge_page"]),
    ("vmsplice_read", &["--write_with_vmsplice"]),
    (
        "vmsplice_read_huge",
        &["--write_with_vmsplice", "--huge_page"],
    ),
    (
        "vmsplice_splice",
        &["--write_with_vmsplice", "--read_with_splice"],
    ),
    (
        "vmsplice_splice_huge",
        &["--write_with_vmsplice", "--read_with_splice", "--huge_page"],
    ),
    (
        "busy_loop_huge",
        &[
            "--write_with_vmsplice",
            "--read_with_splice",
            "--huge_page",
            "--busy_loop",
        ],
    ),
];

/// The fastest settings of the post's programs, which the ablation takes apart.
const BEST: [&str; 4] = [
    "--write_with_vmsplice",
    "--read_with_splice",
    "--huge_page",
    "--busy_loop",
];

impl Configuration {
    /// As `group/name`.
    pub fn full_name(&self) -> String {
        full_name(self.group, &self.name)
    }
}

/// What a configuration and its runs are called.
pub(crate) fn full_name(group: &str, name: &str) -> String {
    format!("{group}/{name}")
}

/// Everything, or for `quick` what the ladder and its explanation need.
pub fn configurations(quick: bool) -> Vec<Configuration> {
    let mut all = stages(false);
    all.extend(post("post", &[], false));
    all.extend(post("busy", &["--busy_loop"], false));
    all.push(memory("read", Subject::MemoryRead));
    all.push(memory("copy", Subject::MemoryCopy));
    if !quick {
        all.extend(stages(true));
        all.extend(post("one-cpu", &[], true));
        all.extend(ablation());
        all.extend(buffer_sizes());
        all.extend(pipe_sizes());
    }
    all
}

fn stages(one_cpu: bool) -> Vec<Configuration> {
    let group = if one_cpu { "stages-one-cpu" } else { "stages" };
    STAGES
        .iter()
        .filter(|stage| !(one_cpu && stage.never_sleeps()))
        .map(|stage| {
            let name = format!("stage{}", stage.number);
            pipe(group, &name, &[stage.writer], &[stage.reader], one_cpu)
        })
        .collect()
}

fn post(group: &'static str, more: &[&str], one_cpu: bool) -> Vec<Configuration> {
    CHART_OF_THE_POST
        .iter()
        .filter(|(_, flags)| !(one_cpu && flags.contains(&"--busy_loop")))
        .map(|(name, flags)| {
            let missing = more.iter().filter(|flag| !flags.contains(flag));
            let flags: Vec<_> = flags.iter().chain(missing).copied().collect();
            knobs(group, name, &flags, one_cpu)
        })
        .collect()
}

/// The best settings, less one, and the best settings with one more.
fn ablation() -> Vec<Configuration> {
    let without = |flag| {
        BEST.into_iter()
            .filter(move |&other| other != flag)
            .collect::<Vec<_>>()
    };
    let with = |flag| BEST.into_iter().chain([flag]).collect::<Vec<_>>();
    let small_untouched = [&without("--huge_page")[..], &["--dont_touch_pages"]].concat();
    [
        ("best", BEST.to_vec()),
        ("without-vmsplice", without("--write_with_vmsplice")),
        ("without-splice", without("--read_with_splice")),
        ("without-huge-pages", without("--huge_page")),
        ("without-busy-loop", without("--busy_loop")),
        ("with-gift", with("--gift")),
        ("with-locked-memory", with("--lock_memory")),
        ("with-same-buffer", with("--same_buffer")),
        ("with-poll", with("--poll")),
        ("untouched-pages", with("--dont_touch_pages")),
        ("untouched-small-pages", small_untouched),
    ]
    .into_iter()
    .map(|(name, flags)| knobs("ablation", name, &flags, false))
    .collect()
}

fn buffer_sizes() -> Vec<Configuration> {
    let sizes = (12..=22).map(|shift| size::format(1 << shift));
    sizes
        .flat_map(|size| {
            [1, 4, 5].map(|number| {
                let stage = &STAGES[number - 1];
                let buffer = ["--buf-size", &size];
                let writer = [&[stage.writer][..], &buffer].concat();
                let reader = [&[stage.reader][..], &buffer].concat();
                pipe(
                    "buffer",
                    &format!("stage{number}-{size}"),
                    &writer,
                    &reader,
                    false,
                )
            })
        })
        .collect()
}

fn pipe_sizes() -> Vec<Configuration> {
    let sizes = (12..=20).map(|shift| size::format(1 << shift));
    sizes
        .map(|size| {
            let writer = ["stage1-write", "--pipe-size", &size];
            pipe(
                "pipe",
                &format!("stage1-{size}"),
                &writer,
                &["stage1-read"],
                false,
            )
        })
        .collect()
}

fn knobs(group: &'static str, name: &str, flags: &[&str], one_cpu: bool) -> Configuration {
    let program = |name| [&[name], flags].concat();
    pipe(group, name, &program("write"), &program("read"), one_cpu)
}

fn pipe(
    group: &'static str,
    name: &str,
    writer: &[&str],
    reader: &[&str],
    one_cpu: bool,
) -> Configuration {
    let owned = |line: &[&str]| line.iter().map(ToString::to_string).collect();
    Configuration {
        group,
        name: name.to_owned(),
        subject: Subject::Pipe {
            writer: owned(writer),
            reader: owned(reader),
            one_cpu,
        },
    }
}

fn memory(name: &str, subject: Subject) -> Configuration {
    Configuration {
        group: "memory",
        name: name.to_owned(),
        subject,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::HashSet;

    #[test]
    fn every_name_stands_once() {
        let all = configurations(false);
        let names: HashSet<_> = all.iter().map(|one| (one.group, &one.name)).collect();
        assert_eq!(names.len(), all.len());
        assert!(configurations(true).len() < all.len());
    }

    #[test]
    fn nothing_spins_on_one_cpu() {
        for configuration in configurations(false) {
            if let Subject::Pipe {
                writer,
                one_cpu: true,
                ..
            } = configuration.subject
            {
                assert!(
                    !writer
                        .iter()
                        .any(|word| word.contains("busy") || word.contains("stage5"))
                );
            }
        }
    }

    #[test]
    fn a_flag_is_given_once() {
        for configuration in configurations(false) {
            if let Subject::Pipe { writer, .. } = configuration.subject {
                let flags: HashSet<_> = writer.iter().collect();
                assert_eq!(flags.len(), writer.len(), "{writer:?}");
            }
        }
    }
}
