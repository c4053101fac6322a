//! The two doors of every act. What differs between them is only how the answer looks: a page, or JSON.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderValue, Request, StatusCode, Uri, header};
use leptos::prelude::*;
use multitude_platform::db::StoreError;

use super::error::NOT_SAVED;
use super::{
    Act, Acted, Answer, AppError, FUNCTIONS, Gate, Noted, Place, Policy, Refused, Reply, Sent, Typed,
    Unanswered, Visit, Wait,
};
use crate::cookies::keep_cookies;
use crate::render::{render_again, render_read_only, render_refusal};
use crate::{Refusal, Services};

/// No form is larger.
pub(crate) const FORM_BYTES_MAX: usize = 16 * 1024;

/// What comes to a door: whoever sends it, and what surrounds it.
#[derive(Debug)]
pub struct Asked {
    /// The database and the rest.
    pub services: Services,
    /// The head of the request.
    pub parts: Parts,
    /// Its network address, as limits count it.
    pub address: String,
    /// What is let in.
    pub gate: Arc<dyn Gate>,
}

impl Asked {
    fn let_in(&self, act: Act) -> Result<(), Wait> {
        act.policy().map_or(Ok(()), |_| self.gate.take(Policy::Step, &self.address))
    }

    async fn visit(self) -> Result<Visit, StoreError> {
        Visit::of(self.services, self.parts, self.address, self.gate).await
    }
}

/// Does what was asked for, and counts a refusal. What a mail is sent for counts where one may have been.
async fn answer(act: Act, visit: &Visit, place: &Place, typed: &Typed) -> Acted {
    let mails = act.policy().filter(|policy| *policy == Policy::SignIn);
    let counted = visit.count(mails).map_err(Unanswered::TooMany)?;
    let acted = act.run(visit, place, typed).await;
    match &acted {
        Ok(Answer::Refused(refused)) => {
            visit.note(Noted::refused(act, refused.kind));
            counted.give_back();
        }
        Err(Unanswered::TooMany(_)) => counted.give_back(),
        // Whether a mail is to leave nobody knows where the database did not answer.
        Ok(Answer::LeadOn(_)) | Err(Unanswered::Store(_)) => {}
    }
    acted
}

