//! Which kernels are booted: `kernels.toml`.

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::arch::Arch;

/// A kernel that Debian packages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kernel {
    /// What it runs on.
    pub arch: Arch,
    /// What it is called here, as in `6.12`.
    pub series: String,
    /// The part of Debian's archive that has it.
    pub suite: String,
    /// The package whose counts are committed.
    pub package: String,
    /// Its version.
    pub version: String,
    /// The names of packages that take its place when it is gone: a regular expression.
    pub like: String,
}

#[derive(Deserialize)]
struct List {
    kernel: Vec<Kernel>,
}

/// All of them.
pub fn all() -> Vec<Kernel> {
    let list: List = toml::from_str(include_str!("kernels.toml")).expect("a test has read it");
    list.kernel
}

/// Those of `arch`, where one is given, and of these series, where any are.
///
/// # Errors
///
/// When a series is none of them.
pub fn chosen(arch: Option<Arch>, series: &[String]) -> Result<Vec<Kernel>> {
    let mut kernels = all();
    kernels.retain(|kernel| arch.is_none_or(|arch| kernel.arch == arch));
    let known: Vec<&str> = kernels
        .iter()
        .map(|kernel| kernel.series.as_str())
        .collect();
    if let Some(unknown) = series
        .iter()
        .find(|series| !known.contains(&series.as_str()))
    {
        bail!(
            "no kernel here is called '{unknown}': there are {}",
            known.join(", ")
        );
    }
    kernels.retain(|kernel| series.is_empty() || series.contains(&kernel.series));
    Ok(kernels)
}

impl Kernel {
    /// What people call it.
    pub fn name(&self) -> String {
        format!("{} {}", self.arch, self.series)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_are_chosen_by_name() {
        let names = |arch, series: &[&str]| -> Vec<String> {
            let series: Vec<String> = series.iter().map(ToString::to_string).collect();
            chosen(arch, &series)
                .unwrap()
                .iter()
                .map(Kernel::name)
                .collect()
        };
        assert!(names(None, &[]).len() >= 7);
        assert_eq!(names(None, &["6.1"]), ["x86-64 6.1"]);
        assert_eq!(names(None, &["7.2"]), ["x86-64 7.2", "arm64 7.2"]);
        assert_eq!(names(Some(Arch::Arm64), &["7.2"]), ["arm64 7.2"]);
        let error = chosen(Some(Arch::Arm64), &["5.10".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("7.2-16k"), "{error}");
    }
}
