//! The folder that the texts come into: shared, or a mail's attachments.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::shared::Shared;
use crate::{text, words};

/// More than any text needs.
const MOST_BYTES: u64 = 64 << 10;

/// All that came.
#[derive(PartialEq)]
pub struct Room {
    /// The machines, those of one kind side by side.
    pub people: Vec<Person>,
    /// Those files that say nothing, in the order of their names.
    pub left_out: Vec<LeftOut>,
}

/// One machine, under the name of its file.
#[derive(PartialEq)]
pub struct Person {
    /// That name, without its ending.
    pub name: String,
    /// What its text says.
    pub shared: Shared,
}

/// A file that is no text, or no second one.
#[derive(Debug, PartialEq)]
pub struct LeftOut {
    /// Its name.
    pub file: String,
    /// Why.
    pub why: String,
}

impl Room {
    /// Reads each file of the folder.
    ///
    /// # Errors
    ///
    /// When the folder itself cannot be read.
    pub fn read(folder: &Path) -> Result<Room> {
        let cannot = || format!("cannot read the folder {}", folder.display());
        let mut paths: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(folder).with_context(cannot)? {
            paths.push(entry.with_context(cannot)?.path());
        }
        paths.sort();
        let mut files: BTreeMap<PathBuf, Shared> = BTreeMap::new();
        let mut left_out = Vec::new();
        for path in paths {
            let first = |shared: &Shared| files.iter().find(|(_, known)| *known == shared);
            let read = read(&path).and_then(|shared| match first(&shared) {
                Some((first, _)) => bail!("it says the same as {}", file_name(first)),
                None => Ok(shared),
            });
            match read {
                Ok(shared) => {
                    files.insert(path, shared);
                }
                // It has gone again, as drafts do.
                Err(error) if is_gone(&error) => {}
                Err(error) => left_out.push(LeftOut {
                    file: file_name(&path),
                    why: words::shown(&format!("{error:#}")),
                }),
            }
        }
        let people = files.into_iter().map(|(path, shared)| Person {
            name: words::shown(&path.file_stem().unwrap_or_default().to_string_lossy()),
            shared,
        });
        let mut people: Vec<Person> = people.collect();
        people.sort_by(|one, other| kind(one).cmp(&kind(other)));
        Ok(Room { people, left_out })
    }
}

/// What machines are sorted by.
fn kind(person: &Person) -> (&str, Option<&str>, &str, &str) {
    let machine = &person.shared.machine;
    let hypervisor = machine.hypervisor.as_deref();
    (&machine.cpu, hypervisor, &machine.kernel, &person.name)
}

/// Follows no link, and waits for nobody: a FIFO would never end.
fn read(path: &Path) -> Result<Shared> {
    let file = File::options()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)
        .or_else(|error| match error.raw_os_error() {
            Some(libc::ELOOP) => bail!("it is a link, and no plain file"),
            Some(libc::ENXIO) => bail!("it is no plain file"),
            _ => Err(error).context("it cannot be read"),
        })?;
    let metadata = file.metadata().context("it cannot be read")?;
    ensure!(metadata.is_file(), "it is no plain file");
    let mut bytes = Vec::new();
    let read = file.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    read.context("it cannot be read")?;
    let size = metadata.len().max(bytes.len() as u64);
    ensure!(
        size <= MOST_BYTES,
        "it has {size} bytes, and a text has at most {MOST_BYTES}"
    );
    let text = str::from_utf8(&bytes).ok().context("it is not UTF-8")?;
    text::read(text)
}

fn is_gone(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<std::io::Error>();
    error.is_some_and(|error| error.kind() == ErrorKind::NotFound)
}

fn file_name(path: &Path) -> String {
    words::shown(&path.file_name().unwrap_or_default().to_string_lossy())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    use std::os::unix::fs::symlink;
    use std::process::Command;

    use tempfile::TempDir;

    use crate::shared::tests::sample;

    /// A folder with the texts of twenty machines.
    pub fn twenty() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for index in 0..20 {
            let path = folder.path().join(format!("person {index:02}.toml"));
            fs::write(path, text::write(&sample(index)).unwrap()).unwrap();
        }
        folder
    }

    fn write(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(folder.path().join(name), bytes).unwrap();
    }

    #[test]
    fn machines_of_one_kind_stand_side_by_side() {
        let room = Room::read(twenty().path()).unwrap();
        assert_eq!((room.people.len(), &*room.left_out), (20, &[][..]));
        let mut kinds: Vec<_> = room
            .people
            .iter()
            .map(|it| &it.shared.machine.cpu)
            .collect();
        kinds.dedup();
        assert_eq!(
            kinds,
            ["AMD EPYC", "Apple M2", "Intel(R) Core(TM) i7-8550U"]
        );
    }

    #[test]
    fn each_file_that_is_no_text_is_left_out_with_its_reason() {
        let folder = twenty();
        let good = text::write(&sample(20)).unwrap();
        write(&folder, "a-large.toml", vec![b'#'; 10 << 20]);
        write(&folder, "b-cut.toml", good.strip_suffix("# end\n").unwrap());
        write(&folder, "c-escapes.toml", format!("# \u{1b}[2J\n{good}"));
        write(&folder, "d-bytes.toml", b"cpu = '\xff'");
        write(&folder, "e-mail.txt", "Hello,\nhere is mine\n");
        write(&folder, "f-empty.toml", "");
        symlink("/etc/passwd", folder.path().join("g-link.toml")).unwrap();
        fs::create_dir(folder.path().join("h-folder")).unwrap();
        let fifo = folder.path().join("i-fifo.toml");
        assert!(Command::new("mkfifo").arg(fifo).status().unwrap().success());
        write(
            &folder,
            "person 03 (1).toml",
            text::write(&sample(3)).unwrap(),
        );
        write(&folder, "j\u{1b}\n<script>.toml", "x");
        let room = Room::read(folder.path()).unwrap();
        assert_eq!(room.people.len(), 20);
        let left_out: Vec<String> = room
            .left_out
            .iter()
            .map(|LeftOut { file, why }| format!("{file}: {}", why.lines().next().unwrap()))
            .collect();
        let not_toml = &left_out[4].strip_prefix("e-mail.txt: line 1: ");
        assert!(not_toml.is_some(), "{left_out:?}");
        let mut expected = vec![
            "a-large.toml: it has 10485760 bytes, and a text has at most 65536",
            "b-cut.toml: it is cut off: the last line must be '# end'",
            "c-escapes.toml: line 1: a control character",
            "d-bytes.toml: it is not UTF-8",
            &left_out[4],
            "f-empty.toml: line 1: missing field `fast_pipes`",
            "g-link.toml: it is a link, and no plain file",
            "h-folder: it is no plain file",
            "i-fifo.toml: it is no plain file",
            &left_out[9],
            "person 03.toml: it says the same as person 03 (1).toml",
        ];
        assert!(
            left_out[9].starts_with(r"j\u{1b}\u{a}<script>.toml: line 1: "),
            "{left_out:?}"
        );
        expected.sort_unstable();
        let mut found: Vec<&str> = left_out.iter().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn no_folder_is_an_error() {
        let error = Room::read(Path::new("/nonexistent")).err().unwrap();
        assert!(error.to_string().contains("/nonexistent"), "{error}");
    }
}
