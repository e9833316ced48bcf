//! The processes and the pipes that are known by now, and how new ones are found: through
//! /proc, so that no command has to be understood.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::descriptors::{Descriptor, Identity, Target};
use crate::doing::Ends;
use crate::held::Held;
use crate::peek::Peek;
use crate::reason::Level;
use crate::watched::{self, Watched};

/// A pipe that is watched.
#[derive(Debug)]
pub struct Pipe {
    /// Which one it is.
    pub identity: Identity,
    /// Who holds its ends now.
    pub now: Ends,
    /// How it is looked at; not at all where it has a name, as that would be noticed.
    peek: Option<Peek>,
    size: Option<usize>,
}

/// All that is known.
#[derive(Debug, Default)]
pub struct Scene {
    /// Its processes; one that has ended keeps its place.
    pub processes: Vec<Watched>,
    /// Its pipes, likewise.
    pub pipes: Vec<Pipe>,
    by_identity: BTreeMap<Identity, usize>,
    /// What everybody here was given by who started us, and nobody uses.
    not_ours: BTreeSet<Target>,
}

impl Scene {
    /// Nothing yet; these are not looked at.
    pub fn without(not_ours: BTreeSet<Target>) -> Scene {
        Scene {
            not_ours,
            ..Scene::default()
        }
    }

    /// Adds the process, unless it is known or the watcher itself.
    pub fn add(&mut self, pid: i32) -> Option<usize> {
        if pid == std::process::id() as i32 {
            return None;
        }
        let known = |process: &Watched| process.pid == pid && !process.gone;
        if self.processes.iter().any(known) {
            return None;
        }
        self.processes.push(Watched::new(pid)?);
        Some(self.processes.len() - 1)
    }

    /// Finds what the known processes have started, and what all of them hold.
    pub fn look_around(&mut self, roots: &[i32]) {
        for child in roots.iter().flat_map(|&root| watched::children(root, root)) {
            self.add(child);
        }
        let mut next = 0;
        while next < self.processes.len() {
            if !self.processes[next].gone {
                for child in self.processes[next].children() {
                    self.add(child);
                }
            }
            next += 1;
        }
        for pipe in &mut self.pipes {
            pipe.now = Ends::default();
        }
        for process in 0..self.processes.len() {
            if self.processes[process].gone {
                continue;
            }
            let known = &mut self.processes[process];
            if let Some(open) = known.look_at_descriptors(&self.not_ours) {
                self.take_note(process, &open);
            }
        }
    }

    fn take_note(&mut self, process: usize, open: &[Descriptor]) {
        let pid = self.processes[process].pid;
        let mut pipes = BTreeMap::new();
        for descriptor in open {
            let Target::Pipe(identity) = &descriptor.target else {
                continue;
            };
            let pipe = self.pipe(identity, pid, descriptor.number);
            pipes.insert(descriptor.number, pipe);
            let now = &mut self.pipes[pipe].now;
            if descriptor.reads && !now.readers.contains(&process) {
                now.readers.push(process);
            }
            if descriptor.writes && !now.writers.contains(&process) {
                now.writers.push(process);
            }
        }
        let ends = |writes: bool| -> Vec<usize> {
            let held = pipes.iter().filter(|(number, _)| {
                let mut all = open.iter().filter(|open| open.number == **number);
                all.any(|open| if writes { open.writes } else { open.reads })
            });
            held.map(|(_, &pipe)| pipe).collect()
        };
        let (inputs, outputs) = (ends(false), ends(true));
        let known = &mut self.processes[process].open;
        known.inputs = inputs;
        known.outputs = outputs;
        known.pipes = pipes;
    }

    fn pipe(&mut self, identity: &Identity, pid: i32, fd: i32) -> usize {
        let peek = || match identity {
            Identity::Anonymous(number) => Peek::new(pid, fd, *number).ok(),
            Identity::Named(..) => None,
        };
        if let Some(&known) = self.by_identity.get(identity) {
            let pipe = &mut self.pipes[known];
            // Who held it may have closed it just then.
            if pipe.peek.is_none() {
                pipe.peek = peek();
                pipe.look_at_size();
            }
            return known;
        }
        let peek = peek();
        self.pipes.push(Pipe {
            identity: identity.clone(),
            now: Ends::default(),
            size: peek.as_ref().and_then(|peek| peek.size().ok()),
            peek,
        });
        self.by_identity
            .insert(identity.clone(), self.pipes.len() - 1);
        self.pipes.len() - 1
    }

    /// How full each pipe is, as far as it can be seen.
    pub fn levels(&mut self) -> Vec<Option<Level>> {
        self.pipes.iter_mut().map(Pipe::level).collect()
    }

    /// Who holds which ends now.
    pub fn ends(&self) -> Vec<Ends> {
        self.pipes.iter().map(|pipe| pipe.now.clone()).collect()
    }

    /// Who has held the ends of this pipe.
    pub fn ever(&self, pipe: usize) -> Ends {
        let target = Target::Pipe(self.pipes[pipe].identity.clone());
        let who = |held: fn(&Watched) -> &Held| -> Vec<usize> {
            let all = self.processes.iter().enumerate();
            all.filter(|(_, process)| held(process).all().any(|it| *it == target))
                .map(|(place, _)| place)
                .collect()
        };
        Ends {
            writers: who(|process| &process.writes_to),
            readers: who(|process| &process.reads_from),
        }
    }

    /// Whether all processes have ended.
    pub fn is_over(&self) -> bool {
        self.processes.iter().all(|process| process.gone)
    }
}

impl Pipe {
    fn level(&mut self) -> Option<Level> {
        if self.now.writers.is_empty() && self.now.readers.is_empty() {
            return None;
        }
        let peek = self.peek.as_ref()?;
        let bytes = peek.bytes().ok()?;
        // Whoever has its end may be out of sight, so the kernel is asked.
        let unread = self.now.readers.is_empty() && peek.is_unread().ok()?;
        // It has been made larger since.
        if self.size.is_none_or(|size| bytes > size) {
            self.look_at_size();
        }
        let size = self.size?;
        Some(Level {
            bytes,
            size,
            unread,
        })
    }

    /// Asks how large it is: its owner may have changed that.
    pub fn look_at_size(&mut self) {
        if let Some(size) = self.peek.as_ref().and_then(|peek| peek.size().ok()) {
            self.size = Some(size);
        }
    }

    /// How many bytes are in it now.
    pub fn bytes(&self) -> Option<usize> {
        self.peek.as_ref()?.bytes().ok()
    }

    /// Makes it so large.
    ///
    /// # Errors
    ///
    /// When this user may not have that, or not do it.
    pub fn set_size(&mut self, bytes: usize) -> io::Result<()> {
        let peek = self.peek.as_ref().ok_or(io::ErrorKind::NotFound)?;
        self.size = Some(peek.set_size(bytes)?);
        Ok(())
    }

    /// How large it is, in bytes.
    pub fn size(&self) -> Option<usize> {
        self.size
    }

    /// Its name in the kernel.
    pub fn name(&self) -> String {
        match &self.identity {
            Identity::Anonymous(number) => format!("pipe:[{number}]"),
            Identity::Named(_, _, name) => name.clone(),
        }
    }
}
