//! Where the kernel's files are read from: /, or a folder that stands in for it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The folder that holds `proc` and `sys`. Every file in it may be missing:
/// kernels, containers and users differ in what they have and may see.
pub struct Roots {
    folder: PathBuf,
}

impl Roots {
    /// This machine's own.
    pub fn of_this_machine() -> Roots {
        Roots::in_folder("/")
    }

    /// Those in `folder`: a test's, or copies from another machine.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Roots {
        Roots {
            folder: folder.into(),
        }
    }

    /// Whether asking this machine's CPU or kernel directly gives facts that
    /// belong with these files.
    pub fn are_of_this_machine(&self) -> bool {
        self.folder == Path::new("/")
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where sysfs is.
    pub fn sys(&self) -> PathBuf {
        self.folder.join("sys")
    }

    /// Whether there is a file or folder at `path`, as in `sys/hypervisor`.
    pub fn has(&self, path: &str) -> bool {
        self.folder.join(path).exists()
    }

    /// The text of the file at `path`, as in `proc/cpuinfo`, without the white
    /// space around it; none if it is missing, forbidden or empty.
    pub fn text(&self, path: &str) -> Option<String> {
        let bytes = fs::read(self.folder.join(path)).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        // A device tree's strings end with a zero byte.
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The first `count` lines of the file at `path`, which may be long.
    pub fn first_lines(&self, path: &str, count: usize) -> Vec<String> {
        let file = fs::File::open(self.folder.join(path)).ok();
        file.map(BufReader::new)
            .into_iter()
            .flat_map(|file| file.lines().map_while(Result::ok).take(count))
            .collect()
    }

    /// The number in the file at `path`.
    pub fn number<N: FromStr>(&self, path: &str) -> Option<N> {
        self.text(path)?.parse().ok()
    }

    /// The one in brackets of the choices in the file at `path`, as in
    /// `always [madvise] never`.
    pub fn choice(&self, path: &str) -> Option<String> {
        let text = self.text(path)?;
        let (_, rest) = text.split_once('[')?;
        let (chosen, _) = rest.split_once(']')?;
        Some(chosen.to_owned())
    }

    /// The names in the folder at `path`, in order.
    pub fn names(&self, path: &str) -> Vec<String> {
        let entries = fs::read_dir(self.folder.join(path));
        let mut names: Vec<String> = entries
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        names
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A machine made of files: (path, text).
    pub(crate) struct FakeMachine(tempfile::TempDir);

    impl FakeMachine {
        pub(crate) fn new(files: &[(&str, &str)]) -> FakeMachine {
            let folder = tempfile::tempdir().unwrap();
            for (path, text) in files {
                let path = folder.path().join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            FakeMachine(folder)
        }

        pub(crate) fn roots(&self) -> Roots {
            Roots::in_folder(self.0.path())
        }
    }

    #[test]
    fn files_are_read_in_the_kernels_forms() {
        let machine = FakeMachine::new(&[
            ("sys/text", "word\n"),
            ("sys/number", "42\n"),
            ("sys/choice", "always [madvise] never\n"),
            ("sys/empty", "\n"),
        ]);
        let roots = machine.roots();
        assert_eq!(roots.text("sys/text").as_deref(), Some("word"));
        assert_eq!(roots.number("sys/number"), Some(42));
        assert_eq!(roots.choice("sys/choice").as_deref(), Some("madvise"));
        assert_eq!(roots.text("sys/empty"), None);
        assert_eq!(roots.names("sys"), ["choice", "empty", "number", "text"]);
        assert!(roots.has("sys/empty"));
    }

    #[test]
    fn what_is_missing_is_none_and_no_error() {
        let roots = Roots::in_folder("/nonexistent");
        assert!(!roots.has("sys"));
        assert_eq!(roots.text("proc/cpuinfo"), None);
        assert_eq!(roots.number::<u64>("proc/sys/fs/pipe-max-size"), None);
        assert_eq!(roots.choice("sys/choice"), None);
        assert!(roots.names("sys").is_empty());
    }
}
