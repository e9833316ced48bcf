//! What stands between the kernel and the hardware, and between us and the kernel.

use measured::machine::Virtualization;

use crate::roots::Roots;

/// Looks for the traces that both leave.
pub fn gather(roots: &Roots) -> Virtualization {
    Virtualization {
        hypervisor: hypervisor(roots),
        container: container(roots),
    }
}

fn hypervisor(roots: &Roots) -> Option<String> {
    let release = roots.text("proc/sys/kernel/osrelease").unwrap_or_default();
    if release.to_lowercase().contains("microsoft") {
        return Some("Hyper-V (WSL2)".to_owned());
    }
    if let Some(kind) = roots.text("sys/hypervisor/type") {
        return Some(kind);
    }
    let maker = from_firmware(roots);
    if maker.is_some() {
        return maker.map(str::to_owned);
    }
    let tree = roots.text("proc/device-tree/hypervisor/compatible");
    // x86: bit 31 of CPUID leaf 1, which no bare hardware sets.
    let flagged = roots.text("proc/cpuinfo").is_some_and(|info| {
        info.lines()
            .filter(|line| line.starts_with("flags"))
            .any(|line| line.split_whitespace().any(|flag| flag == "hypervisor"))
    });
    match tree {
        Some(tree) => Some(tree),
        None if flagged => Some(signature(roots).unwrap_or_else(|| "unknown".to_owned())),
        None => None,
    }
}

/// By the firmware's makers' names, which are a hypervisor's on a VM.
fn from_firmware(roots: &Roots) -> Option<&'static str> {
    let field = |name: &str| {
        roots
            .text(&format!("sys/class/dmi/id/{name}"))
            .unwrap_or_default()
    };
    let (vendor, product) = (field("sys_vendor"), field("product_name"));
    // Amazon and Google rent out bare metal under the same vendor's name.
    let bare_metal = product.ends_with(".metal") || product.ends_with("-metal");
    [
        (vendor == "QEMU" || product.contains("KVM"), "KVM or QEMU"),
        (vendor == "Amazon EC2" && !bare_metal, "KVM (Amazon EC2)"),
        (
            vendor == "Google" && product == "Google Compute Engine" && !bare_metal,
            "KVM (Google)",
        ),
        (
            vendor == "Microsoft Corporation" && product == "Virtual Machine",
            "Hyper-V",
        ),
        (vendor.starts_with("VMware"), "VMware"),
        (vendor == "innotek GmbH", "VirtualBox"),
        (vendor == "Xen", "Xen"),
        (vendor.starts_with("Parallels"), "Parallels"),
        (
            vendor == "Apple Inc." && product.contains("Virtualization"),
            "Apple",
        ),
        (vendor == "BHYVE", "bhyve"),
    ]
    .into_iter()
    .find_map(|(matches, name)| matches.then_some(name))
}

/// The name that a hypervisor signs with: CPUID leaf 0x40000000.
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
fn signature(roots: &Roots) -> Option<String> {
    if !roots.are_of_this_machine() {
        return None;
    }
    let hypervisor = raw_cpuid::CpuId::new().get_hypervisor_info()?.identify();
    match hypervisor {
        raw_cpuid::Hypervisor::Unknown(..) => None,
        known => Some(format!("{known:?}")),
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "x86")))]
fn signature(_roots: &Roots) -> Option<String> {
    None
}

/// By the files that container managers leave, or the cgroup's name.
fn container(roots: &Roots) -> Option<String> {
    if roots.has("run/.containerenv") {
        return Some("podman".to_owned());
    }
    if roots.has(".dockerenv") {
        return Some("docker".to_owned());
    }
    if let Some(manager) = roots.text("run/systemd/container") {
        return Some(manager);
    }
    // Only root may read it: what LXC and systemd-nspawn tell their first process.
    let first = roots.text("proc/1/environ").unwrap_or_default();
    if let Some(manager) = first
        .split('\0')
        .find_map(|entry| entry.strip_prefix("container="))
    {
        return Some(manager.to_owned());
    }
    let group = roots.text("proc/self/cgroup").unwrap_or_default();
    [
        ("kubepods", "kubernetes"),
        ("libpod", "podman"),
        ("/docker", "docker"),
        ("/lxc", "lxc"),
    ]
    .into_iter()
    .find_map(|(mark, manager)| group.contains(mark).then(|| manager.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::roots::tests::FakeMachine;

    fn hypervisor_of(files: &[(&str, &str)]) -> Option<String> {
        hypervisor(&FakeMachine::new(files).roots())
    }

    fn container_of(files: &[(&str, &str)]) -> Option<String> {
        container(&FakeMachine::new(files).roots())
    }

    #[test]
    fn hypervisors() {
        let vendor = "sys/class/dmi/id/sys_vendor";
        let product = "sys/class/dmi/id/product_name";
        for (files, name) in [
            (vec![(vendor, "QEMU\n")], Some("KVM or QEMU")),
            (
                vec![(vendor, "Amazon EC2"), (product, "m7i.large")],
                Some("KVM (Amazon EC2)"),
            ),
            (vec![(vendor, "Amazon EC2"), (product, "m7i.metal")], None),
            (
                vec![(vendor, "Microsoft Corporation"), (product, "Surface Book")],
                None,
            ),
            (vec![(vendor, "innotek GmbH")], Some("VirtualBox")),
            (vec![("sys/hypervisor/type", "xen\n")], Some("xen")),
            (
                vec![("proc/cpuinfo", "flags\t\t: fpu hypervisor lm\n")],
                Some("unknown"),
            ),
            (vec![("proc/cpuinfo", "flags\t\t: fpu lm\n")], None),
            (
                vec![(
                    "proc/sys/kernel/osrelease",
                    "5.15.153.1-microsoft-standard-WSL2\n",
                )],
                Some("Hyper-V (WSL2)"),
            ),
            (vec![], None),
        ] {
            assert_eq!(hypervisor_of(&files).as_deref(), name, "{files:?}");
        }
    }

    #[test]
    fn containers() {
        for (files, name) in [
            (vec![(".dockerenv", "")], Some("docker")),
            (vec![("run/.containerenv", "")], Some("podman")),
            (vec![("run/systemd/container", "lxc\n")], Some("lxc")),
            (
                vec![("proc/1/environ", "PATH=/bin\0container=lxc\0")],
                Some("lxc"),
            ),
            (
                vec![("proc/self/cgroup", "0::/kubepods/burstable/pod1\n")],
                Some("kubernetes"),
            ),
            (vec![("proc/self/cgroup", "0::/user.slice\n")], None),
            (vec![], None),
        ] {
            assert_eq!(container_of(&files).as_deref(), name, "{files:?}");
        }
    }
}
