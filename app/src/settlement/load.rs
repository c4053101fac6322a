//! A team's word that it can deliver.

use leptos::prelude::*;
use multitude_domain::view::StatementView;
use multitude_platform::settlement::find_statement;

use crate::Services;
use crate::kit::asking::whoever;
use crate::kit::loaded::{Failed, failed};

/// Who opens the page of a team's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementReader {
    /// Somebody who has not signed in.
    Guest,
    /// The team that is asked.
    Team(StatementView),
}

/// Loads what a team is asked; nothing for whoever is signed in and not of it, and where nobody asked.
pub(crate) async fn load_statement(slug: String) -> Result<Option<StatementReader>, Failed> {
    let services = expect_context::<Services>();
    let Some(own) = whoever() else { return Ok(Some(StatementReader::Guest)) };
    let found = services.desk.db.read(async move |tx| find_statement(tx, &own.actor(), &slug).await);
    Ok(found.await.map_err(failed)?.map(StatementReader::Team))
}