/// The door without scripts. Done, the answer leads on; refused, it is the page that the form stands on, with
/// what was typed, what to put right and the right status.
pub async fn by_form(act: Act, asked: Asked, body: Body) -> Response {
    if let Err(wait) = asked.let_in(act) {
        return too_many(asked.services, asked.parts, wait).await;
    }
    let Ok(body) = axum::body::to_bytes(body, FORM_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let Some(typed) = Typed::of_form(&body) else { return StatusCode::UNPROCESSABLE_ENTITY.into_response() };
    let Some(place) = Place::of(act, asked.parts.uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (services, parts) = (asked.services.clone(), asked.parts.clone());
    let visit = match asked.visit().await {
        Ok(visit) => visit,
        Err(error) => return unavailable(services, parts, &error).await,
    };
    let acted = answer(act, &visit, &place, &typed).await;
    let mut response = match acted {
        Ok(Answer::LeadOn(path)) => see_other(&path),
        Ok(Answer::Refused(refused)) => again(act, &visit, typed, refused).await,
        Err(Unanswered::TooMany(wait)) => too_many(services, parts, wait).await,
        Err(Unanswered::Store(error)) => not_saved(act, &visit, typed, &error).await,
    };
    response.headers_mut().extend(visit.cookies().into_iter().map(|cookie| (header::SET_COOKIE, cookie)));
    response
}

/// The request of the page that the form stands on.
fn page_of(act: Act, visit: &Visit) -> Request<Body> {
    let mut parts = visit.parts().clone();
    keep_cookies(&mut parts.headers, &visit.cookies());
    if !act.is_at_its_page() {
        let path = parts.uri.path();
        let above = path.rsplit_once('/').map_or("/", |(above, _)| above);
        let mut uri = parts.uri.clone().into_parts();
        uri.path_and_query = PathAndQuery::try_from(above).ok();
        parts.uri = Uri::from_parts(uri).unwrap_or(parts.uri);
    }
    Request::from_parts(parts, Body::empty())
}

async fn again(act: Act, visit: &Visit, typed: Typed, refused: Refused) -> Response {
    let kind = refused.kind;
    let reply = Reply { act, typed, refused: Some(refused) };
    let mut response = render_again(visit, page_of(act, visit), reply).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = kind.status();
    }
    if let Some(seconds) = kind.seconds() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The page a form stands on, again, with what was typed, under a line that says that nothing can be saved
/// now. Where nothing can be read either, that is what is said.
async fn not_saved(act: Act, visit: &Visit, typed: Typed, error: &StoreError) -> Response {
    let reply = Reply { act, typed, refused: None };
    match render_read_only(visit, page_of(act, visit), reply).await {
        Some(page) => {
            tracing::error!(%error, "the database did not do it");
            page
        }
        None => unavailable(visit.services().clone(), visit.parts().clone(), error).await,
    }
}

async fn too_many(services: Services, parts: Parts, wait: Wait) -> Response {
    let refusal = Refusal::TooMany { seconds: wait.seconds() };
    render_refusal(services, Request::from_parts(parts, Body::empty()), refusal).await
}

/// The page that says that the database did not do it.
async fn unavailable(services: Services, parts: Parts, error: &StoreError) -> Response {
    tracing::error!(%error, "the database did not do it");
    render_refusal(services, Request::from_parts(parts, Body::empty()), Refusal::Unavailable).await
}

/// Leads on.
fn see_other(to: &str) -> Response {
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

/// The door in the browser. What is no call of a function is refused before the framework sees it: it would
/// lead a browser back to the page before, with the error in the address.
pub async fn by_function(asked: Asked, body: Body) -> Response {
    let headers = &asked.parts.headers;
    let says =
        |name, text: &str| headers.get(name).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains(text));
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let endpoint = asked.parts.uri.path().strip_prefix(FUNCTIONS).unwrap_or_default();
    let Some(act) = Act::of_endpoint(endpoint) else { return StatusCode::NOT_FOUND.into_response() };
    if !kind.eq_ignore_ascii_case("application/json") {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    if says(header::ACCEPT, "text/html") {
        return StatusCode::NOT_ACCEPTABLE.into_response();
    }
    if let Err(wait) = asked.let_in(act) {
        return refused_function(&AppError::new(429, "too_many_requests").after(Some(wait.seconds())));
    }
    let Ok(body) = axum::body::to_bytes(body, FORM_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let request = Request::from_parts(asked.parts.clone(), Body::from(body));
    let visit = match asked.visit().await {
        Ok(visit) => visit,
        Err(error) => return refused_function(&not_answered(Unanswered::Store(error))),
    };
    let seconds: Arc<std::sync::OnceLock<u32>> = Arc::default();
    let provide = {
        let (visit, seconds) = (visit.clone(), Arc::clone(&seconds));
        move || {
            provide_context(visit.clone());
            provide_context(RetryAfter(Arc::clone(&seconds)));
        }
    };
    let answered = leptos_axum::handle_server_fns_with_context(provide, request).await;
    let mut response = answered.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.extend(visit.cookies().into_iter().map(|cookie| (header::SET_COOKIE, cookie)));
    if let Some(seconds) = seconds.get() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}

/// Where a function says when another try may succeed: an error's body has no room for a header.
#[derive(Debug, Clone)]
struct RetryAfter(Arc<std::sync::OnceLock<u32>>);

/// What every server function does.
pub(super) async fn answer_function(act: Act, sent: Sent) -> Result<Answer, AppError> {
    let visit: Visit = expect_context();
    let after: RetryAfter = expect_context();
    let typed = Typed::read(sent.pairs).ok_or_else(AppError::not_understood)?;
    let place = Place::of(act, &sent.at).ok_or_else(|| AppError::new(404, "not_found"))?;
    answer(act, &visit, &place, &typed).await.map_err(|unanswered| {
        let error = not_answered(unanswered);
        if let Some(seconds) = error.seconds {
            // Said once: one call has one answer.
            let _ = after.0.set(seconds);
        }
        error
    })
}

fn not_answered(unanswered: Unanswered) -> AppError {
    match unanswered {
        Unanswered::Store(error) => {
            tracing::error!(%error, "the database did not do it");
            AppError::new(503, NOT_SAVED).after(Refusal::Unavailable.seconds())
        }
        Unanswered::TooMany(wait) => AppError::new(429, "too_many_requests").after(Some(wait.seconds())),
    }
}

/// An error of the second door, said without the framework.
fn refused_function(error: &AppError) -> Response {
    use leptos::server_fn::error::FromServerFnError as _;

    let said = error.ser();
    let body: Bytes = said.body;
    let mut response = (said.status_code, [(header::CONTENT_TYPE, said.content_type)], body).into_response();
    if let Some(seconds) = error.seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
