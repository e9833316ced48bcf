//! The ways in which a command is tried.

use bench::cpu_list::{self, CpuSet};
use bench::nearness;

use crate::numbers::bytes;

/// One way to run it.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// Nothing is changed.
    AsItIs,
    /// Its pipes hold so many bytes.
    Pipes(usize),
    /// It runs on these CPUs alone.
    Cpus(CpuSet),
}

/// The sizes that are tried, besides the 64 KiB that a pipe has.
const SIZES: [usize; 2] = [256 << 10, 1 << 20];

impl Way {
    /// All that can be tried here.
    pub fn all(has_lender_only: bool) -> Vec<Way> {
        let mut ways = vec![Way::AsItIs];
        if !has_lender_only {
            ways.extend(SIZES.map(Way::Pipes));
        }
        let allowed = cpu_list::allowed();
        let first = allowed.first().copied().unwrap_or(0);
        let near: Option<CpuSet> = nearness::cache_sharers(first).map(|near| &near & &allowed);
        ways.extend(
            near.filter(|near| near.len() > 1 && *near != allowed)
                .map(Way::Cpus),
        );
        if allowed.len() > 1 {
            ways.push(Way::Cpus([first].into()));
        }
        ways
    }

    /// What it is called.
    pub fn name(&self) -> String {
        match self {
            Way::AsItIs => "as it is".to_owned(),
            Way::Pipes(size) => format!("pipes of {}", bytes(*size as f64)),
            Way::Cpus(cpus) => match cpus.len() {
                1 => format!("all on CPU {}", cpu_list::format(cpus)),
                _ => format!("on CPUs {}, which share a cache", cpu_list::format(cpus)),
            },
        }
    }

    /// What to type to have it.
    pub fn to_have_it(&self) -> String {
        match self {
            Way::AsItIs => String::new(),
            Way::Pipes(size) => format!(
                "  shell   (perl -e 'fcntl STDOUT,1031,{size}'; exec PROGRAM) | ...\n          \
                           (1031 is F_SETPIPE_SZ)\n  \
                   Python  subprocess.Popen(..., stdout=subprocess.PIPE, pipesize={size})\n  \
                   Rust    rustix::pipe::fcntl_setpipe_size(std::io::stdout(), {size})?;\n  \
                   C       fcntl(STDOUT_FILENO, F_SETPIPE_SZ, {size});\n          \
                           (with _GNU_SOURCE and <fcntl.h>)\n"
            ),
            Way::Cpus(cpus) => {
                let list = cpu_list::format(cpus);
                format!(
                    "  shell   taskset -c {list} sh -c '...'\n  \
                       Python  os.sched_setaffinity(0, {{{list}}}) before it is started\n  \
                       Rust    rustix::thread::sched_setaffinity(None, &cpus)?; before it is started\n  \
                       C       sched_setaffinity(0, sizeof cpus, &cpus); before it is started\n"
                )
            }
        }
    }
}
