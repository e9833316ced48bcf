//! Instructions counted by the function that they are in, and by the end of the pipe that
//! runs it.

use std::collections::{BTreeMap, HashMap};

use crate::functions::{Functions, Role};

/// A program's end of the pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// The writing end.
    Write,
    /// The reading end.
    Read,
}

/// In the place of a function's name: the program itself.
pub const PROGRAM: &str = "(the program)";
/// Likewise: bytes that are copied or cleared. A string instruction of x86-64 (`rep movsb`)
/// counts once for each byte; other processors have a loop, in functions of their own.
pub const COPYING: &str = "(copying)";
/// Counts instructions, one after another, as they are run.
pub struct Watch<'a> {
    functions: &'a Functions,
    /// What each function is here for, by its place in the list.
    roles: Vec<Option<Role>>,
    /// Where the last instruction was, and its function.
    last: (u64, Place),
    /// What has been counted since the last switch.
    part: Part,
    /// What is whole: from the start of a writer's part to the start of another.
    whole: Vec<Part>,
}

/// What an instruction is counted as.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Program,
    Function(usize),
    Copying,
}

#[derive(Default)]
struct Part {
    end: Option<End>,
    slots: u64,
    counts: HashMap<Place, u64>,
}

/// What a slot's worth of bytes took: by end and function, in instructions.
pub type PerSlot = BTreeMap<(End, String), f64>;

impl<'a> Watch<'a> {
    /// Before the first.
    pub fn new(functions: &'a Functions) -> Watch<'a> {
        Watch {
            functions,
            roles: functions.roles(),
            last: (0, Place::Program),
            part: Part::default(),
            whole: Vec::new(),
        }
    }

    /// An instruction at this address is run.
    pub fn ran(&mut self, address: u64) {
        // All kernels lie in the upper half.
        let function = match address >> 63 {
            0 => None,
            _ => self.functions.at(address),
        };
        let role = function.and_then(|place| self.roles[place]);
        let place = match function {
            // A string instruction that goes on.
            Some(_) if address == self.last.0 => Place::Copying,
            Some(_) if role == Some(Role::CopyLoop) => Place::Copying,
            Some(function) => Place::Function(function),
            None => Place::Program,
        };
        *self.part.counts.entry(place).or_default() += 1;
        let begins = function.is_some_and(|place| self.functions.begins(place, address));
        match role {
            Some(Role::Write) => self.part.end = Some(End::Write),
            Some(Role::Read) => self.part.end = Some(End::Read),
            Some(Role::SlotDone) => {
                self.part.end = Some(End::Read);
                self.part.slots += u64::from(begins);
            }
            Some(Role::Switch) if begins => self.whole.push(std::mem::take(&mut self.part)),
            Some(Role::Switch | Role::CopyLoop) | None => {}
        }
        self.last = (address, place);
    }

    /// The last instruction was not run after all.
    pub fn not_run(&mut self) {
        if let Some(count) = self.part.counts.get_mut(&self.last.1) {
            *count = count.saturating_sub(1);
        }
    }

    /// How many slots have been emptied in parts that are whole.
    pub fn slots(&self) -> u64 {
        self.whole.iter().map(|part| part.slots).sum()
    }

    /// What has been counted, for each slot. `None` where no round was whole.
    pub fn per_slot(&self) -> Option<PerSlot> {
        // The first part had begun before anybody looked.
        let starts: Vec<usize> = (1..self.whole.len())
            .filter(|&at| {
                self.whole[at].end == Some(End::Write) && self.whole[at - 1].end != Some(End::Write)
            })
            .collect();
        let rounds = &self.whole[*starts.first()?..*starts.last()?];
        let slots: u64 = rounds.iter().map(|part| part.slots).sum();
        let mut found = PerSlot::new();
        for part in rounds {
            let Some(end) = part.end else {
                continue;
            };
            for (place, count) in &part.counts {
                let name = match place {
                    Place::Program => PROGRAM,
                    Place::Copying => COPYING,
                    Place::Function(function) => self.functions.name(*function),
                };
                *found.entry((end, name.to_owned())).or_default() += *count as f64 / slots as f64;
            }
        }
        (slots > 0).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_counted_from_writer_to_writer() {
        let mut functions = Functions::default();
        const K: u64 = 0xffff_ffff_8000_0000;
        for (at, name) in [
            (0x100, "pipe_write"),
            (0x200, "pipe_read"),
            (0x300, "copy_page_to_iter"),
            (0x400, "__switch_to_asm"),
            (0x500, "schedule"),
        ] {
            functions.add(vec![(K + at, name.to_owned())]);
        }
        functions.sort();
        let mut watch = Watch::new(&functions);
        let mut run = |addresses: &[u64]| addresses.iter().for_each(|at| watch.ran(*at));
        let switch = [K + 0x500, K + 0x504, K + 0x400];
        let write = [0x40_0000, K + 0x100, K + 0x104];
        // The last is a string instruction, three times.
        let read = [K + 0x200, K + 0x300, K + 0x304, K + 0x304, K + 0x304];
        // It begins in the middle of a writer's part, and ends in a reader's.
        for _ in 0..4 {
            run(&write);
            run(&switch);
            run(&read);
            run(&switch);
        }
        watch.ran(K + 0x100);
        watch.not_run();
        assert_eq!(watch.slots(), 4);
        let found = watch.per_slot().unwrap();
        let of = |end, name: &str| found.get(&(end, name.to_owned())).copied();
        assert_eq!(of(End::Write, "pipe_write"), Some(2.0));
        assert_eq!(of(End::Write, PROGRAM), Some(1.0));
        assert_eq!(of(End::Read, "copy_page_to_iter"), Some(2.0));
        assert_eq!(of(End::Read, COPYING), Some(2.0));
        assert_eq!(of(End::Read, "pipe_write"), None);
        assert_eq!(of(End::Write, "schedule"), Some(2.0));
    }
}
