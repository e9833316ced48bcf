//! Where what is measured goes.

use anyhow::Result;
use clap::Args;
use measured::folder::Folder;
use measured::name::Name;

/// The options that name the folder.
#[derive(Args)]
pub struct Destination {
    /// The folder under book/measured that keeps what is measured [without it, `measure`
    /// and `perf` keep it in yours, the others nowhere]
    #[arg(long, value_name = "NAME")]
    machine: Option<Name>,

    /// Measure into book/measured/reference or second all the same: they are committed with the book
    #[arg(long)]
    replace_reference: bool,
}

impl Destination {
    /// The folder, where one is named.
    ///
    /// # Errors
    ///
    /// As for [`Folder::open`].
    pub fn folder(&self) -> Result<Option<Folder>> {
        let open = |machine| Folder::open(machine, self.replace_reference);
        self.machine.as_ref().map(open).transpose()
    }

    /// The folder that is named, or else that of the reader's machine.
    ///
    /// # Errors
    ///
    /// As for [`Folder::open`].
    pub fn folder_or_yours(&self) -> Result<Folder> {
        Folder::open(&self.machine(), self.replace_reference)
    }

    /// The machine that is named, or else the reader's.
    pub fn machine(&self) -> Name {
        self.machine.clone().unwrap_or(Name::yours())
    }
}
