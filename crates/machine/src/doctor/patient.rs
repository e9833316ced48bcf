//! What the doctor's checks look at.

use std::path::Path;

use anyhow::Result;
use bench::cpu_list::{self, CpuSet};
use bench::placement::Placement;
use measured::machine::Machine;

use crate::facts;
use crate::roots::Roots;

/// What the checks look at.
pub struct Patient {
    /// Where its files are.
    pub roots: Roots,
    /// The CPUs that this process may use.
    pub allowed: CpuSet,
    /// Where the two ends run.
    pub placement: Placement,
    /// What it tells of itself.
    pub machine: Machine,
}

impl Patient {
    /// The machine whose /proc and /sys are in `root`.
    ///
    /// # Errors
    ///
    /// When `cpus` are not two CPUs that can be used.
    pub fn new(root: &Path, cpus: Option<&str>) -> Result<Patient> {
        let roots = Roots::in_folder(root);
        let allowed = cpu_list::allowed();
        let placement = Placement::choose_in(&roots.sys(), cpus)?;
        let machine = facts::gather("yours", &roots, &placement);
        Ok(Patient {
            roots,
            allowed,
            placement,
            machine,
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    use std::ops::Deref;

    use crate::roots::tests::FakeMachine;
    use bench::nearness::Nearness;

    /// A patient, and the files that it is made of.
    pub struct FakePatient {
        patient: Patient,
        _files: FakeMachine,
    }

    impl Deref for FakePatient {
        type Target = Patient;

        fn deref(&self) -> &Patient {
            &self.patient
        }
    }

    /// Somebody's machine with CPUs 0 to 3, whose kernel has these files.
    pub fn patient(files: &[(&str, &str)], nearness: Nearness) -> FakePatient {
        let files = FakeMachine::new(files);
        let roots = files.roots();
        let placement = Placement {
            writer: 0,
            reader: if nearness == Nearness::OneCpu { 0 } else { 2 },
            nearness,
        };
        let machine = facts::gather("test", &roots, &placement);
        let patient = Patient {
            roots,
            allowed: CpuSet::from([0, 1, 2, 3]),
            placement,
            machine,
        };
        FakePatient {
            patient,
            _files: files,
        }
    }
}
