//! A page as the server sends it, in place of the one that is shown.

use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::js_sys::{Function, Reflect};
use web_sys::{Document, DomParser, Element, FocusOptions, HtmlElement, NodeList, Response, SupportedType};

use super::alike::become_like;

/// Carried by every answer.
const BUILD_HEADER: &str = "x-build-id";
/// What a page says of itself whose address is a secret. A document obeys what it was loaded with: in one
/// that was loaded as such a page every page may stand.
const KEEPS_ITS_ADDRESS: &str = "no-referrer";
/// What a document's head says of one page. The rest of it is every page's.
const OF_THE_PAGE: &str = "title, meta[name=description], meta[name=robots], meta[property], link[rel=alternate], \
                           link[rel=canonical]";

/// What pages may have in common, by a name.
const KEPT: &str = "[data-kept]";
const KEPT_NAME: &str = "data-kept";
/// What changes within a frame.
const PART: &str = "[data-part]";
/// What of a frame says something of its part.
const SYNCED: &str = "[data-synced]";

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

    /// Its elements that fit.
    pub(super) fn query(&self, selector: &str) -> Result<NodeList, JsValue> {
        self.document.query_selector_all(selector)
    }

    /// Its part takes the place of the one that is shown, and nothing else does but what says where the
    /// reader is.
    pub(super) fn show_part(&self) -> Result<(), JsValue> {
        let shown = document();
        let (Some(old), Some(new)) = (shown.query_selector(PART)?, self.document.query_selector(PART)?)
        else {
            return Err(JsValue::NULL);
        };
        for island in each::<Element>(old.query_selector_all("leptos-island")?) {
            dispose(&island);
        }
        let first = new.query_selector(".notice__title, h2, h3")?.and_then(|heading| heading.text_content());
        old.replace_with_with_node_1(&new)?;
        if let Some(says) = shown.query_selector("[data-says]")? {
            says.set_text_content(first.as_deref());
        }
        for same in [SYNCED, "a[hreflang]", "input[name=back]"] {
            let (ours, theirs) = (shown.query_selector_all(same)?, self.query(same)?);
            for (ours, theirs) in each::<Element>(ours).iter().zip(&each::<Element>(theirs)) {
                become_like(ours, theirs);
            }
        }
        self.show_head()
    }

    /// Takes the place of the page that is shown; its islands are not mounted yet. What both keep under the
    /// same name stays as it is shown, its islands too. Says whether there was any.
    pub(super) fn show(&self) -> Result<bool, JsValue> {
        let shown = document();
        let (Some(old), Some(new)) = (shown.body(), self.document.body()) else {
            return Err(JsValue::NULL);
        };
        let mut keeps = false;
        for theirs in each::<Element>(new.query_selector_all(KEPT)?) {
            let name = theirs.get_attribute(KEPT_NAME);
            let is_same = |ours: &Element| ours.get_attribute(KEPT_NAME) == name;
            if let Some(ours) = each::<Element>(old.query_selector_all(KEPT)?).into_iter().find(is_same) {
                theirs.replace_with_with_node_1(&ours)?;
                keeps = true;
            }
        }
        // What is kept stands in the new body by now.
        for island in each::<Element>(old.query_selector_all("leptos-island")?) {
            dispose(&island);
        }
        self.show_head()?;
        old.replace_with_with_node_1(&new)?;
        Ok(keeps)
    }

    fn show_head(&self) -> Result<(), JsValue> {
        if let (Some(old), Some(new)) = (document().head(), self.document.head()) {
            for element in each::<Element>(old.query_selector_all(OF_THE_PAGE)?) {
                element.remove();
            }
            for element in each::<Element>(new.query_selector_all(OF_THE_PAGE)?) {
                old.append_child(&element)?;
            }
        }
        Ok(())
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
    focus_first(&["main h1", "main"], false);
}

/// Readers who stay in a frame begin at its part, and where they are: as long as its beginning is seen there.
pub(super) fn focus_part() {
    if let Ok(Some(part)) = document().query_selector(PART)
        && part.get_bounding_client_rect().top() < 0.0
    {
        part.scroll_into_view();
    }
    focus_first(&["[data-part] :is(h2, h3)", "[data-part]", "main h1"], true);
}

fn focus_first(selectors: &[&str], stays: bool) {
    let find = |selector: &&str| document().query_selector(selector).ok().flatten();
    let found = selectors.iter().find_map(find).and_then(|one| one.dyn_into::<HtmlElement>().ok());
    let Some(found) = found else { return };
    // Headings take focus by script only; one that took none would leave the reader at the old link.
    found.set_tab_index(-1);
    let options = FocusOptions::new();
    options.set_prevent_scroll(stays);
    let _ = found.focus_with_options(&options);
}

pub(super) fn each<T: wasm_bindgen::JsCast>(nodes: NodeList) -> Vec<T> {
    (0..nodes.length()).filter_map(|nth| nodes.get(nth)?.dyn_into().ok()).collect()
}
