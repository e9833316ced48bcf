//! Debian's packages of kernels: from its archive into a folder of ours, by an apt that
//! knows nothing of this machine's and changes nothing of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use bench::pair::{end_with_me, in_path};

use crate::list::{Kernel, all};

const KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// A folder of packages.
pub struct Packages {
    folder: PathBuf,
    /// Whether the lists of what there is are new enough: they have been fetched.
    listed: bool,
}

/// A package that is here.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its file.
    pub path: PathBuf,
    /// Its version, as Debian has it.
    pub version: String,
}

impl Packages {
    /// Those in this folder.
    pub fn in_folder(folder: &Path) -> Packages {
        Packages {
            folder: folder.to_owned(),
            listed: false,
        }
    }

    /// The kernel's package: as it is here, else from Debian's archive; else the newest like it.
    ///
    /// # Errors
    ///
    /// When it cannot be had; it says where from one can have it.
    pub fn of(&mut self, kernel: &Kernel) -> Result<Package> {
        if let Some(package) = self.here(kernel, &kernel.package, Some(&kernel.version)) {
            return Ok(package);
        }
        let fetched = self.fetch(kernel);
        if let Some(package) = self.newest_here(kernel) {
            return Ok(package);
        }
        let wanted = format!(
            "{}_{}_{}.deb",
            kernel.package,
            kernel.version,
            kernel.arch.debian()
        );
        fetched.with_context(|| {
            format!(
                "{} has no {wanted}\nput it there: https://snapshot.debian.org/package/linux/ keeps them all",
                self.folder.display()
            )
        })?;
        bail!("apt-get has brought no package like {wanted}");
    }

    /// The package's file in the folder, of this version or any.
    fn here(&self, kernel: &Kernel, name: &str, version: Option<&str>) -> Option<Package> {
        let begin = format!("{name}_");
        let end = format!("_{}.deb", kernel.arch.debian());
        let mut files: Vec<_> = fs::read_dir(&self.folder).ok()?.flatten().collect();
        files.sort_by_key(fs::DirEntry::file_name);
        files.iter().rev().find_map(|file| {
            let name = file.file_name().into_string().ok()?;
            let found = name.strip_prefix(&begin)?.strip_suffix(&end)?;
            version
                .is_none_or(|version| version == found)
                .then(|| Package {
                    path: file.path(),
                    version: found.to_owned(),
                })
        })
    }

    fn newest_here(&self, kernel: &Kernel) -> Option<Package> {
        let exactly = self.here(kernel, &kernel.package, Some(&kernel.version));
        exactly.or_else(|| {
            let names = self.names_like(kernel).ok()?;
            names
                .iter()
                .rev()
                .find_map(|name| self.here(kernel, name, None))
        })
    }

    fn fetch(&mut self, kernel: &Kernel) -> Result<()> {
        ensure!(
            in_path("apt-get"),
            "there is no apt-get here, which would fetch kernels"
        );
        if !self.listed {
            self.list()?;
            self.listed = true;
        }
        let arch = kernel.arch.debian();
        let exactly = format!("{}:{arch}={}", kernel.package, kernel.version);
        if self
            .apt("apt-get", &["--quiet", "download", &exactly])
            .is_ok()
        {
            return Ok(());
        }
        let names = self.names_like(kernel)?;
        let newest = names.last().with_context(|| {
            format!(
                "Debian's {} has no kernel {} anymore",
                kernel.suite, kernel.series
            )
        })?;
        self.apt(
            "apt-get",
            &["--quiet", "download", &format!("{newest}:{arch}")],
        )?;
        Ok(())
    }

    /// Packages that may take its place, the newest last.
    fn names_like(&self, kernel: &Kernel) -> Result<Vec<String>> {
        let pattern = format!("^{}$", kernel.like);
        let found = self.apt("apt-cache", &["search", "--names-only", &pattern])?;
        let mut names: Vec<String> = found
            .lines()
            .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
            .collect();
        names.sort_by_key(|name| numbers(name));
        Ok(names)
    }

    /// Has apt look at what Debian has.
    fn list(&self) -> Result<()> {
        ensure!(
            Path::new(KEYS).exists(),
            "{KEYS} is not there, by which apt knows Debian's archive: install debian-archive-keyring"
        );
        for folder in ["state/lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(self.folder.join("apt").join(folder))?;
        }
        let mut suites: Vec<(String, &str)> = all()
            .iter()
            .map(|kernel| (kernel.suite.clone(), kernel.arch.debian()))
            .collect();
        suites.sort();
        suites.dedup();
        let lines = suites.iter().map(|(suite, arch)| {
            let archive = if suite.ends_with("-security") {
                "debian-security"
            } else {
                "debian"
            };
            format!(
                "deb [arch={arch} signed-by={KEYS}] http://deb.debian.org/{archive} {suite} main\n"
            )
        });
        fs::write(
            self.folder.join("apt/sources.list"),
            lines.collect::<String>(),
        )?;
        self.apt("apt-get", &["--quiet", "update"])?;
        Ok(())
    }

    /// Runs one of apt's programs in the folder, with state of its own.
    fn apt(&self, program: &str, arguments: &[&str]) -> Result<String> {
        let own = self.folder.canonicalize()?.join("apt");
        let mut command = Command::new(program);
        for (name, value) in [
            ("Dir::State", own.join("state").display().to_string()),
            ("Dir::Cache", own.join("cache").display().to_string()),
            (
                "Dir::Etc::SourceList",
                own.join("sources.list").display().to_string(),
            ),
            ("Dir::Etc::SourceParts", "/dev/null".to_owned()),
            ("Dir::Etc::Preferences", "/dev/null".to_owned()),
            ("Dir::Etc::PreferencesParts", "/dev/null".to_owned()),
            ("Dir::State::status", "/dev/null".to_owned()),
            ("APT::Architecture", "amd64".to_owned()),
            ("APT::Architectures::", "amd64".to_owned()),
            ("APT::Architectures::", "arm64".to_owned()),
            ("APT::Sandbox::User", "root".to_owned()),
            ("Acquire::Languages", "none".to_owned()),
        ] {
            command.args(["-o", &format!("{name}={value}")]);
        }
        end_with_me(&mut command);
        let output = command
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot start {program}"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().rfind(|line| line.starts_with("E:"));
        ensure!(
            output.status.success(),
            "{program} {} failed: {}",
            arguments.join(" "),
            last.unwrap_or("it does not say why")
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// The numbers in a name, by which versions are ordered.
fn numbers(name: &str) -> Vec<u64> {
    let parts = name.split(|letter: char| !letter.is_ascii_digit());
    parts.filter_map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_their_numbers() {
        assert!(
            numbers("linux-image-6.12.117+deb12-amd64")
                > numbers("linux-image-6.12.90+deb12-amd64")
        );
    }

    #[test]
    fn what_lies_in_the_folder_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let kernel = &all()[0];
        let file = format!("{}_{}_amd64.deb", kernel.package, kernel.version);
        fs::write(folder.path().join(&file), "").unwrap();
        let package = Packages::in_folder(folder.path()).of(kernel).unwrap();
        assert_eq!(
            (package.path, package.version),
            (folder.path().join(file), kernel.version.clone())
        );
    }
}
