//! The workspace's Rust: its files, and which module uses which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::workspace;

/// Every file of Rust in the repository, but what cargo has built.
pub fn files() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "target" && name != "node_modules" && !name.starts_with('.')
            {
                walk(&path, found);
            } else if name.ends_with(".rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&workspace().canonicalize().unwrap(), &mut found);
    assert!(found.len() > 100, "the walk has found {}", found.len());
    found
}

/// A module by its path in its crate.
pub type Module = Vec<String>;

/// The modules of a crate's library or program, without their tests.
pub fn modules(source: &Path) -> BTreeMap<Module, String> {
    let inside = files().into_iter().filter(|path| path.starts_with(source));
    inside
        .filter_map(|path| {
            let relative = path.strip_prefix(source).unwrap().with_extension("");
            let mut module: Module = relative
                .iter()
                .map(|part| part.to_string_lossy().into_owned())
                .collect();
            module.retain(|part| part != "lib" && part != "main");
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap().to_owned();
            (module.first().map(String::as_str) != Some("bin")).then_some((module, code))
        })
        .collect()
}

/// The modules that `code` names, as `crate::…`, `super::…` or by the name of a child.
pub fn used(module: &Module, code: &str, all: &BTreeMap<Module, String>) -> BTreeSet<Module> {
    // A library's root hands on what its modules hold, and uses none of it.
    let is_code =
        |line: &&str| !line.trim_start().starts_with("//") && !line.starts_with("pub use");
    let code: String = code.lines().filter(is_code).collect::<Vec<_>>().join("\n");
    let parent: Module = module[..module.len().saturating_sub(1)].to_vec();
    let mut found = BTreeSet::new();
    for (start, base) in [("crate::", Vec::new()), ("super::", parent)] {
        for (at, _) in code.match_indices(start) {
            found.extend(targets(&base, &code[at + start.len()..], all));
        }
    }
    for child in all.keys() {
        let is_child = child.len() == module.len() + 1 && child.starts_with(module);
        if is_child && code.contains(&format!("{}::", child.last().unwrap())) {
            found.insert(child.clone());
        }
    }
    found.remove(module);
    found
}

/// The modules that a path such as `doctor::check::Verdict` or `{size, pipe::open}`
/// leads to from `base`.
fn targets(base: &Module, path: &str, all: &BTreeMap<Module, String>) -> Vec<Module> {
    if let Some(group) = path.strip_prefix('{') {
        let group = group.split('}').next().unwrap();
        let names = group.split(',').map(str::trim);
        return names.flat_map(|name| targets(base, name, all)).collect();
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let word = path.split(|c| !is_word(c)).next().unwrap();
    let next = [base.as_slice(), &[word.to_owned()]].concat();
    match path[word.len()..].strip_prefix("::") {
        Some(rest) if all.contains_key(&next) => targets(&next, rest, all),
        _ if all.contains_key(&next) => vec![next],
        _ => vec![base.clone()],
    }
}
