//! `doctor`: looks at an installation and says, line by line, what works and what to do about what does not.
//! It makes, migrates and sends nothing.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use multitude_domain::permission::Actor;
use multitude_platform::ambient::Ambient;
use multitude_platform::db::Db;
use multitude_platform::demo::is_demo;
use multitude_platform::mail::count_unsent;
use multitude_platform::pledges::list_undecided;
use multitude_platform::secret::{Acquaintance, find_acquaintance, knows_a_secret};

use crate::config::ServeOptions;
use crate::error::ServeError;
use crate::{http, store};

/// What was looked at, and what came of it.
enum Finding {
    Fine(String),
    /// It works, and an operator would want to know.
    Note(String),
    Broken(String),
}

/// Looks at everything that `serve` with the same options would use, and changes nothing of it. Fails where
/// something is broken.
#[expect(clippy::print_stdout, reason = "the report is what the command is for")]
pub(crate) async fn examine(options: ServeOptions) -> Result<(), ServeError> {
    let mut findings = vec![match options.check() {
        Ok(()) => Finding::Fine("the options fit together".to_owned()),
        Err(error) => Finding::Broken(error.to_string()),
    }];
    findings.push(match http::site() {
        Some(site) => Finding::Fine(format!("this binary carries its site, build {}", site.build_id)),
        None => Finding::Broken(ServeError::NoSite.to_string()),
    });
    findings.push(mail(&options).await);
    findings.push(secret(&options));
    match Db::look(&options.store.database_url(), Ambient::machine()).await {
        Ok((db, lacks)) => {
            findings.extend(database(&db, &lacks, &options).await);
            db.close().await;
        }
        Err(error) => findings.push(Finding::Broken(format!(
            "the database cannot be opened: {error}; `serve` makes a SQLite file where there is none"
        ))),
    }
    let broken = findings.iter().filter(|finding| matches!(finding, Finding::Broken(_))).count();
    for finding in &findings {
        match finding {
            Finding::Fine(text) => println!("fine    {text}"),
            Finding::Note(text) => println!("note    {text}"),
            Finding::Broken(text) => println!("broken  {text}"),
        }
    }
    if broken == 0 { Ok(()) } else { Err(ServeError::Broken(broken)) }
}

async fn mail(options: &ServeOptions) -> Finding {
    let post = match options.post("") {
        Ok(_) if options.store.demo => {
            return Finding::Fine("mails are captured: this is the demo world".to_owned());
        }
        Ok(_) if options.smtp_url.is_none() => {
            return Finding::Note("no --smtp-url: mails wait, and nobody can sign in".to_owned());
        }
        Ok(post) => post,
        Err(error) => return Finding::Broken(error.to_string()),
    };
    match post.greet().await {
        Ok(()) => Finding::Fine(format!("the mail server answers; mails leave as {}", options.mail_from)),
        Err(why) => Finding::Broken(format!("the mail server of --smtp-url does not answer: {why}")),
    }
}

async fn database(db: &Db, lacks: &[&str], options: &ServeOptions) -> Vec<Finding> {
    let wants_demo = options.store.demo;
    let mut findings = vec![match db.skew().await {
        Ok(skew) if http::agrees(skew) => {
            Finding::Fine(format!("its clock is {} ms from this machine's", skew.as_micros() / 1_000))
        }
        Ok(skew) => Finding::Broken(format!(
            "its clock is {} ms from this machine's; set both by NTP",
            skew.as_micros() / 1_000
        )),
        // Where the schema is another one, its clock cannot be asked either.
        Err(_) if !lacks.is_empty() => {
            Finding::Note("its clock is asked once its migrations are applied".to_owned())
        }
        Err(error) => Finding::Broken(error.to_string()),
    }];
    if !lacks.is_empty() {
        let names = lacks.join(", ");
        findings.push(Finding::Note(format!("the database lacks migrations that `serve` applies: {names}")));
        return findings;
    }
    findings.insert(0, Finding::Fine("the database answers, and its migrations are applied".to_owned()));
    findings.push(match acquaintance(db, &options.store.secret_key_file()).await {
        Ok(finding) => finding,
        Err(error) => Finding::Broken(error.to_string()),
    });
    findings.push(match db.read(async |tx| is_demo(tx).await).await {
        Ok(is) if is == wants_demo => {
            Finding::Fine(if is { "it holds the demo world" } else { "it holds no demo world" }.to_owned())
        }
        Ok(true) => Finding::Broken(ServeError::IsDemo.to_string()),
        Ok(false) => Finding::Note(
            "it is not the demo world yet; `serve --demo` makes it where it is empty".to_owned(),
        ),
        Err(error) => Finding::Broken(error.to_string()),
    });
    findings.push(match db.read(async |tx| count_unsent(tx).await).await {
        Ok((0, 0)) => Finding::Fine("no mail waits that is due".to_owned()),
        Ok((waiting, 0)) => Finding::Note(format!("{waiting} mails that are due wait")),
        Ok((waiting, failed)) => Finding::Note(format!(
            "{waiting} mails that are due wait, {failed} were given up in the last 30 days: multitude mail retry"
        )),
        Err(error) => Finding::Broken(error.to_string()),
    });
    findings.push(match db.read(async |tx| list_undecided(tx, &Actor::System).await).await {
        Ok(none) if none.is_empty() => Finding::Fine("no pledge waits for a decision".to_owned()),
        Ok(some) => {
            Finding::Note(format!("{} pledges wait for a decision: multitude pledge waiting", some.len()))
        }
        Err(error) => Finding::Broken(error.to_string()),
    });
    findings
}

/// Whether the secret is the one that the database was made with.
async fn acquaintance(db: &Db, path: &Path) -> Result<Finding, ServeError> {
    let Some(keys) = store::read_secret(path).await? else {
        let is_missed = db.read(async |tx| knows_a_secret(tx).await).await?;
        let path = path.display().to_string();
        return Ok(if is_missed {
            Finding::Broken(ServeError::NoSecret(path).to_string())
        } else {
            Finding::Note("the database knows no secret yet".to_owned())
        });
    };
    Ok(match db.read(async |tx| find_acquaintance(tx, &keys).await).await? {
        Acquaintance::New => Finding::Note("the database knows no secret yet".to_owned()),
        Acquaintance::Own => Finding::Fine("the database was made with this secret".to_owned()),
        Acquaintance::Other => {
            Finding::Broken(ServeError::OtherSecret(path.display().to_string()).to_string())
        }
    })
}

fn secret(options: &ServeOptions) -> Finding {
    let path = options.store.secret_key_file();
    match std::fs::metadata(&path) {
        Ok(facts) if facts.permissions().mode().trailing_zeros() < 6 => {
            Finding::Note(format!("others than its owner can read {}; chmod 600 it", path.display()))
        }
        Ok(_) => Finding::Fine(format!("the secret is in {}, for its owner only", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Finding::Note(format!("there is no secret in {}; `serve` makes one", path.display()))
        }
        Err(error) => Finding::Broken(format!("{}: {error}", path.display())),
    }
}
