//! `audit list`: who did what that is privileged, to what, and why.

use std::fmt::Write as _;

use multitude_domain::permission::{Actor, Grounds};
use multitude_platform::audit::{AuditRow, ReadAuditError, Words, find_about, list_audit};

use crate::config::AuditOptions;
use crate::error::ServeError;
use crate::store;

/// Prints a page of it, the newest first.
#[expect(clippy::print_stdout, reason = "the answer is what the command is for")]
pub(crate) async fn list(options: AuditOptions) -> Result<(), ServeError> {
    let AuditOptions { about, limit, cursor, store } = options;
    let desk = store::open_existing(&store).await?;
    let asked = about.clone();
    let read = desk.db.read(async move |tx| {
        let about = match asked {
            None => None,
            Some(asked) => match find_about(tx, &asked).await? {
                None => return Ok(None),
                found @ Some(_) => found,
            },
        };
        let page = list_audit(tx, &Actor::System, about, cursor.as_deref(), limit).await?;
        Ok::<_, ReadAuditError>(Some(page))
    });
    let read = read.await;
    desk.db.close().await;
    let (rows, next) = match read {
        Ok(Some(page)) => page,
        Ok(None) => return Err(ServeError::NothingAbout),
        Err(ReadAuditError::Store(error)) => return Err(error.into()),
        Err(ReadAuditError::Denied) => return Err(ServeError::Denied),
    };
    if rows.is_empty() {
        println!("nothing was done");
    }
    for row in &rows {
        println!("{}", line(row));
    }
    if let Some(next) = next {
        println!("older: --cursor {next}");
    }
    Ok(())
}

/// One row in one line: when, who, what, to what, and what was said.
fn line(row: &AuditRow) -> String {
    let who = match (row.grounds, row.user) {
        (Grounds::Installation, _) => "the installation".to_owned(),
        (Grounds::Own | Grounds::Role, Some(user)) => format!("{user} ({})", row.grounds.name()),
        (Grounds::Own | Grounds::Role, None) => {
            format!("somebody without an account ({})", row.grounds.name())
        }
    };
    let mut line = format!("{}  {who}  {}", row.at, row.deed);
    let thing = row.slug.clone().or_else(|| row.subject_id.map(|id| id.to_string())).unwrap_or_default();
    for part in [&*row.how, &*format!("{} {thing}", row.subject_kind)] {
        if !part.trim().is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(line, "  {}", part.trim());
        }
    }
    match &row.words {
        Words::None => {}
        Words::Kept { who, whom, why } => {
            for (name, said) in [("by", who), ("about", whom), ("why", why)] {
                if !said.is_empty() {
                    let _ = write!(line, "  {name} {said:?}");
                }
            }
        }
        Words::Erased => line.push_str("  (words erased)"),
        Words::Changed => line.push_str("  (words are not what was said)"),
    }
    line
}
