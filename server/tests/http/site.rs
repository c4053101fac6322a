//! The binary as a process of its own: started, asked, killed.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use ureq::Body;
use ureq::http::{HeaderMap, Request, Response};

use crate::prepared;

/// Declares a test that runs with both databases.
macro_rules! on_both {
    ($($(#[$meta:meta])* fn $name:ident($home:ident: Home) $body:block)+) => {$(
        $(#[$meta])*
        fn $name($home: &$crate::site::Home) $body

        mod $name {
            #[test]
            fn on_sqlite() {
                super::$name(&$crate::site::Home::on_sqlite());
            }

            #[test]
            fn on_postgres() {
                if let Some(home) = $crate::site::Home::on_postgres() {
                    super::$name(&home);
                }
            }
        }
    )+};
}
pub(crate) use on_both;

/// A folder and a database that outlast the processes that use them.
pub(crate) struct Home {
    folder: TempDir,
    database: Option<(String, String)>,
    /// What its first process has found.
    found: OnceLock<Found>,
}

/// What a home holds before anything has run in it.
#[derive(Debug, Clone, Copy)]
enum Found {
    Nothing,
    /// A copy of what `seed` makes.
    Demo,
}

impl Home {
    pub(crate) fn on_sqlite() -> Self {
        Self { folder: folder(), database: None, found: OnceLock::new() }
    }

    pub(crate) fn on_postgres() -> Option<Self> {
        let Ok(cluster) = std::env::var("MULTITUDE_TEST_POSTGRES") else {
            assert!(
                std::env::var("CI").is_err(),
                "MULTITUDE_TEST_POSTGRES must name a PostgreSQL cluster in CI"
            );
            eprintln!("skipped: MULTITUDE_TEST_POSTGRES names no PostgreSQL cluster");
            return None;
        };
        let folder = folder();
        let name = folder.path().file_name().unwrap().to_str().unwrap().to_ascii_lowercase();
        Some(Self { folder, database: Some((cluster, name)), found: OnceLock::new() })
    }

    /// Begins it, for its first process.
    fn begin(&self, with: Found) {
        self.found.get_or_init(|| {
            match (with, &self.database) {
                (Found::Nothing, None) => {}
                (Found::Nothing, Some((cluster, name))) => {
                    execute(cluster, &format!("CREATE DATABASE {name}"));
                }
                (Found::Demo, None) => prepared::copy_files(self.folder()),
                (Found::Demo, Some((cluster, name))) => {
                    prepared::copy_database(cluster, name, self.folder());
                }
            }
            with
        });
    }

    /// A process of the demo world that serves; whoever is first finds the world made.
    fn serving(&self) -> Command {
        self.begin(Found::Demo);
        self.command()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_multitude"));
        command
            .env_remove("DATABASE_URL")
            .env("MULTITUDE_DATA_DIR", self.folder.path())
            .env("MULTITUDE_DEMO", "true")
            .env("MULTITUDE_RATE_LIMITS", "off");
        // An empty variable says nothing.
        for unset in ["SMTP_URL", "METRICS_ADDR", "PUBLIC_URL", "LANGUAGE", "TRUSTED_PROXY"] {
            command.env(format!("MULTITUDE_{unset}"), "");
        }
        if let Some((cluster, name)) = &self.database {
            let (base, _) = cluster.rsplit_once('/').unwrap();
            command.env("MULTITUDE_DATABASE_URL", format!("{base}/{name}"));
        }
        command
    }

    /// The folder that its processes keep everything in.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A process that knows of no demo world.
    pub(crate) fn plain(&self) -> Command {
        self.begin(Found::Nothing);
        let mut command = self.command();
        command.env_remove("MULTITUDE_DEMO").env_remove("MULTITUDE_RATE_LIMITS");
        command
    }

    /// Starts a process and waits until it serves.
    pub(crate) fn serve(&self) -> Site {
        self.serve_with(&[])
    }

    /// As [`Home::serve`], with further options.
    pub(crate) fn serve_with(&self, options: &[&str]) -> Site {
        Self::start(self.serving(), options)
    }

    /// Starts a process that knows of no demo world, and waits until it serves.
    pub(crate) fn serve_plain(&self, options: &[&str]) -> Site {
        Self::start(self.plain(), options)
    }

    /// As [`Home::serve`], with everything that may be logged.
    pub(crate) fn serve_talkative(&self) -> Site {
        let mut command = self.serving();
        command.env("MULTITUDE_LOG", "debug");
        Self::start(command, &[])
    }

    fn start(mut command: Command, options: &[&str]) -> Site {
        let mut process = command
            .args(["serve", "--addr", "127.0.0.1:0"])
            .args(options)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap());
        let mut said = String::new();
        let url = loop {
            let mut line = String::new();
            assert!(log.read_line(&mut line).unwrap() > 0, "the process ended before it served:\n{said}");
            said.push_str(&line);
            if let Some(url) = address_in(&line, "serving on ") {
                break url;
            }
        };
        let said = Arc::new(Mutex::new(said));
        // Somebody has to read on, or the process would wait for room in the pipe.
        let kept = Arc::clone(&said);
        std::thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                let mut kept = kept.lock().unwrap();
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        Site { process: Mutex::new(process), url, agent: agent(), said }
    }

    /// Takes the database away from whoever is connected.
    pub(crate) fn lose_database(&self) {
        let (cluster, name) = self.database.as_ref().unwrap();
        execute(cluster, &format!("DROP DATABASE {name} WITH (FORCE)"));
    }

    /// From now on the database can only be read.
    pub(crate) fn forbid_writing(&self) {
        let (cluster, name) = self.database.as_ref().unwrap();
        execute(cluster, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
        let end = format!("PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        execute(cluster, &format!("DO $$ BEGIN {end}; END $$"));
    }

    /// What PostgreSQL says to a query, one row a line; nothing on SQLite.
    pub(crate) fn query(&self, query: &str) -> Option<String> {
        let (cluster, name) = self.database.as_ref()?;
        let (base, _) = cluster.rsplit_once('/').unwrap();
        Some(psql(&["--command", query, &format!("{base}/{name}")]))
    }

    /// Starts a process that lives on when its files may not grow ([`Site::limit_files`]).
    pub(crate) fn serve_without_room(&self) -> Site {
        let serving = self.serving();
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(serving.get_program());
        for (name, value) in serving.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        Self::start(command, &[])
    }

    /// Runs `ledger verify`; what it printed, and whether it was content.
    pub(crate) fn verify(&self) -> (bool, String) {
        self.run(&["ledger", "verify"])
    }

    /// Runs a command; what it printed, and whether it was content.
    pub(crate) fn run(&self, args: &[&str]) -> (bool, String) {
        self.begin(Found::Nothing);
        let done = self.command().args(args).output().unwrap();
        (done.status.success(), String::from_utf8_lossy(&done.stdout).into_owned())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Some((cluster, name)) = &self.database {
            execute(cluster, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn folder() -> TempDir {
    tempfile::Builder::new().prefix("multitude_http_").tempdir().unwrap()
}

/// Runs a statement about a cluster's databases.
pub(crate) fn execute(cluster: &str, statement: &str) {
    psql(&["--command", statement, cluster]);
}

/// What `psql` prints, one row a line.
pub(crate) fn psql(args: &[&str]) -> String {
    let done =
        Command::new("psql").args(["--quiet", "--no-align", "--tuples-only"]).args(args).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// The address after some words in a line of the log, whatever colours surround it.
fn address_in(log: &str, after: &str) -> Option<String> {
    let rest = &log[log.find(after)? + after.len()..];
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '.');
    Some(rest.chars().take_while(|c| is_part(*c)).collect())
}

/// Each request has a connection of its own: the server closes one whose request it refused before reading it
/// whole, and whoever sends the next one on it in that moment hears nothing.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .max_idle_connections(0)
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .into()
}

/// A process that serves; killed when it is dropped.
pub(crate) struct Site {
    process: Mutex<Child>,
    pub(crate) url: String,
    agent: ureq::Agent,
    said: Arc<Mutex<String>>,
}

/// A status, headers and a body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

fn answer(response: Result<Response<Body>, ureq::Error>) -> Result<Answer, ureq::Error> {
    let mut response = response?;
    let text = response.body_mut().read_to_string()?;
    Ok(Answer { status: response.status().as_u16(), headers: response.headers().clone(), text })
}

impl Site {
    pub(crate) fn get(&self, path: &str) -> Answer {
        answer(self.agent.get(format!("{}{path}", self.url)).call()).unwrap()
    }

    /// Gets a page with cookies.
    pub(crate) fn get_as(&self, path: &str, cookies: &str) -> Answer {
        answer(self.agent.get(format!("{}{path}", self.url)).header("cookie", cookies).call()).unwrap()
    }

    /// Posts a form with cookies.
    pub(crate) fn form(&self, path: &str, cookies: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.agent.post(format!("{}{path}", self.url)).header("cookie", cookies);
        answer(request.send_form(fields.iter().copied())).unwrap()
    }

    /// Posts JSON under an idempotency key; an error where the process is gone.
    pub(crate) fn try_post(&self, path: &str, key: &str, body: &Value) -> Result<Answer, ureq::Error> {
        let request = self.agent.post(format!("{}{path}", self.url)).header("idempotency-key", key);
        answer(request.content_type("application/json").send(body.to_string()))
    }

    pub(crate) fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.try_post(path, key, body).unwrap()
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = self.agent.get(format!("{}{path}", self.url));
        answer(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).call())
            .unwrap()
    }

    /// Asks by any method; the body is empty.
    pub(crate) fn ask(&self, method: &str, path: &str) -> Answer {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .build()
            .into();
        answer(agent.run(request.body(()).unwrap())).unwrap()
    }

    pub(crate) fn post_with(&self, path: &str, headers: &[(&str, &str)], kind: &str, body: &str) -> Answer {
        let request = self.agent.post(format!("{}{path}", self.url));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        answer(request.content_type(kind).send(body)).unwrap()
    }

    /// Opens a stream of events; it stays open until dropped.
    pub(crate) fn stream(&self, path: &str) -> Stream {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let response = agent.get(format!("{}{path}", self.url)).call().unwrap();
        let (parts, body) = response.into_parts();
        let (tell, events) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(body.into_reader()).lines() {
                let line = match line {
                    Ok(line) => line,
                    Err(error) => return drop(tell.send(Err(error.to_string()))),
                };
                if let Some(data) = line.strip_prefix("data:")
                    && tell.send(Ok(serde_json::from_str(data).unwrap())).is_err()
                {
                    return;
                }
            }
        });
        Stream { status: parts.status.as_u16(), headers: parts.headers, events }
    }

    /// What it has written to its log so far.
    pub(crate) fn log(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Its log once it says this; what it has written by then where it does not within seconds.
    pub(crate) fn log_once(&self, says: &str) -> String {
        for _ in 0..100 {
            if self.log().contains(says) {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        self.log()
    }

    /// What it counts, from the listener that its log names.
    pub(crate) fn metrics(&self) -> String {
        let url = address_in(&self.log(), "metrics on ").unwrap();
        answer(self.agent.get(url).call()).unwrap().text
    }

    /// How many sockets it has open.
    pub(crate) fn sockets(&self) -> usize {
        let files = std::fs::read_dir(format!("/proc/{}/fd", self.process.lock().unwrap().id())).unwrap();
        let links = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        links.filter(|link| link.to_string_lossy().starts_with("socket:")).count()
    }

    /// From now on no file of its is written beyond this many bytes, as where a disk is full.
    pub(crate) fn limit_files(&self, bytes: &str) {
        let process = self.process.lock().unwrap().id().to_string();
        let done =
            Command::new("prlimit").args(["--pid", &process, &format!("--fsize={bytes}:unlimited")]).status();
        assert!(done.unwrap().success());
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(&self) -> ExitStatus {
        let mut process = self.process.lock().unwrap();
        let asked = Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap();
        assert!(asked.success());
        process.wait().unwrap()
    }

    /// `kill -9`, while others still talk to it.
    pub(crate) fn kill(&self) {
        let done = Command::new("kill")
            .args(["-9", &self.process.lock().unwrap().id().to_string()])
            .status()
            .unwrap();
        assert!(done.success());
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let process = self.process.get_mut().unwrap();
        let _ = process.kill();
        let _ = process.wait();
    }
}

/// A stream of events.
pub(crate) struct Stream {
    pub(crate) status: u16,
    headers: HeaderMap,
    events: Receiver<Result<Value, String>>,
}

impl Stream {
    pub(crate) fn header(&self, name: &str) -> String {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned()
    }

    /// The next event, which comes within `most`.
    pub(crate) fn next_within(&mut self, most: Duration) -> Value {
        self.events.recv_timeout(most).expect("an event comes in time").expect("the stream is whole")
    }

    /// Whether it has ended, and not broken.
    pub(crate) fn is_over(&mut self) -> bool {
        self.events.recv_timeout(Duration::from_secs(2)) == Err(RecvTimeoutError::Disconnected)
    }
}
