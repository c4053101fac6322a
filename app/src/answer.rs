//! What a page says of its answer while it is made: status, headers, and what the document's head tells of
//! it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use leptos::prelude::*;

/// The answer of the page that is being made. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct PageAnswer(Arc<Mutex<PageSaid>>);

/// What was said so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct PageSaid {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
}

impl PageAnswer {
    /// Everything that was said.
    pub(crate) fn take(&self) -> PageSaid {
        std::mem::take(&mut *self.said())
    }

    fn said(&self) -> MutexGuard<'_, PageSaid> {
        // Nothing that is done with it can fail half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers with another status than 200.
pub(crate) fn set_status(status: StatusCode) {
    expect_context::<PageAnswer>().said().status = status;
}

/// Leads on to another address of this site, instead of any page.
pub(crate) fn lead_on(to: &str) {
    if let Ok(to) = HeaderValue::from_str(to) {
        set_status(StatusCode::SEE_OTHER);
        set_header(header::LOCATION, to);
    }
}

/// What this page is, without the site's name, and what it is about in a sentence, or the site's own.
pub(crate) fn entitle(title: impl Into<String>, description: Option<&str>) {
    let answer: PageAnswer = expect_context();
    let mut said = answer.said();
    said.title = title.into();
    said.description = description.map(str::to_owned);
}

/// Nobody else keeps this answer.
pub(crate) fn keep_to_itself() {
    set_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Where it stood is not told on: its address is a secret.
pub(crate) fn keep_address() {
    set_header(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

/// The browser keeps this cookie, and nobody else keeps the answer.
pub(crate) fn set_cookie(cookie: HeaderValue) {
    expect_context::<PageAnswer>().said().headers.append(header::SET_COOKIE, cookie);
    keep_to_itself();
}

pub(crate) fn set_header(name: HeaderName, value: HeaderValue) {
    expect_context::<PageAnswer>().said().headers.insert(name, value);
}
