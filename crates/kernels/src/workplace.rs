//! One kernel after another: what is done with each.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use bench::pair::programs_folder;
use bench::spinner;
use indicatif::{MultiProgress, ProgressBar};
use measured::kernels::{Count, Function};

use crate::boots::{self, Boots, Task};
use crate::committed::{self, Booted, Committed};
use crate::list::Kernel;
use crate::packages::Packages;
use crate::qemu::Machine;
use crate::report::Row;
use crate::{image, kvm, programs};

/// Where kernels are unpacked and programs packed, and what is known already.
pub struct Workplace {
    task: Task,
    folder: PathBuf,
    packages: Packages,
    archives: BTreeMap<&'static str, PathBuf>,
    committed: Committed,
    bars: MultiProgress,
    bar: ProgressBar,
    new: (Vec<Count>, Vec<Function>),
}

impl Workplace {
    /// In a folder beside the programs.
    ///
    /// # Errors
    ///
    /// When it cannot be made, or the committed counts cannot be read.
    pub fn new(task: Task) -> Result<Workplace> {
        let folder = programs_folder()?.join("../kernels");
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let folder = folder.canonicalize()?;
        let bars = MultiProgress::new();
        let bar = bars.add(ProgressBar::new_spinner());
        spinner::keep_turning(&bar);
        Ok(Workplace {
            task,
            packages: Packages::in_folder(&folder),
            folder,
            archives: BTreeMap::new(),
            committed: Committed::read()?,
            bars,
            bar,
            new: Default::default(),
        })
    }

    /// Does something without the bar in its way.
    pub fn suspended<T>(&self, what: impl FnOnce() -> T) -> T {
        self.bars.suspend(what)
    }

    /// Takes the bar away, and keeps what is to be committed.
    ///
    /// # Errors
    ///
    /// When that cannot be written.
    pub fn finish(self) -> Result<()> {
        self.bar.finish_and_clear();
        match self.new.0.is_empty() {
            true => Ok(()),
            false => committed::replace(self.new.0, self.new.1),
        }
    }

    /// What comes of one kernel, whatever that is.
    pub fn row(&mut self, kernel: &Kernel) -> Row {
        let mut row = Row::of(kernel);
        if let Err(error) = self.boots(kernel, &mut row) {
            row.fault(&format!("{error:#}"));
        }
        row
    }

    fn boots(&mut self, kernel: &Kernel, row: &mut Row) -> Result<()> {
        self.say(kernel, "its package");
        let package = self.packages.of(kernel)?;
        row.version = Some(package.version.clone());
        let image = image::unpacked(&package)?;
        let programs = self.programs(kernel)?;
        self.bar.set_message(kernel.name());
        let boots = Boots {
            machine: Machine {
                arch: kernel.arch,
                kernel: &image,
                programs: &programs,
                cpus: 2,
                memory: boots::MEMORY,
                counted: false,
                kvm: kvm::is_usable(kernel.arch),
                options: vec![self.task.boot_options.clone()],
                watched: None,
            },
            task: &self.task,
            bars: &self.bars,
            folder: &self.folder,
        };
        let all = boots.all();
        for (how, checked) in all.tried {
            row.tried(how, checked);
        }
        let Some(counted) = all.counted else {
            return Ok(());
        };
        let (counted, watched) = counted?;
        let from = Booted {
            kernel,
            version: &package.version,
            options: &self.task.boot_options,
        };
        for (stage, [write, read]) in &counted.stages {
            let compared = self.committed.compared(&from, &counted, *stage);
            row.counts
                .push((*stage, write.median + read.median, compared));
        }
        if self.task.keep {
            let (counts, functions) = committed::rows(&from, &counted, watched.as_ref());
            self.new.0.extend(counts);
            self.new.1.extend(functions);
        }
        Ok(())
    }

    fn say(&self, kernel: &Kernel, what: &str) {
        self.bar
            .set_message(format!("{}: {}", kernel.name(), what.trim()));
    }

    fn programs(&mut self, kernel: &Kernel) -> Result<PathBuf> {
        let target = kernel.arch.target();
        if let Some(archive) = self.archives.get(target) {
            return Ok(archive.clone());
        }
        self.say(
            kernel,
            "our programs for it, which takes minutes the first time",
        );
        let archive = programs::packed(kernel.arch, &self.folder)?;
        self.archives.insert(target, archive.clone());
        Ok(archive)
    }
}
