//! The ways through a pipe.

use std::io::{PipeReader, PipeWriter};

use anyhow::Result;
use common::pipe;

use crate::ends::{Read, ToFile, ToMemory, ToNull, Vmsplice, Write, flags};
use crate::{CHUNK, Consumer, Producer};

type Ends = (Box<dyn Producer>, Box<dyn Consumer>);

pub fn write_read(busy: bool) -> Result<Ends> {
    let (reader, writer) = pipe_of(busy)?;
    Ok((
        Box::new(Write::into(writer)?),
        Box::new(Read::from(reader)?),
    ))
}

pub fn vmsplice_read(busy: bool) -> Result<Ends> {
    let (reader, writer) = pipe_of(busy)?;
    Ok((
        Box::new(Vmsplice::into(writer, busy)?),
        Box::new(Read::from(reader)?),
    ))
}

pub fn vmsplice_vmsplice(busy: bool) -> Result<Ends> {
    let (reader, writer) = pipe_of(busy)?;
    let out = ToMemory::new(reader, flags(busy))?;
    Ok((Box::new(Vmsplice::into(writer, busy)?), Box::new(out)))
}

pub fn vmsplice_file(busy: bool) -> Result<Ends> {
    let (reader, writer) = pipe_of(busy)?;
    let out = ToFile::new(reader, flags(busy))?;
    Ok((Box::new(Vmsplice::into(writer, busy)?), Box::new(out)))
}

pub fn vmsplice_null(busy: bool) -> Result<Ends> {
    let (reader, writer) = pipe_of(busy)?;
    let out = ToNull::new(reader, flags(busy))?;
    Ok((Box::new(Vmsplice::into(writer, busy)?), Box::new(out)))
}

/// A pipe of one chunk; calls on it fail where they would sleep, if `busy`.
pub fn pipe_of(busy: bool) -> Result<(PipeReader, PipeWriter)> {
    let (reader, writer) = pipe::new()?;
    pipe::set_size(&writer, CHUNK)?;
    if busy {
        pipe::never_block(&reader)?;
        pipe::never_block(&writer)?;
    }
    Ok((reader, writer))
}
