//! Through a pair of Unix sockets.

use std::os::unix::net::UnixStream;

use anyhow::Result;
use common::pipe;

use crate::ends::{Read, Write};
use crate::{Consumer, Producer};

pub fn pair(busy: bool) -> Result<(Box<dyn Producer>, Box<dyn Consumer>)> {
    let (one, other) = UnixStream::pair().map_err(|error| common::refused("socketpair", error))?;
    if busy {
        pipe::never_block(&one)?;
        pipe::never_block(&other)?;
    }
    Ok((Box::new(Write::into(one)?), Box::new(Read::from(other)?)))
}
