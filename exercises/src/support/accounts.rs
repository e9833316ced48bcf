//! What the kernel tells of a started program: its CPU time, sleeps, calls and bytes.

use std::fs;
use std::time::Duration;

use anyhow::Context;

use super::on_cpu;
use super::running::Running;

impl Running {
    /// The CPU time that it has used so far, with all threads that it has: the first number
    /// of `/proc/<task>/schedstat`.
    ///
    /// # Errors
    ///
    /// When the kernel does not tell.
    pub fn cpu_time(&self) -> anyhow::Result<Duration> {
        let path = format!("/proc/{}/task", self.number());
        let tasks = fs::read_dir(&path).with_context(|| format!("cannot read {path}"))?;
        tasks
            .flatten()
            .map(|task| on_cpu::time_of(&task.path()))
            .sum()
    }

    /// How many bytes it has got by read(2) and its kin: proc_pid_io(5).
    ///
    /// # Errors
    ///
    /// When the kernel does not count.
    pub fn bytes_read(&self) -> anyhow::Result<u64> {
        self.count("io", "rchar:")
    }

    /// How many bytes it has given to write(2) and its kin: proc_pid_io(5).
    ///
    /// # Errors
    ///
    /// When the kernel does not count.
    pub fn bytes_written(&self) -> anyhow::Result<u64> {
        self.count("io", "wchar:")
    }

    /// How many calls of write(2) and its kin have come back: proc_pid_io(5).
    ///
    /// # Errors
    ///
    /// When the kernel does not count.
    pub fn write_calls(&self) -> anyhow::Result<u64> {
        self.count("io", "syscw:")
    }

    /// How often it has given up its CPU to wait: proc_pid_status(5).
    ///
    /// # Errors
    ///
    /// When the kernel does not count.
    pub fn sleeps(&self) -> anyhow::Result<u64> {
        self.count("status", "voluntary_ctxt_switches:")
    }

    /// Whether it waits for something now: state S in proc_pid_status(5).
    ///
    /// # Errors
    ///
    /// When the kernel does not tell.
    pub fn is_asleep(&self) -> anyhow::Result<bool> {
        Ok(self.line("status", "State:")?.starts_with('S'))
    }

    /// Whether this signal interrupts what it waits in: it has a handler, and is not held back.
    ///
    /// # Errors
    ///
    /// When the kernel does not tell.
    pub fn is_interrupted_by(&self, signal: i32) -> anyhow::Result<bool> {
        let among = |signals: &str| -> anyhow::Result<bool> {
            let signals = u64::from_str_radix(&self.line("status", signals)?, 16)?;
            Ok(signals & 1 << (signal - 1) != 0)
        };
        Ok(among("SigCgt:")? && !among("SigBlk:")?)
    }

    fn count(&self, file: &str, name: &str) -> anyhow::Result<u64> {
        Ok(self.line(file, name)?.parse()?)
    }

    /// What stands behind this name in that file.
    fn line(&self, file: &str, name: &str) -> anyhow::Result<String> {
        let path = format!("/proc/{}/{file}", self.number());
        let lines = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        let line = lines.lines().find_map(|line| line.strip_prefix(name));
        let line = line.with_context(|| format!("no {name} in {path}"))?;
        Ok(line.trim().to_owned())
    }
}
