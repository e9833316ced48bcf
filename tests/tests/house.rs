//! The plan of the house (ARCHITECTURE.md): who may use whom, and how its
//! files are cut.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tests::source::{Module, files, modules, used};
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

const HOUSE: &[Room] = &[
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
        // Of the stage its buffer, so that the doctor tries what the stage does.
        &["bench", "common", "measured", "stage4-hugepages"],
        "it says what this machine is and can do",
    ),
    room(
        "kernels",
        // The guest asks the doctor.
        &["bench", "common", "machine", "measured"],
        "it tries the programs on other kernels, and counts: it starts them as a reader does",
    ),
    room(
        "pipeline",
        // Of the data only its statistics.
        &["bench", "common", "measured"],
        "it watches pipelines that nobody here wrote",
    ),
    room(
        "room",
        &["bench", "charts", "common", "machine", "measured"],
        "it shares what was measured and passed, and shows what others share",
    ),
    room(
        "lab",
        // Of knobs only its memory that nobody has touched, which `pages` measures too.
        &[
            "bench",
            "charts",
            "common",
            "kernels",
            "knobs",
            "machine",
            "measured",
            "pipeline",
            "room",
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
