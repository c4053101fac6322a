//! The document around the application, and the headers that belong to it.

use std::sync::Arc;

use axum::body::Body;
use http::request::Parts;
use http::{HeaderValue, Request, header};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;
use multitude_domain::locale::Locale;

use crate::app::App;
use crate::components::Theme;
use crate::frame::Surroundings;
use crate::i18n::{self, words};
use crate::session::signed_in;
use crate::{Refusal, Services, SiteFacts};

/// Lets pages be rendered on this process's tokio runtime; call once before the first.
pub fn prepare_rendering() {
    // Refused only where it was done before.
    let _ = any_spawner::Executor::init_tokio();
}

/// Renders the page at the request's address, whole, with `context` provided to it.
pub async fn render_page(
    services: Services,
    request: Request<Body>,
    context: impl Fn() + Clone + Send + Sync + 'static,
) -> axum::response::Response {
    let whoever = signed_in(&services, request.headers()).await;
    let provide = move || {
        let parts = expect_context::<Parts>();
        provide_context(i18n::words_of(locale_of(parts.uri.path())));
        provide_context(Surroundings {
            origin: services.facts.public_url.as_str().into(),
            is_demo: services.facts.is_demo,
            theme: theme_of(&parts),
            is_signed_in: whoever.is_some(),
        });
        provide_context(whoever.clone());
        provide_context(services.clone());
        context();
    };
    let render = leptos_axum::render_app_async_with_context(provide, Shell);
    render(request).await
}

/// The language a path stands under; German where it stands under none.
fn locale_of(path: &str) -> Locale {
    path.split('/').nth(1).and_then(|code| code.parse().ok()).unwrap_or(Locale::De)
}

fn theme_of(parts: &Parts) -> Theme {
    let cookies = parts.headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let theme = cookies.flat_map(|c| c.split("; ")).find_map(|pair| pair.strip_prefix("theme="));
    match theme {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

/// The document. The module loads when the browser is idle: nothing here waits for it. Only islands are hydrated.
#[component]
fn Shell() -> impl IntoView {
    let services = expect_context::<Services>();
    let facts = Arc::clone(&services.facts);
    let nonce = use_nonce().map(|n| n.to_string()).unwrap_or_default();
    allow_only(&nonce, &facts);
    let surroundings = expect_context::<Surroundings>();
    let theme = match surroundings.theme {
        Theme::System => None,
        chosen @ (Theme::Light | Theme::Dark) => Some(chosen.name()),
    };
    let w = words();
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    // A refusal is whole without scripts.
    let is_hydrated = use_context::<Refusal>().is_none();
    let site = &facts.site;
    let start = format!(
        "import init,*as module from '{js}';\
         const mount=()=>document.querySelectorAll('leptos-island').forEach(e=>module[e.dataset.component](e));\
         const go=async()=>{{const[t]=await Promise.all([fetch('{words}').then(r=>r.text()),init({{module_or_path:'{wasm}'}})]);\
         module.hydrate('{lang}',t,mount)}};\
         'requestIdleCallback'in window?requestIdleCallback(go,{{timeout:2000}}):setTimeout(go,1);",
        js = site.js,
        wasm = site.wasm,
        words = i18n::words_path(w.locale),
        lang = w.locale.code(),
    );
    view! {
        <!DOCTYPE html>
        <html
            lang=w.locale.code()
            data-theme=theme
            data-build=site.build_id.clone()
        >
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=site.css.clone()/>
                <MetaTags/>
                {is_hydrated.then(|| view! { <script type="module" nonce=nonce inner_html=start></script> })}
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The content security policy of this one answer.
fn allow_only(nonce: &str, facts: &SiteFacts) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    let upgrade = if facts.is_https() { "; upgrade-insecure-requests" } else { "" };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'{upgrade}"
    );
    if let Ok(value) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, value);
    }
}
