//! Serves the book to a browser on this machine, and builds it again at each change.

use std::fs;
use std::path::{Component, Path};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::Args;
use notify::{RecursiveMode, Watcher};
use tiny_http::{Header, Response, Server};

use crate::build;

/// The options of `preprocessor serve`.
#[derive(Args)]
pub struct Options {
    /// Where on 127.0.0.1; 0 takes any that is free
    #[arg(long, default_value_t = 3000)]
    port: u16,
}

/// What the pages come from, beside the stages.
const SOURCES: [&str; 7] = [
    "beyond",
    "book/book.toml",
    "book/measured",
    "book/src",
    "book/theme",
    "crates",
    "exercises",
];

/// Stands at the end of each page served, and in no file: shows the page again
/// when the book was built again.
const SCRIPT: &str = r#"<script>
const builds = () => fetch("/builds").then((answer) => answer.text());
builds().then((first) => setInterval(async () => {
  if (await builds() !== first) location.reload();
}, 1000));
</script>
"#;

/// Builds the book, serves it, opens it, and builds it at each change, until killed.
///
/// # Errors
///
/// When the address is taken, or the first build fails; a later one only says why.
pub fn run(options: &Options) -> Result<()> {
    build::show_warnings();
    // This machine alone, and no name to be looked up.
    let server = Server::http(("127.0.0.1", options.port)).map_err(|error| {
        anyhow!(
            "cannot serve on 127.0.0.1:{}: {error}\n\
             another make serve may be running; or take another port:\n\
             target/release/preprocessor serve --port 3001",
            options.port
        )
    })?;
    let address = format!("http://{}", server.server_addr());
    // Before the first build, so that no change is missed.
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(sender)?;
    for source in sources()? {
        watcher
            .watch(Path::new(&source), RecursiveMode::Recursive)
            .with_context(|| format!("cannot watch {source}"))?;
    }
    build::build()?;
    let builds = Arc::new(AtomicUsize::new(1));
    let counted = Arc::clone(&builds);
    thread::Builder::new()
        .spawn(move || answer(&server, &counted))
        .context("cannot start a thread that serves: `ulimit -u` says how many you may have")?;
    common::print(format_args!("Read it at {address}; Ctrl-C ends this\n"))?;
    open(&address);
    for event in &changes {
        // To open or read a file is an event, too.
        if event?.kind.is_access() {
            continue;
        }
        // An editor writes more than once.
        thread::sleep(Duration::from_millis(200));
        while changes.try_recv().is_ok() {}
        match build::build() {
            Ok(()) => drop(builds.fetch_add(1, Ordering::Relaxed)),
            Err(error) => common::say(format_args!("{error:#}")),
        }
    }
    Ok(())
}

fn sources() -> Result<Vec<String>> {
    let mut sources: Vec<String> = SOURCES.map(str::to_owned).into();
    for entry in fs::read_dir(".")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("stage") {
            sources.push(name);
        }
    }
    Ok(sources)
}

/// In the user's browser, where there is one; else they have the address.
fn open(address: &str) {
    let _ = Command::new("xdg-open")
        .arg(address)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
}

fn answer(server: &Server, builds: &AtomicUsize) {
    for request in server.incoming_requests() {
        let (kind, body) = match request.url() {
            "/builds" => (
                "text/plain",
                Some(builds.load(Ordering::Relaxed).to_string().into_bytes()),
            ),
            url => page(url),
        };
        let status = if body.is_some() { 200 } else { 404 };
        let kind = Header::from_bytes("Content-Type", kind).expect("the header is ASCII");
        let response = Response::from_data(body.unwrap_or_default())
            .with_status_code(status)
            .with_header(kind);
        // A browser that has gone needs no answer.
        let _ = request.respond(response);
    }
}

/// A file's type, and what is in it; nothing if the book has no such file.
fn page(url: &str) -> (&'static str, Option<Vec<u8>>) {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let path = Path::new(match url.trim_start_matches('/') {
        "" => "index.html",
        path => path,
    });
    let kind = match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "text/plain; charset=utf-8",
    };
    // Nothing outside of the book's folder.
    let inside = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let mut body = inside
        .then(|| fs::read(Path::new(build::FOLDER).join(path)).ok())
        .flatten();
    if let Some(body) = body.as_mut().filter(|_| kind.starts_with("text/html")) {
        body.extend_from_slice(SCRIPT.as_bytes());
    }
    (kind, body)
}
