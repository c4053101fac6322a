//! The document around a page, and the headers that belong to it.

use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use http::{HeaderValue, Request, header};
use hydration_context::SsrSharedContext;
use leptos::context::provide_context;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use multitude_domain::locale::Locale;
use multitude_platform::accounts::SignedIn;
use multitude_words::Words;

use crate::acts::Reply;
use crate::answer::{PageAnswer, PageSaid};
use crate::cookies::{self, cookie};
use crate::frame::{Surroundings, framed};
use crate::i18n::{self, Texts, whole_title};
use crate::kit::Theme;
use crate::kit::not_found::{not_found_page, refused};
use crate::routes::page_at;
use crate::{Refusal, Services, SiteFacts};

/// Renders the page at the request's address, whole, for whoever is told to be asking, with `context`
/// provided to it, and with what its form was answered. Asks the database nothing itself.
pub(crate) async fn render(
    services: Services,
    request: Request<Body>,
    whoever: Option<SignedIn>,
    reply: Option<Reply>,
    context: impl FnOnce() + Send,
) -> Response {
    let (parts, _) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let facts = Arc::clone(&services.facts);
    let words = i18n::words_of(locale_of(&path, facts.language));
    let surroundings = Surroundings {
        is_demo: facts.is_demo,
        is_sandbox: !services.desk.payments.is_live(),
        theme: theme_of(&parts),
        is_signed_in: whoever.is_some(),
    };
    let nonce = services.desk.db.ambient().nonce();
    let (answer, theme) = (PageAnswer::default(), surroundings.theme);
    let owner = detached_owner();
    let page = owner.with(|| {
        provide_context(words);
        provide_context(surroundings);
        provide_context(whoever);
        provide_context(services);
        provide_context(parts);
        provide_context(answer.clone());
        context();
        ScopedFuture::new_untracked(page(path.clone(), reply))
    });
    let page = page.await;
    let document = owner.with(|| {
        let PageSaid { status, mut headers, title, description } = answer.take();
        let head = Head { title, description, theme, nonce: &nonce, path: &path };
        let is_secret = headers.contains_key(header::REFERRER_POLICY);
        let html = document(words, &facts, head, framed(page, &path, &query), is_secret);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        if let Ok(policy) = HeaderValue::from_str(&policy(&nonce, &facts)) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        (status, headers, html).into_response()
    });
    owner.unset_with_forced_cleanup();
    document
}

/// One request's own root of everything that its page holds; current nowhere until it is entered. What is
/// hydrated are islands, and what stands in them is not.
fn detached_owner() -> Owner {
    let before = Owner::current();
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    match before {
        Some(before) => before.set(),
        None => owner.clone().unset(),
    }
    owner
}

async fn page(path: String, reply: Option<Reply>) -> AnyView {
    if let Some(refusal) = use_context::<Refusal>() {
        return refused(refusal);
    }
    let (language, rest) =
        path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_start_matches('/'), ""));
    if language.parse::<Locale>().is_ok() { page_at(rest, reply).await } else { not_found_page() }
}

/// The language a path stands under; the installation's where it stands under none.
fn locale_of(path: &str, installation: Locale) -> Locale {
    path.split('/').nth(1).and_then(|code| code.parse().ok()).unwrap_or(installation)
}

fn theme_of(parts: &Parts) -> Theme {
    match cookie(&parts.headers, cookies::THEME) {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

/// What a document's head says of its page.
struct Head<'a> {
    title: String,
    description: Option<String>,
    theme: Theme,
    nonce: &'a str,
    path: &'a str,
}

/// The document. The module loads when the browser is idle: nothing here waits for it. Only islands are
/// hydrated.
fn document(w: Words, facts: &SiteFacts, head: Head<'_>, body: AnyView, is_secret: bool) -> String {
    let theme = match head.theme {
        Theme::System => None,
        chosen @ (Theme::Light | Theme::Dark) => Some(chosen.name()),
    };
    let rest = head
        .path
        .trim_start_matches('/')
        .split_once('/')
        .map_or(String::new(), |(_, rest)| format!("/{rest}"));
    let twins = Locale::ALL.map(|locale| {
        let href = format!("{}/{locale}{rest}", facts.public_url);
        view! { <link rel="alternate" hreflang=locale.code() href=href/> }
    });
    // A refusal is whole without scripts.
    let is_hydrated = use_context::<Refusal>().is_none();
    let start = is_hydrated.then(|| {
        view! { <script type="module" nonce=head.nonce.to_owned() inner_html=start_script(w, facts)></script> }
    });
    view! {
        <!DOCTYPE html>
        <html lang=w.locale.code() data-theme=theme data-build=facts.site.build_id.clone() data-secret=is_secret.then_some("true")>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                // Before the styles ask for it; other faces come when they are needed.
                <link rel="preload" href=facts.site.text_font.clone() r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <link rel="stylesheet" href=facts.site.css.clone()/>
                <title>{whole_title(&head.title)}</title>
                <meta name="description" content=head.description.unwrap_or_else(|| w.home_lead().to_owned())/>
                {twins.collect_view()}
                {start}
            </head>
            <body>{body}</body>
        </html>
    }
    .to_html()
}

/// Loads texts and module, and hands each island of the document to its function there, once. One that fails
/// stays as the server rendered it, and keeps no other from answering.
fn start_script(w: Words, facts: &SiteFacts) -> String {
    format!(
        "import init,*as module from '{js}';\
         const mount=()=>document.querySelectorAll('leptos-island').forEach(e=>{{try{{e.$$dispose||module[e.dataset.component](e)}}catch(x){{console.warn(x)}}}});\
         const go=async()=>{{const[t]=await Promise.all([fetch('{words}').then(r=>r.text()),init({{module_or_path:'{wasm}'}})]);\
         module.hydrate('{lang}',t,mount)}};\
         'requestIdleCallback'in window?requestIdleCallback(go,{{timeout:2000}}):setTimeout(go,1);",
        js = facts.site.js,
        wasm = facts.site.wasm,
        words = i18n::words_path(w.locale),
        lang = w.locale.code(),
    )
}

/// The content security policy of one answer.
fn policy(nonce: &str, facts: &SiteFacts) -> String {
    let upgrade = if facts.is_https() { "; upgrade-insecure-requests" } else { "" };
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'{upgrade}"
    )
}
