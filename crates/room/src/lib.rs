//! A workshop's room: `share` writes one machine's text, `show` builds a page of all of them.
//!
//! The texts come from anybody. They are read, checked and shown as text, and nothing in them
//! is followed or run.

mod folder;
mod page;
pub mod share;
mod shared;
pub mod show;
mod standings;
mod text;
mod waking;
mod words;
