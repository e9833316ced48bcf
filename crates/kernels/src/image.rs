//! The kernel in a package, and what it was built with.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use bench::pair::{end_with_me, in_path};

use crate::packages::Package;

/// Takes the kernel out of the package, once; returns its file, beside the package.
///
/// # Errors
///
/// When the package has none, or there is nothing to take it out with.
pub fn unpacked(package: &Package) -> Result<PathBuf> {
    let path = package.path.with_extension("vmlinuz");
    if path.exists() {
        return Ok(path);
    }
    ensure!(
        in_path("dpkg-deb"),
        "there is no dpkg-deb, which unpacks Debian's packages: install dpkg"
    );
    let kernel = content(&package.path, "*/vmlinuz*")?;
    ensure!(
        !kernel.is_empty(),
        "{}: there is no kernel in it",
        package.path.display()
    );
    // Whole: what was cut off is not taken for a kernel the next time.
    measured::write_whole(&path, &kernel)?;
    Ok(path)
}

/// What the package has of this name, one file after another.
fn content(package: &Path, name: &str) -> Result<Vec<u8>> {
    let mut unpack = Command::new("dpkg-deb");
    end_with_me(&mut unpack);
    let mut archive = unpack
        .arg("--fsys-tarfile")
        .arg(package)
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start dpkg-deb")?;
    let mut tar = Command::new("tar");
    end_with_me(&mut tar);
    let found = tar
        .args(["--extract", "--to-stdout", "--wildcards", name])
        .stdin(archive.stdout.take().expect("its output is a pipe"))
        .output()
        .context("cannot start tar")?;
    let status = archive.wait()?;
    ensure!(
        status.success() && found.status.success(),
        "{}: cannot be unpacked: is it whole? {}",
        package.display(),
        String::from_utf8_lossy(&found.stderr).trim()
    );
    Ok(found.stdout)
}
