//! Hypervisor and container: neither can be mended, and both explain figures.

use super::check::Check;
use super::patient::Patient;

/// Neither is bound to leave one.
const NO_TRACE: &str = "no trace of one";

pub fn checks(patient: &Patient) -> Vec<Check> {
    let virtualization = &patient.machine.virtualization;
    vec![
        match virtualization.hypervisor.as_deref() {
            None => Check::ok("hypervisor", NO_TRACE),
            Some(name) => Check::limited(
                "hypervisor",
                if name == "unknown" {
                    "one that gives no name"
                } else {
                    name
                },
                "waking the other CPU goes through it: slow for stages 1 to 4, not for 5",
            ),
        },
        container(virtualization.container.as_deref(), has_filter(patient)),
    ]
}

/// A container by itself costs nothing; what it forbids is tried further down.
fn container(name: Option<&str>, has_filter: Option<bool>) -> Check {
    let filter = match has_filter {
        Some(true) => "; system calls are filtered (seccomp)",
        Some(false) => "; no system call filter",
        None => "",
    };
    Check::ok("container", format!("{}{filter}", name.unwrap_or(NO_TRACE)))
}

/// Mode 2 is a filter: proc_pid_status(5).
fn has_filter(patient: &Patient) -> Option<bool> {
    let status = patient.roots.text("proc/self/status")?;
    let mode = status
        .lines()
        .find_map(|line| line.strip_prefix("Seccomp:"))?;
    Some(mode.trim() == "2")
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::doctor::check::Verdict;
    use crate::doctor::patient::tests::patient;
    use bench::nearness::Nearness;

    #[test]
    fn a_container_on_a_vm() {
        let files = [
            ("proc/cpuinfo", "flags : hypervisor"),
            ("proc/self/status", "Name:\tlab\nSeccomp:\t2\n"),
            ("run/.containerenv", ""),
        ];
        let [hypervisor, container] = checks(&patient(&files, Nearness::SharedCache))
            .try_into()
            .unwrap();
        assert_eq!(hypervisor.verdict, Verdict::Limited);
        assert_eq!(hypervisor.finding, "one that gives no name");
        assert_eq!(
            container.finding,
            "podman; system calls are filtered (seccomp)"
        );
    }

    #[test]
    fn bare_metal() {
        let [hypervisor, container] = checks(&patient(&[], Nearness::SharedCache))
            .try_into()
            .unwrap();
        assert_eq!(hypervisor.finding, NO_TRACE);
        assert_eq!(container.finding, NO_TRACE);
    }
}
