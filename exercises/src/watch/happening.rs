//! What comes to who watches.

/// What the learner has done.
pub enum Happening {
    /// The file has changed.
    Saved,
    /// A key was pressed.
    Key(char),
}
