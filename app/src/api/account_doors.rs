//! The server's side of signing in and of one's own pages.

use http::request::Parts;
use leptos::prelude::*;
use multitude_platform::accounts::{find_sign_in, list_sessions};
use multitude_platform::pledges::list_pledges_of;

use super::asking::{keep_to_itself, whoever};
use super::doors::failed;
use super::{OwnPledgesView, SecurityView, SignInFault, SignInView};
use crate::Services;
use crate::session::asking_of;

/// As many pledges as one page lists.
const PLEDGES: i64 = 200;

/// What a form of signing in gets back.
#[derive(Debug, Clone, Default)]
pub struct SignInReply {
    /// The address as it was typed.
    pub email: Option<String>,
    /// What is to be put right.
    pub fault: Option<SignInFault>,
}

pub(super) async fn sign_in() -> SignInView {
    let own = whoever(&expect_context::<Services>()).await;
    let reply = use_context::<SignInReply>().unwrap_or_default();
    let asked = use_context::<Parts>().and_then(|parts| asking_of(&parts.headers));
    let email = reply.email.or(asked.map(|asked| asked.email)).or(own.map(|own| own.email));
    SignInView { email: email.unwrap_or_default(), fault: reply.fault }
}

pub(super) async fn sign_in_link(token: String) -> Result<Option<String>, ServerFnError> {
    keep_to_itself(Some("no-referrer"));
    let services = expect_context::<Services>();
    services.desk.db.read(async move |tx| find_sign_in(tx, &token).await).await.map_err(failed)
}

pub(super) async fn own_pledges() -> Result<Option<OwnPledgesView>, ServerFnError> {
    let services = expect_context::<Services>();
    let Some(own) = whoever(&services).await else { return Ok(None) };
    let keys = services.desk.keys.clone();
    let pledges = services.desk.db.read(async move |tx| list_pledges_of(tx, &keys, own.user, PLEDGES).await);
    Ok(Some(OwnPledgesView { pledges: pledges.await.map_err(failed)?, email: own.email }))
}

pub(super) async fn security() -> Result<Option<SecurityView>, ServerFnError> {
    let services = expect_context::<Services>();
    let Some(own) = whoever(&services).await else { return Ok(None) };
    let email = own.email.clone();
    let sessions = services.desk.db.read(async move |tx| list_sessions(tx, &own).await);
    Ok(Some(SecurityView { sessions: sessions.await.map_err(failed)?, email }))
}
