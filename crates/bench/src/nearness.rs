//! How near two CPUs are, by the caches and the cores that sysfs tells of.

use std::fmt;
use std::fs;
use std::path::Path;

use crate::cpu_list::{self, CpuSet};

/// How near two CPUs are, the pair that suits the stages best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// Two cores that share a last-level cache.
    SharedCache,
    /// Two cores, as far as the kernel tells.
    Unknown,
    /// Two cores without a common cache: data goes through memory.
    NoSharedCache,
    /// Two hardware threads of one core, which share its units.
    OneCore,
    /// One CPU for both: they take turns.
    OneCpu,
}

impl Nearness {
    /// How near these two are; `sys` tells.
    pub(crate) fn of(one: usize, other: usize, sys: &Path) -> Nearness {
        if one == other {
            return Nearness::OneCpu;
        }
        let cpu = sys.join(format!("devices/system/cpu/cpu{one}"));
        if read_list(&cpu.join("topology/thread_siblings_list"))
            .is_some_and(|core| core.contains(&other))
        {
            return Nearness::OneCore;
        }
        match last_level_cache(&cpu) {
            Some(sharers) if sharers.contains(&other) => Nearness::SharedCache,
            Some(_) => Nearness::NoSharedCache,
            None => Nearness::Unknown,
        }
    }
}

impl fmt::Display for Nearness {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Nearness::SharedCache => "two cores that share a cache",
            Nearness::Unknown => "two CPUs, whose caches the kernel does not tell",
            Nearness::NoSharedCache => "two cores without a common cache",
            Nearness::OneCore => "two threads of one core",
            Nearness::OneCpu => "one CPU for both",
        })
    }
}

/// The CPUs that share the largest cache of this one, where the kernel tells.
pub fn cache_sharers(cpu: usize) -> Option<CpuSet> {
    last_level_cache(Path::new(&format!("/sys/devices/system/cpu/cpu{cpu}")))
}

/// The CPUs that share the largest cache of this one
/// (Documentation/ABI/testing/sysfs-devices-system-cpu, Linux 6.12).
fn last_level_cache(cpu: &Path) -> Option<CpuSet> {
    let caches = fs::read_dir(cpu.join("cache")).ok()?;
    let (_, sharers) = caches
        .filter_map(|cache| {
            let cache = cache.ok()?.path();
            let level: u32 = fs::read_to_string(cache.join("level"))
                .ok()?
                .trim()
                .parse()
                .ok()?;
            Some((level, read_list(&cache.join("shared_cpu_list"))?))
        })
        .max_by_key(|(level, _)| *level)?;
    Some(sharers)
}

fn read_list(path: &Path) -> Option<CpuSet> {
    cpu_list::parse(&fs::read_to_string(path).ok()?).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    use tempfile::TempDir;

    /// A sysfs with these CPUs: (number, threads of its core, sharers of its cache).
    pub struct Sysfs(pub TempDir);

    impl Sysfs {
        pub fn new(cpus: &[(usize, &str, &str)]) -> Sysfs {
            let sys = Sysfs(tempfile::tempdir().unwrap());
            for (number, threads, sharers) in cpus {
                let cpu = format!("system/cpu/cpu{number}");
                for (index, level, list) in [("index0", "1", *threads), ("index3", "3", *sharers)] {
                    sys.write(&format!("{cpu}/cache/{index}/level"), level);
                    sys.write(&format!("{cpu}/cache/{index}/shared_cpu_list"), list);
                }
                sys.write(&format!("{cpu}/topology/thread_siblings_list"), threads);
            }
            sys
        }

        pub fn write(&self, device: &str, text: &str) {
            let path = self.0.path().join("devices").join(device);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    #[test]
    fn caches_and_cores_are_told_apart() {
        let sys = Sysfs::new(&[(0, "0-1", "0-2"), (1, "0-1", "0-2"), (2, "2", "0-2")]);
        let of = |one, other| Nearness::of(one, other, sys.0.path());
        assert_eq!(of(0, 0), Nearness::OneCpu);
        assert_eq!(of(0, 1), Nearness::OneCore);
        assert_eq!(of(0, 2), Nearness::SharedCache);
        assert_eq!(of(0, 3), Nearness::NoSharedCache);
        assert_eq!(of(3, 0), Nearness::Unknown);
    }
}
