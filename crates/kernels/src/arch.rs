//! The processors whose kernels are booted, and what goes with each.

use std::fmt;

use clap::ValueEnum;
use serde::Deserialize;

/// A processor's architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ValueEnum)]
pub enum Arch {
    /// Pages of 4 KiB.
    #[serde(rename = "x86-64")]
    #[value(name = "x86-64")]
    X86_64,
    /// Pages of 4, 16 or 64 KiB, as the kernel was built.
    #[serde(rename = "arm64")]
    #[value(name = "arm64")]
    Arm64,
}

impl Arch {
    /// What Debian calls it.
    pub fn debian(self) -> &'static str {
        match self {
            Arch::X86_64 => "amd64",
            Arch::Arm64 => "arm64",
        }
    }

    /// What Rust calls it, for programs that need no library.
    pub fn target(self) -> &'static str {
        match self {
            Arch::X86_64 => "x86_64-unknown-linux-musl",
            Arch::Arm64 => "aarch64-unknown-linux-musl",
        }
    }

    /// The program that emulates it, and Debian's package of that.
    pub fn qemu(self) -> (&'static str, &'static str) {
        match self {
            Arch::X86_64 => ("qemu-system-x86_64", "qemu-system-x86"),
            Arch::Arm64 => ("qemu-system-aarch64", "qemu-system-arm"),
        }
    }

    /// The machine that QEMU plays: one of a fixed version, whose features its code
    /// generator has all of, so that a newer QEMU plays the same.
    pub fn machine(self) -> [&'static str; 4] {
        match self {
            // ERMS: the kernel then copies by `rep movsb`, of which a byte is an instruction
            // here, on all versions alike.
            Arch::X86_64 => [
                "-machine",
                "pc-q35-7.2",
                "-cpu",
                "EPYC-v1,+erms,-rdseed,-sha-ni,-fxsr-opt,-misalignsse,-3dnowprefetch,-osvw,\
                 -topoext,-nrip-save,-xsavec",
            ],
            Arch::Arm64 => ["-machine", "virt-7.2,gic-version=3", "-cpu", "cortex-a76"],
        }
    }

    /// The machine whose CPU is this machine's own, under KVM.
    pub fn own_machine(self) -> [&'static str; 4] {
        let machine = match self {
            Arch::X86_64 => "q35",
            // KVM plays no other interrupt controller than the host has.
            Arch::Arm64 => "virt,gic-version=host",
        };
        ["-machine", machine, "-cpu", "host"]
    }

    /// The serial line, as its kernels call it.
    pub fn console(self) -> &'static str {
        match self {
            Arch::X86_64 => "ttyS0",
            Arch::Arm64 => "ttyAMA0",
        }
    }
}

impl fmt::Display for Arch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Arch::X86_64 => "x86-64",
            Arch::Arm64 => "arm64",
        })
    }
}
