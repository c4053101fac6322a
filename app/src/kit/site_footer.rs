//! What stands below every page: the claim and the plain pages.

use leptos::prelude::*;

use super::logo::Logo;

/// A group of links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FooterColumn {
    /// Its heading.
    pub title: String,
    /// Address and name, in order.
    pub links: Vec<(String, String)>,
}

/// The footer.
#[component]
pub fn SiteFooter(
    /// The home page in the reader's language.
    #[prop(into)]
    home_href: String,
    /// One sentence on what this is.
    #[prop(into)]
    claim: String,
    /// Two or three groups of links.
    columns: Vec<FooterColumn>,
) -> impl IntoView {
    view! {
        <footer class="site-footer">
            <div class="page split">
                <div>
                    <Logo href=home_href/>
                    <p class="site-footer__claim">{claim}</p>
                </div>
                <div class="site-footer__columns">
                    {columns
                        .into_iter()
                        .map(|column| {
                            view! {
                                <div>
                                    <h2>{column.title}</h2>
                                    <ul>
                                        {column
                                            .links
                                            .into_iter()
                                            .map(|(href, label)| view! { <li><a href=href>{label}</a></li> })
                                            .collect_view()}
                                    </ul>
                                </div>
                            }
                        })
                        .collect_view()}
                </div>
            </div>
        </footer>
    }
}

/// The first thing a keyboard reaches; leads to `#main`.
#[component]
pub fn SkipLink(
    /// "Skip to content".
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! { <a class="skip-link" href="#main">{label}</a> }
}
