//! A page as the server sends it, in place of the one that is shown.

use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::js_sys::{Function, Reflect};
use web_sys::{Document, DomParser, Element, HtmlElement, NodeList, Response, SupportedType};

/// Carried by every answer.
const BUILD_HEADER: &str = "x-build-id";
/// What a page says of itself whose address is a secret. A document obeys what it was loaded with: in one
/// that was loaded as such a page every page may stand.
const KEEPS_ITS_ADDRESS: &str = "no-referrer";
/// What a document's head says of one page. The rest of it is every page's.
const OF_THE_PAGE: &str = "title, meta[name=description], meta[name=robots], meta[property], link[rel=alternate], \
                           link[rel=canonical]";

async fn ask(address: &str) -> Option<Response> {
    JsFuture::from(window().fetch_with_str(address)).await.ok()?.dyn_into().ok()
}

async fn text(answer: &Response) -> Option<String> {
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}

/// What stands at an address of this site; none where it does not answer well.
pub(crate) async fn load(address: &str) -> Option<String> {
    let answer = ask(address).await?;
    if answer.ok() { text(&answer).await } else { None }
}

/// Another page, and where it turned out to be.
pub(super) struct LoadedPage {
    document: Document,
    /// Its whole address; another than was asked for where the server led on.
    pub(super) href: String,
}

/// Whether the document was loaded as a page whose address is a secret.
fn is_secret_document() -> bool {
    document().document_element().is_some_and(|root| root.has_attribute("data-secret"))
}

impl LoadedPage {
    /// Asks the server for a page. None where there is none that could take this one's place: the server does
    /// not answer, it is another build's by now, its address is a secret and this document would tell it on,
    /// or there is something else than a page. The browser itself knows what to do with those.
    pub(super) async fn load(address: &str) -> Option<Self> {
        let answer = ask(address).await?;
        let header = |name| answer.headers().get(name).ok().flatten().unwrap_or_default();
        let own = document().document_element()?.get_attribute("data-build")?;
        let is_page = header("content-type").starts_with("text/html");
        let is_secret = header("referrer-policy") == KEEPS_ITS_ADDRESS;
        if !is_page || header(BUILD_HEADER) != own || (is_secret && !is_secret_document()) {
            return None;
        }
        let html = text(&answer).await?;
        let document = DomParser::new().ok()?.parse_from_string(&html, SupportedType::TextHtml).ok()?;
        Some(Self { document, href: answer.url() })
    }

    /// Takes the place of the page that is shown; its islands are not mounted yet.
    pub(super) fn show(&self) -> Result<(), JsValue> {
        let shown = document();
        let (Some(old), Some(new)) = (shown.body(), self.document.body()) else {
            return Err(JsValue::NULL);
        };
        for island in each::<Element>(old.query_selector_all("leptos-island")?) {
            dispose(&island);
        }
        if let (Some(old), Some(new)) = (shown.head(), self.document.head()) {
            for element in each::<Element>(old.query_selector_all(OF_THE_PAGE)?) {
                element.remove();
            }
            for element in each::<Element>(new.query_selector_all(OF_THE_PAGE)?) {
                old.append_child(&element)?;
            }
        }
        old.replace_with_with_node_1(&new)
    }
}

/// Ends what an island does.
fn dispose(island: &Element) {
    let end = Reflect::get(island, &"$$dispose".into()).ok().and_then(|end| end.dyn_into::<Function>().ok());
    if let Some(end) = end {
        // What has ended already refuses.
        let _ = end.call0(island);
    }
}

/// Readers of the new page begin at its heading.
pub(super) fn focus_heading() {
    let find = |selector| document().query_selector(selector).ok().flatten();
    let heading = find("main h1").or_else(|| find("main"));
    if let Some(heading) = heading.and_then(|one| one.dyn_into::<HtmlElement>().ok()) {
        // Headings take focus by script only; one that took none would leave the reader at the old link.
        heading.set_tab_index(-1);
        let _ = heading.focus();
    }
}

fn each<T: wasm_bindgen::JsCast>(nodes: NodeList) -> Vec<T> {
    (0..nodes.length()).filter_map(|nth| nodes.get(nth)?.dyn_into().ok()).collect()
}
