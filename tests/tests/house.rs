//! The plan of the house (ARCHITECTURE.md): who may use whom, and how its
//! files are cut.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tests::workspace;

/// A room, which others it may use, and what it is there for.
struct Room {
    name: &'static str,
    may_use: &'static [&'static str],
    purpose: &'static str,
}

const fn room(name: &'static str, may_use: &'static [&'static str], purpose: &'static str) -> Room {
    Room {
        name,
        may_use,
        purpose,
    }
}

const HOUSE: [Room; 16] = [
    room(
        "common",
        &[],
        "it holds what every program needs and no stage is about",
    ),
    room("stage1-write-read", &["common"], A_STAGE),
    room("stage2-vmsplice", &["common"], A_STAGE),
    room("stage3-splice", &["common"], A_STAGE),
    room("stage4-hugepages", &["common"], A_STAGE),
    room("stage5-busyloop", &["common", "stage4-hugepages"], A_STAGE),
    room(
        "beyond",
        &["common", "stage4-hugepages"],
        "it goes past the post, and is measured as the stages are: from outside",
    ),
    room(
        "bench",
        &["common"],
        "make builds it before anything else: it runs two programs, and nothing more",
    ),
    room(
        "knobs",
        &["common", "stage4-hugepages"],
        "it is two programs with every option of the original",
    ),
    room(
        "measured",
        &["bench", "common"],
        "it is the data between measuring and showing: it runs no program and draws no page",
    ),
    room(
        "charts",
        &["bench", "common", "measured"],
        "it draws what was measured, and does not measure",
    ),
    room(
        "machine",
        &["bench", "common", "measured"],
        "it says what this machine is and can do",
    ),
    room(
        "lab",
        // Of knobs only its memory that nobody has touched, which `pages` measures too.
        &[
            "bench",
            "charts",
            "common",
            "knobs",
            "machine",
            "measured",
            "stage4-hugepages",
        ],
        "it measures, and shows on a terminal: nobody uses it",
    ),
    room(
        "exercises",
        &["bench", "common", "measured", "stage4-hugepages"],
        "it is the workshop: it must not wait for what measures",
    ),
    room(
        "preprocessor",
        &["bench", "charts", "common", "measured"],
        "it weaves code, figures and data into the book, and builds nothing that measures",
    ),
    room(
        "tests",
        &[],
        "it sees the programs as a reader does, from outside",
    ),
];

const A_STAGE: &str =
    "it is a lesson: it knows common, and of the stages at most the fourth's buffer";

/// The workspace as cargo knows it.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(workspace())
        .output()
        .expect("cargo can be started");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    metadata["packages"].as_array().unwrap().clone()
}

#[test]
fn arrows_point_one_way() {
    let packages = packages();
    let name = |package: &Value| package["name"].as_str().unwrap().to_owned();
    let ours: BTreeSet<String> = packages.iter().map(name).collect();
    let planned: BTreeSet<String> = HOUSE.iter().map(|room| room.name.to_owned()).collect();
    assert_eq!(
        ours, planned,
        "a room is new or gone: say in HOUSE what it may use, and in ARCHITECTURE.md why"
    );
    for package in &packages {
        let room = HOUSE
            .iter()
            .find(|room| room.name == name(package))
            .unwrap();
        for dependency in package["dependencies"].as_array().unwrap() {
            // A crate's own tests may see programs from outside too: they use `tests`.
            if dependency["kind"] == "dev" {
                continue;
            }
            let used = name(dependency);
            assert!(
                !ours.contains(&used) || room.may_use.contains(&used.as_str()),
                "{} uses {used}, but {}\nit may use {:?}: what both need belongs into one of these",
                room.name,
                room.purpose,
                room.may_use
            );
        }
    }
}

#[test]
fn no_crate_is_built_in_two_ways() {
    for package in packages() {
        let features = package["features"].as_object().unwrap();
        assert!(
            features.is_empty(),
            "{} has feature flags {features:?}: what some do not need is a crate of its own",
            package["name"]
        );
    }
}

/// Every file of Rust in the repository, but what cargo has built.
fn files() -> Vec<PathBuf> {
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

#[test]
fn files_are_small_and_named_for_what_they_hold() {
    for path in files() {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(
            lines <= 300,
            "{} has {lines} lines: split it where two concepts meet",
            path.display()
        );
        assert!(
            !path.ends_with("mod.rs"),
            "{}: name it for what it holds, beside its folder",
            path.display()
        );
    }
}

/// A module by its path in its crate.
type Module = Vec<String>;

/// The modules of a crate's library or program, without their tests.
fn modules(source: &Path) -> BTreeMap<Module, String> {
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
fn used(module: &Module, code: &str, all: &BTreeMap<Module, String>) -> BTreeSet<Module> {
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

#[test]
fn no_two_modules_use_each_other() {
    for package in packages() {
        let manifest = Path::new(package["manifest_path"].as_str().unwrap());
        let source = manifest.with_file_name("src");
        let all = modules(&source);
        let arrows: BTreeMap<&Module, BTreeSet<Module>> = all
            .iter()
            .map(|(module, code)| (module, used(module, code, &all)))
            .collect();
        for (module, targets) in &arrows {
            for target in targets {
                assert!(
                    !arrows[target].contains(*module),
                    "{}: {} and {} use each other: what both need is a module of its own",
                    package["name"],
                    module.join("::"),
                    target.join("::")
                );
            }
        }
    }
}
