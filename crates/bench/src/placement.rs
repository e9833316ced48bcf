//! Which CPU the writing end runs on, and which the reading end.
//!
//! The same two programs give different results on two cores, on two threads
//! of one core, and on one CPU. So every run is pinned, and says where.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::core_kinds;
use crate::cpu_list::{self, CpuSet};

/// A CPU for each end, and how near the two are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The writing end's CPU.
    pub writer: usize,
    /// The reading end's CPU.
    pub reader: usize,
    /// How near they are to each other.
    pub distance: Distance,
}

/// How near two CPUs are, the pair that suits the stages best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Distance {
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

impl fmt::Display for Distance {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Distance::SharedCache => "two cores that share a cache",
            Distance::Unknown => "two CPUs, whose caches the kernel does not tell",
            Distance::NoSharedCache => "two cores without a common cache",
            Distance::OneCore => "two threads of one core",
            Distance::OneCpu => "one CPU for both",
        })
    }
}

impl fmt::Display for Placement {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "the writer is on CPU {}, the reader on CPU {}: {}",
            self.writer, self.reader, self.distance
        )
    }
}

impl Placement {
    /// The pair that the user names (`CPUS=2,4`: writer, reader), or else the
    /// nearest pair of separate cores among the CPUs that this process may use.
    ///
    /// # Errors
    ///
    /// When the named CPUs are not two numbers or may not be used.
    pub fn choose(wanted: Option<&str>) -> Result<Placement> {
        Placement::choose_in(Path::new("/sys"), wanted)
    }

    /// The same, where `sys` tells how near CPUs are.
    ///
    /// # Errors
    ///
    /// As for [`Placement::choose`].
    pub fn choose_in(sys: &Path, wanted: Option<&str>) -> Result<Placement> {
        match wanted {
            Some(text) => Placement::named(text, sys),
            None => Placement::nearest(&cpu_list::allowed(), sys),
        }
    }

    fn named(text: &str, sys: &Path) -> Result<Placement> {
        let numbers: Option<Vec<usize>> =
            text.split(',').map(|cpu| cpu.trim().parse().ok()).collect();
        let Some([writer, reader]) = numbers.as_deref() else {
            bail!(
                "CPUS={text} is not a pair: name the writer's CPU and the reader's, as in CPUS=0,1"
            );
        };
        for cpu in [writer, reader] {
            if !cpu_list::may_use(*cpu) {
                bail!(
                    "CPU {cpu} cannot be used here: choose among {}",
                    cpu_list::format(&cpu_list::allowed())
                );
            }
        }
        Ok(Placement {
            writer: *writer,
            reader: *reader,
            distance: distance(*writer, *reader, sys),
        })
    }

    /// The nearest pair of separate cores in `allowed`, lowest numbers first,
    /// among the largest cores that there are two of.
    ///
    /// # Errors
    ///
    /// When `allowed` is empty.
    pub fn nearest(allowed: &CpuSet, sys: &Path) -> Result<Placement> {
        let mut cpus = CpuSet::new();
        for kind in core_kinds::among(allowed, sys) {
            cpus.extend(kind.cpus);
            if let Ok(placement) = Placement::nearest_alike(&cpus, sys)
                && placement.distance < Distance::OneCore
            {
                return Ok(placement);
            }
        }
        Placement::nearest_alike(allowed, sys)
    }

    fn nearest_alike(allowed: &CpuSet, sys: &Path) -> Result<Placement> {
        let first = *allowed
            .first()
            .context("the kernel names no CPU to run on")?;
        let pairs = allowed.iter().flat_map(|&writer| {
            allowed
                .range(writer + 1..)
                .map(move |&reader| (writer, reader))
        });
        let mut best = Placement {
            writer: first,
            reader: first,
            distance: Distance::OneCpu,
        };
        for (writer, reader) in pairs {
            let distance = distance(writer, reader, sys);
            if distance < best.distance {
                best = Placement {
                    writer,
                    reader,
                    distance,
                };
            }
            if distance == Distance::SharedCache {
                break;
            }
        }
        Ok(best)
    }
}

