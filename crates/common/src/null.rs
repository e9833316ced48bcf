//! The device that takes everything.

use std::fs::{self, File};
use std::os::unix::fs::FileTypeExt;

use anyhow::{Result, anyhow, bail};

const PATH: &str = "/dev/null";
const MEND: &str = "make it anew, as root: rm -f /dev/null; mknod -m 666 /dev/null c 1 3";

/// `/dev/null`, for writing.
///
/// # Errors
///
/// When there is none, or a file in its place: that would fill the disk, and the
/// time would be the disk's.
pub fn dev_null() -> Result<File> {
    let cannot_open = |error| anyhow!("cannot open {PATH}: {error}\n{MEND}");
    let kind = fs::metadata(PATH).map_err(cannot_open)?.file_type();
    if !kind.is_char_device() {
        bail!("{PATH} is not the device that takes everything\n{MEND}");
    }
    let opened = File::options().write(true).open(PATH);
    opened.map_err(cannot_open)
}
