//! `doctor`: looks at an installation and says, line by line, what works and what to do about what does not.

use std::os::unix::fs::PermissionsExt as _;

use multitude_platform::demo::is_demo;

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

/// Looks at everything that `serve` with the same options would use. Fails where something is broken.
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
    findings.push(mail(&options));
    findings.extend(store(&options).await);
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

fn mail(options: &ServeOptions) -> Finding {
    match options.post("") {
        Ok(_) if options.store.demo => Finding::Fine("mails are captured: this is the demo world".to_owned()),
        Ok(_) if options.smtp_url.is_none() => {
            Finding::Note("no --smtp-url: mails wait, and nobody can sign in".to_owned())
        }
        Ok(_) => Finding::Fine(format!("mails leave as {}", options.mail_from)),
        Err(error) => Finding::Broken(error.to_string()),
    }
}

async fn store(options: &ServeOptions) -> Vec<Finding> {
    let post = multitude_platform::mail::Post::off("");
    let desk = match store::connect(&options.store, post).await {
        Ok(desk) => desk,
        Err(error) => return vec![Finding::Broken(error.to_string())],
    };
    let mut findings = vec![Finding::Fine("the database answers, and its migrations are applied".to_owned())];
    findings.push(match desk.db.skew().await {
        Ok(skew) if http::agrees(skew) => {
            Finding::Fine(format!("its clock is {} ms from this machine's", skew.as_micros() / 1_000))
        }
        Ok(skew) => Finding::Broken(format!(
            "its clock is {} ms from this machine's; set both by NTP",
            skew.as_micros() / 1_000
        )),
        Err(error) => Finding::Broken(error.to_string()),
    });
    findings.push(match desk.db.read(async |tx| is_demo(tx).await).await {
        Ok(is) if is == options.store.demo => {
            Finding::Fine(if is { "it holds the demo world" } else { "it holds no demo world" }.to_owned())
        }
        Ok(true) => Finding::Broken(ServeError::IsDemo.to_string()),
        Ok(false) => Finding::Note(
            "it is not the demo world yet; `serve --demo` makes it where it is empty".to_owned(),
        ),
        Err(error) => Finding::Broken(error.to_string()),
    });
    findings.push(secret(options));
    desk.db.close().await;
    findings
}

fn secret(options: &ServeOptions) -> Finding {
    let path = options.store.secret_key_file();
    match std::fs::metadata(&path) {
        Ok(facts) if facts.permissions().mode().trailing_zeros() < 6 => {
            Finding::Note(format!("others than its owner can read {}; chmod 600 it", path.display()))
        }
        Ok(_) => Finding::Fine(format!("the secret is in {}, for its owner only", path.display())),
        Err(error) => Finding::Broken(format!("{}: {error}", path.display())),
    }
}
