//! What the writers say: X, or a line, as often as it fits into a slot.

use anyhow::{Result, bail};
use clap::Args;
use common::size;

/// What every writer here takes.
#[derive(Args)]
pub struct LineOptions {
    /// Repeat this text and a line end [default: X, without a line end]
    #[arg(long, value_name = "TEXT")]
    line: Option<String>,

    /// How large to make the pipe on standard output, and my own
    #[arg(long, value_name = "SIZE", default_value = "1MiB", value_parser = size::parse::<usize>)]
    pub pipe_size: usize,
}

impl LineOptions {
    /// As many whole lines as go into `slot` bytes.
    ///
    /// A slot that ends where a line does can follow itself: wherever tee(2)
    /// stops between two slots, the next call may start from the first again.
    ///
    /// # Errors
    ///
    /// When not one line fits.
    pub fn slotful(&self, slot: usize) -> Result<Vec<u8>> {
        let line = match &self.line {
            Some(text) => format!("{text}\n"),
            None => "X".to_owned(),
        };
        if line.len() > slot {
            bail!(
                "the line is {} bytes long with its end, and a slot of the pipe holds {slot}\n\
                 use a shorter line",
                line.len()
            );
        }
        Ok(line.repeat(slot / line.len()).into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slotful(line: Option<&str>, slot: usize) -> Result<Vec<u8>> {
        let line = line.map(str::to_owned);
        LineOptions { line, pipe_size: 1 }.slotful(slot)
    }

    #[test]
    fn a_slot_ends_where_a_line_does() {
        assert_eq!(slotful(None, 3).unwrap(), b"XXX");
        assert_eq!(slotful(Some("ab"), 8).unwrap(), b"ab\nab\n");
        assert_eq!(slotful(Some("ab"), 3).unwrap(), b"ab\n");
        assert_eq!(slotful(Some(""), 2).unwrap(), b"\n\n");
        assert!(slotful(Some("abc"), 3).is_err());
    }
}
