//! Our programs for another machine, and the archive that its kernel finds them in.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use bench::pair::end_with_me;
use cpio::newc::{Builder, trailer};

use crate::arch::Arch;

/// What is built for the guest: all that is tried there.
const CRATES: [&str; 9] = [
    "stage1-write-read",
    "stage2-vmsplice",
    "stage3-splice",
    "stage4-hugepages",
    "stage5-busyloop",
    "beyond",
    "knobs",
    "exercises",
    "kernels",
];

/// Builds our programs for this processor, and packs them.
///
/// # Errors
///
/// When they cannot be built; what is missing is named.
pub fn packed(arch: Arch, folder: &Path) -> Result<PathBuf> {
    ensure_target(arch)?;
    let programs = built(arch)?;
    let path = folder.join(format!("{arch}.cpio"));
    // In two steps: a machine of another run may be about to read what is there.
    let draft = folder.join(format!("{arch}.{}.unfinished", std::process::id()));
    remove_drafts_of_the_dead(folder);
    let packed = pack(&programs, &draft).and_then(|()| Ok(fs::rename(&draft, &path)?));
    if packed.is_err() {
        let _ = fs::remove_file(&draft);
    }
    packed.with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// Who was killed could not remove its own.
fn remove_drafts_of_the_dead(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let mut parts = name.to_str().into_iter().flat_map(|name| name.rsplit('.'));
        let (Some("unfinished"), Some(process)) = (parts.next(), parts.next()) else {
            continue;
        };
        if process.parse::<u32>().is_ok() && !Path::new("/proc").join(process).exists() {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Rust's own library for that processor is not everywhere.
fn ensure_target(arch: Arch) -> Result<()> {
    let target = arch.target();
    let output = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", target])
        .output()
        .context("cannot start rustc")?;
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    ensure!(
        Path::new(&folder).exists(),
        "Rust has no library for {target} here: rustup target add {target}"
    );
    Ok(())
}

/// Their files: as cargo says, small, and without what only a debugger needs.
fn built(arch: Arch) -> Result<Vec<PathBuf>> {
    let mut cargo = Command::new("cargo");
    end_with_me(&mut cargo);
    cargo
        .args([
            "build",
            "--quiet",
            "--release",
            "--bins",
            "--target",
            arch.target(),
        ])
        .args(["--message-format", "json-render-diagnostics"])
        .env("CARGO_PROFILE_RELEASE_STRIP", "true")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        // The linker that comes with Rust: a cross compiler's is not needed.
        .env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER", "rust-lld")
        .stdout(Stdio::piped());
    for name in CRATES {
        cargo.args(["--package", name]);
    }
    let output = cargo
        .spawn()
        .context("cannot start cargo")?
        .wait_with_output()?;
    ensure!(
        output.status.success(),
        "our programs cannot be built for {}",
        arch.target()
    );
    let said = String::from_utf8_lossy(&output.stdout);
    let files = said.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(PathBuf::from(message["executable"].as_str()?))
    });
    Ok(files.collect())
}

/// What a kernel unpacks into memory, and starts `/init` of.
fn pack(programs: &[PathBuf], path: &Path) -> Result<()> {
    const FOLDER: u32 = 0o40_755;
    const PROGRAM: u32 = 0o100_755;
    let mut out = BufWriter::new(File::create(path)?);
    for (number, name) in (1..).zip(["dev", "programs"]) {
        let entry = Builder::new(name).ino(number).nlink(2).mode(FOLDER);
        out = entry.write(out, 0).finish()?;
    }
    let mut programs: Vec<&PathBuf> = programs.iter().collect();
    programs.sort();
    for (number, program) in (10..).zip(programs) {
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        let name = match &*name {
            "kernel-guest" => "init".to_owned(),
            name => format!("programs/{name}"),
        };
        let content = fs::read(program)?;
        let entry = Builder::new(&name).ino(number).mode(PROGRAM);
        let mut entry = entry.write(out, content.len() as u32);
        entry.write_all(&content)?;
        out = entry.finish()?;
    }
    trailer(out)?.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_of_who_lives_stay() {
        let folder = tempfile::tempdir().unwrap();
        let mine = format!("arm64.{}.unfinished", std::process::id());
        for name in [
            &*mine,
            "arm64.4999999.unfinished",
            "arm64.cpio",
            "a.unfinished",
        ] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        remove_drafts_of_the_dead(folder.path());
        let left = fs::read_dir(folder.path()).unwrap();
        let mut left: Vec<_> = left.map(|it| it.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["a.unfinished", &*mine, "arm64.cpio"]);
    }
}
