//! A kernel's functions: where each begins, and what some of them are known by.

/// The kernel's functions by where they begin.
#[derive(Default)]
pub struct Functions {
    begins: Vec<(u64, String)>,
    sorted: bool,
}

const COPY_LOOPS: [&str; 6] = [
    "__arch_copy_from_user",
    "__arch_copy_to_user",
    "__pi_clear_page",
    "clear_page",
    "__pi_copy_page",
    "copy_page",
];

/// What only a writer's part of the run comes through, and only a reader's.
const WRITERS: [&str; 9] = [
    "pipe_write",
    "anon_pipe_write",
    "vmsplice_to_pipe",
    "__do_sys_vmsplice",
    "iter_to_pipe",
    "add_to_pipe",
    "copy_page_from_iter",
    "wait_for_space",
    "pipe_wait_writable",
];
const READERS: [&str; 8] = [
    "pipe_read",
    "anon_pipe_read",
    "copy_page_to_iter",
    "__splice_from_pipe",
    "pipe_to_null",
    "splice_from_pipe",
    "splice_from_pipe_next",
    "pipe_wait_readable",
];
/// Where one program stops and another goes on.
const SWITCHES: [&str; 2] = ["__switch_to_asm", "cpu_switch_to"];
/// A slot of the pipe has been emptied.
const SLOT_DONE: [&str; 2] = ["copy_page_to_iter", "pipe_to_null"];

/// What a function tells of who runs it, and how far it has got.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Role {
    /// Only a writer comes through it.
    Write,
    /// Only a reader does.
    Read,
    /// A reader, which has emptied a slot.
    SlotDone,
    /// One program stops here, and another goes on.
    Switch,
    /// It does nothing but copy.
    CopyLoop,
}

impl Functions {
    /// Adds some.
    pub fn add(&mut self, functions: Vec<(u64, String)>) {
        self.begins.extend(functions);
        self.sorted = false;
    }

    /// To be called when all are there.
    pub fn sort(&mut self) {
        // Of two names for one function, always the same: the one with fewer underscores first.
        self.begins
            .sort_by(|one, two| (one.0, one.1.len(), &one.1).cmp(&(two.0, two.1.len(), &two.1)));
        self.begins.dedup_by_key(|function| function.0);
        self.sorted = true;
    }

    /// The function that holds this address: its place in the list.
    pub fn at(&self, address: u64) -> Option<usize> {
        assert!(self.sorted, "a list that is not sorted cannot be searched");
        let after = self
            .begins
            .partition_point(|function| function.0 <= address);
        after.checked_sub(1)
    }

    /// The name of the one at this place in the list.
    pub fn name(&self, place: usize) -> &str {
        &self.begins[place].1
    }

    /// Whether the one at this place begins at this address.
    pub fn begins(&self, place: usize, address: u64) -> bool {
        self.begins[place].0 == address
    }

    /// What the one at each place is here for; most are for nothing.
    pub fn roles(&self) -> Vec<Option<Role>> {
        self.begins.iter().map(|(_, name)| role(name)).collect()
    }
}

fn role(name: &str) -> Option<Role> {
    let is_one_of = |names: &[&str]| names.contains(&name);
    if is_one_of(&SWITCHES) {
        Some(Role::Switch)
    } else if is_one_of(&SLOT_DONE) {
        Some(Role::SlotDone)
    } else if is_one_of(&WRITERS) {
        Some(Role::Write)
    } else if is_one_of(&READERS) {
        Some(Role::Read)
    } else if is_one_of(&COPY_LOOPS) {
        Some(Role::CopyLoop)
    } else {
        None
    }
}
