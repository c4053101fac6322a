//! The demo world's people: one button enters as one of them, without a mail.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::request::Parts;
use multitude_app::{Services, session_cookie};
use multitude_domain::view::DemoRole;
use multitude_platform::accounts::start_session;
use multitude_platform::demo::find_person;
use serde::Deserialize;

use super::answers::{see_other, unavailable};

/// Which button.
#[derive(Debug, Deserialize)]
pub(super) struct EnterForm {
    role: String,
    lang: String,
}

/// `POST /demo/enter`.
pub(super) async fn enter(
    State(services): State<Services>,
    parts: Parts,
    Form(form): Form<EnterForm>,
) -> Response {
    let role = form.role.parse::<DemoRole>().ok();
    let is_open = |role: &DemoRole| *role != DemoRole::Operator || !services.facts.is_public_demo;
    let Some(role) = role.filter(is_open) else {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    };
    let started = services.desk.db.write(async move |tx| match find_person(tx, role).await? {
        Some(user) => Ok(Some(start_session(tx, user).await?)),
        None => Ok(None),
    });
    match started.await {
        Ok(Some(session)) => {
            let lang = form.lang.parse().unwrap_or(services.facts.language);
            see_other(&format!("/{lang}/account/pledges"), session_cookie(&session, &services.facts))
        }
        Ok(None) => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
        Err(error) => unavailable(services, parts, &error).await,
    }
}
