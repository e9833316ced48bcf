//! What process 1 does for a system: file systems at the start, and the end of it all.

use std::ffi::CStr;
use std::fs;
use std::io;

use anyhow::{Context, Result};

/// Mounts what our programs look into.
pub fn prepare() -> Result<()> {
    for (kind, folder) in [
        (c"proc", c"/proc"),
        (c"sysfs", c"/sys"),
        (c"devtmpfs", c"/dev"),
    ] {
        let describe = || format!("cannot mount {}", folder.to_string_lossy());
        fs::create_dir_all(folder.to_str()?).with_context(describe)?;
        mount(kind, folder).with_context(describe)?;
    }
    fs::create_dir_all("/tmp")?;
    Ok(())
}

fn mount(kind: &CStr, folder: &CStr) -> io::Result<()> {
    let none = std::ptr::null();
    // SAFETY: two names that end with a zero byte, and no data.
    match unsafe { libc::mount(kind.as_ptr(), folder.as_ptr(), kind.as_ptr(), 0, none) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// What one would like to know of a kernel.
pub fn facts() -> Result<Vec<(&'static str, String)>> {
    let file = |path: &str| {
        fs::read_to_string(path)
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    Ok(vec![
        ("release", file("/proc/sys/kernel/osrelease")),
        ("version", file("/proc/sys/kernel/version")),
        ("page size", common::page_size().to_string()),
        (
            "clock",
            file("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
        ),
    ])
}

/// Ends the machine, and so QEMU.
pub fn power_off() {
    // SAFETY: takes a number; there is nothing to write to any disk.
    unsafe { libc::reboot(libc::RB_POWER_OFF) };
}
