//! Whether this machine's own CPU can run a kernel, so that times mean something.

use std::fs::{self, File};

use crate::arch::Arch;

/// Whether KVM runs kernels for `arch` here: a CPU of that kind with the means for it, and
/// a device that we may open. That there is the device is not enough: a VM may have one
/// that boots nothing.
pub fn is_usable(arch: Arch) -> bool {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let has = |flag: &str| cpu.split_whitespace().any(|word| word == flag);
    let own = match arch {
        Arch::X86_64 => cfg!(target_arch = "x86_64") && (has("vmx") || has("svm")),
        Arch::Arm64 => cfg!(target_arch = "aarch64"),
    };
    own && File::options()
        .read(true)
        .write(true)
        .open("/dev/kvm")
        .is_ok()
}