fn distance(one: usize, other: usize, sys: &Path) -> Distance {
    if one == other {
        return Distance::OneCpu;
    }
    let cpu = sys.join(format!("devices/system/cpu/cpu{one}"));
    if read_list(&cpu.join("topology/thread_siblings_list"))
        .is_some_and(|core| core.contains(&other))
    {
        return Distance::OneCore;
    }
    match last_level_cache(&cpu) {
        Some(sharers) if sharers.contains(&other) => Distance::SharedCache,
        Some(_) => Distance::NoSharedCache,
        None => Distance::Unknown,
    }
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
mod tests {
    use super::*;

    /// A sysfs with these CPUs: (number, threads of its core, sharers of its cache).
    struct Sysfs(std::path::PathBuf);

    impl Sysfs {
        fn new(name: &str, cpus: &[(usize, &str, &str)]) -> Sysfs {
            let root =
                std::env::temp_dir().join(format!("fast-pipes-sys-{name}-{}", std::process::id()));
            for (number, threads, sharers) in cpus {
                let cpu = root.join(format!("devices/system/cpu/cpu{number}"));
                for (index, level, list) in [("index0", "1", *threads), ("index3", "3", *sharers)] {
                    let cache = cpu.join("cache").join(index);
                    fs::create_dir_all(&cache).unwrap();
                    fs::write(cache.join("level"), level).unwrap();
                    fs::write(cache.join("shared_cpu_list"), list).unwrap();
                }
                fs::create_dir_all(cpu.join("topology")).unwrap();
                fs::write(cpu.join("topology/thread_siblings_list"), threads).unwrap();
            }
            Sysfs(root)
        }

        fn nearest(&self, allowed: &str) -> (usize, usize, Distance) {
            let allowed = cpu_list::parse(allowed).unwrap();
            let placement = Placement::nearest(&allowed, &self.0).unwrap();
            (placement.writer, placement.reader, placement.distance)
        }
    }

    impl Drop for Sysfs {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_laptop_whose_threads_are_numbered_in_pairs() {
        let sys = Sysfs::new(
            "pairs",
            &[
                (0, "0-1", "0-3"),
                (1, "0-1", "0-3"),
                (2, "2-3", "0-3"),
                (3, "2-3", "0-3"),
            ],
        );
        assert_eq!(sys.nearest("0-3"), (0, 2, Distance::SharedCache));
        assert_eq!(sys.nearest("1,3"), (1, 3, Distance::SharedCache));
        assert_eq!(sys.nearest("0-1"), (0, 1, Distance::OneCore));
        assert_eq!(sys.nearest("3"), (3, 3, Distance::OneCpu));
    }

    #[test]
    fn a_server_of_two_sockets() {
        let sys = Sysfs::new(
            "sockets",
            &[
                (0, "0", "0,2"),
                (1, "1", "1,3"),
                (2, "2", "0,2"),
                (3, "3", "1,3"),
            ],
        );
        assert_eq!(sys.nearest("0-3"), (0, 2, Distance::SharedCache));
        assert_eq!(sys.nearest("1-2"), (1, 2, Distance::NoSharedCache));
    }

    #[test]
    fn a_machine_that_tells_nothing() {
        let nowhere = Path::new("/nonexistent");
        let placement = Placement::nearest(&CpuSet::from([4, 5]), nowhere).unwrap();
        assert_eq!((placement.writer, placement.reader), (4, 5));
        assert_eq!(placement.distance, Distance::Unknown);
        assert!(Placement::nearest(&CpuSet::new(), nowhere).is_err());
    }

    /// Four CPUs without threads, and all under one cache.
    const FOUR: [(usize, &str, &str); 4] = [
        (0, "0", "0-3"),
        (1, "1", "0-3"),
        (2, "2", "0-3"),
        (3, "3", "0-3"),
    ];

    #[test]
    fn a_phone_whose_small_cores_come_first() {
        let sys = Sysfs::new("capacity", &FOUR);
        let capacities = |capacities: [u32; 4]| {
            for (cpu, capacity) in capacities.iter().enumerate() {
                let cpu = sys.0.join(format!("devices/system/cpu/cpu{cpu}"));
                fs::write(cpu.join("cpu_capacity"), format!("{capacity}\n")).unwrap();
            }
        };
        capacities([406, 406, 1024, 1024]);
        assert_eq!(sys.nearest("0-3"), (2, 3, Distance::SharedCache));
        assert_eq!(sys.nearest("0-2"), (0, 1, Distance::SharedCache));
        // A single largest one does not have to be left alone.
        capacities([406, 1024, 871, 871]);
        assert_eq!(sys.nearest("0-3"), (1, 2, Distance::SharedCache));
        capacities([1024; 4]);
        assert_eq!(sys.nearest("0-3"), (0, 1, Distance::SharedCache));
    }

    #[test]
    fn a_laptop_with_efficiency_cores() {
        let cpus = [
            (0, "0", "0-3"),
            (1, "1", "0-3"),
            (2, "2-3", "0-3"),
            (3, "2-3", "0-3"),
        ];
        let sys = Sysfs::new("hybrid", &cpus);
        for (device, list) in [("cpu_core", "2-3"), ("cpu_atom", "0-1")] {
            let device = sys.0.join("devices").join(device);
            fs::create_dir_all(&device).unwrap();
            fs::write(device.join("cpus"), format!("{list}\n")).unwrap();
        }
        // Of the two threads of its one large core only one is taken.
        assert_eq!(sys.nearest("0-3"), (0, 1, Distance::SharedCache));
        fs::write(sys.0.join("devices/cpu_core/cpus"), "1-3\n").unwrap();
        fs::write(sys.0.join("devices/cpu_atom/cpus"), "0\n").unwrap();
        assert_eq!(sys.nearest("0-3"), (1, 2, Distance::SharedCache));
    }

    #[test]
    fn a_named_pair_must_be_a_pair_of_usable_cpus() {
        let named = |text: &str| Placement::named(text, Path::new("/nonexistent"));
        let first = *cpu_list::allowed().first().unwrap();
        let one = named(&format!("{first},{first}")).unwrap();
        assert_eq!((one.writer, one.distance), (first, Distance::OneCpu));
        for text in ["", "0", "0,1,1", "a,b", "0,99999"] {
            assert!(named(text).is_err(), "{text}");
        }
    }
}
