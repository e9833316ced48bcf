//! Which CPU the writing end runs on, and which the reading end.
//!
//! The same two programs give different results on two cores, on two threads
//! of one core, and on one CPU. So every run is pinned, and says where.

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::core_kinds;
use crate::cpu_list::{self, CpuSet};
use crate::nearness::Nearness;

/// A CPU for each end, and how near the two are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The writing end's CPU.
    pub writer: usize,
    /// The reading end's CPU.
    pub reader: usize,
    /// How near they are to each other.
    pub nearness: Nearness,
}

impl fmt::Display for Placement {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "the writer is on CPU {}, the reader on CPU {}: {}",
            self.writer, self.reader, self.nearness
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
            nearness: Nearness::of(*writer, *reader, sys),
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
                && placement.nearness < Nearness::OneCore
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
            nearness: Nearness::OneCpu,
        };
        for (writer, reader) in pairs {
            let nearness = Nearness::of(writer, reader, sys);
            if nearness < best.nearness {
                best = Placement {
                    writer,
                    reader,
                    nearness,
                };
            }
            if nearness == Nearness::SharedCache {
                break;
            }
        }
        Ok(best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nearness::tests::Sysfs;

    fn nearest(sys: &Sysfs, allowed: &str) -> (usize, usize, Nearness) {
        let allowed = cpu_list::parse(allowed).unwrap();
        let placement = Placement::nearest(&allowed, sys.0.path()).unwrap();
        (placement.writer, placement.reader, placement.nearness)
    }

    #[test]
    fn a_laptop_whose_threads_are_numbered_in_pairs() {
        let sys = Sysfs::new(&[
            (0, "0-1", "0-3"),
            (1, "0-1", "0-3"),
            (2, "2-3", "0-3"),
            (3, "2-3", "0-3"),
        ]);
        assert_eq!(nearest(&sys, "0-3"), (0, 2, Nearness::SharedCache));
        assert_eq!(nearest(&sys, "1,3"), (1, 3, Nearness::SharedCache));
        assert_eq!(nearest(&sys, "0-1"), (0, 1, Nearness::OneCore));
        assert_eq!(nearest(&sys, "3"), (3, 3, Nearness::OneCpu));
    }

    #[test]
    fn a_server_of_two_sockets() {
        let sys = Sysfs::new(&[
            (0, "0", "0,2"),
            (1, "1", "1,3"),
            (2, "2", "0,2"),
            (3, "3", "1,3"),
        ]);
        assert_eq!(nearest(&sys, "0-3"), (0, 2, Nearness::SharedCache));
        assert_eq!(nearest(&sys, "1-2"), (1, 2, Nearness::NoSharedCache));
    }

    #[test]
    fn a_machine_that_tells_nothing() {
        let nowhere = Path::new("/nonexistent");
        let placement = Placement::nearest(&CpuSet::from([4, 5]), nowhere).unwrap();
        assert_eq!((placement.writer, placement.reader), (4, 5));
        assert_eq!(placement.nearness, Nearness::Unknown);
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
        let sys = Sysfs::new(&FOUR);
        let capacities = |capacities: [u32; 4]| {
            for (cpu, capacity) in capacities.iter().enumerate() {
                let file = format!("system/cpu/cpu{cpu}/cpu_capacity");
                sys.write(&file, &format!("{capacity}\n"));
            }
        };
        capacities([406, 406, 1024, 1024]);
        assert_eq!(nearest(&sys, "0-3"), (2, 3, Nearness::SharedCache));
        assert_eq!(nearest(&sys, "0-2"), (0, 1, Nearness::SharedCache));
        // A single largest one does not have to be left alone.
        capacities([406, 1024, 871, 871]);
        assert_eq!(nearest(&sys, "0-3"), (1, 2, Nearness::SharedCache));
        capacities([1024; 4]);
        assert_eq!(nearest(&sys, "0-3"), (0, 1, Nearness::SharedCache));
    }

    #[test]
    fn a_laptop_with_efficiency_cores() {
        let cpus = [
            (0, "0", "0-3"),
            (1, "1", "0-3"),
            (2, "2-3", "0-3"),
            (3, "2-3", "0-3"),
        ];
        let sys = Sysfs::new(&cpus);
        sys.write("cpu_core/cpus", "2-3\n");
        sys.write("cpu_atom/cpus", "0-1\n");
        // Of the two threads of its one large core only one is taken.
        assert_eq!(nearest(&sys, "0-3"), (0, 1, Nearness::SharedCache));
        sys.write("cpu_core/cpus", "1-3\n");
        sys.write("cpu_atom/cpus", "0\n");
        assert_eq!(nearest(&sys, "0-3"), (1, 2, Nearness::SharedCache));
    }

    #[test]
    fn a_named_pair_must_be_a_pair_of_usable_cpus() {
        let named = |text: &str| Placement::named(text, Path::new("/nonexistent"));
        let first = *cpu_list::allowed().first().unwrap();
        let one = named(&format!("{first},{first}")).unwrap();
        assert_eq!((one.writer, one.nearness), (first, Nearness::OneCpu));
        for text in ["", "0", "0,1,1", "a,b", "0,99999"] {
            assert!(named(text).is_err(), "{text}");
        }
    }
}
