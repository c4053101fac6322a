//! Rewards: in the checkout a radio each, elsewhere a card that says what is left.

use leptos::prelude::*;

use super::foreign::in_language;

/// What a reward card shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewardCardView {
    /// The reward's id, as the form sends it.
    pub id: String,
    /// "CHF 60"; empty for "No reward, just help".
    pub price: String,
    /// The title.
    pub title: String,
    /// The title within more words, where there are more: "Plans and kit, sent to Switzerland".
    pub title_in: Option<String>,
    /// What the backer gets; may be empty.
    pub text: String,
    /// The language of title and text where it differs from the page's.
    pub lang: Option<String>,
    /// The limit in words: "3 of 8 left", "All 8 taken".
    pub limit: Option<String>,
    /// Delivery month, regions and the like.
    pub facts: Vec<String>,
    /// Whether it can be had.
    pub state: RewardState,
}

/// Whether a reward can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RewardState {
    /// Yes.
    Available,
    /// Yes, not for long.
    Few,
    /// The rest is held by others just now.
    Held,
    /// No: it has no radio, and its limit says why.
    Gone,
    /// This reader chose it.
    Chosen,
}

impl RewardState {
    const fn name(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Few => "few",
            Self::Held => "held",
            Self::Gone => "gone",
            Self::Chosen => "chosen",
        }
    }

    /// Whether it has a radio.
    pub const fn can_be_chosen(self) -> bool {
        match self {
            Self::Available | Self::Few | Self::Chosen => true,
            Self::Held | Self::Gone => false,
        }
    }
}

/// One reward. With `field`, a radio of that form field; without, a card to read.
#[component]
pub fn RewardCard(
    /// What it shows.
    view: RewardCardView,
    /// The form field it answers.
    #[prop(optional)]
    field: Option<&'static str>,
    /// Region, quantity, or a link to the checkout.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let RewardCardView { id, price, title, title_in, text, lang, limit, facts, state } = view;
    let field = field.filter(|_| state.can_be_chosen());
    let control_id = format!("reward-{id}");
    let words = view! {
        {(!price.is_empty()).then(|| view! { <span class="reward-card__price amount">{price}</span> })}
        <span class="reward-card__title">
            {in_language(title_in.as_deref().unwrap_or(&title), &title, lang.as_deref())}
        </span>
    };
    let has_facts = limit.is_some() || !facts.is_empty();
    let text_id = (!text.is_empty()).then(|| format!("{control_id}-text"));
    let facts_id = has_facts.then(|| format!("{control_id}-facts"));
    let describing: Vec<&str> = text_id.iter().chain(&facts_id).map(String::as_str).collect();
    let described_by = (!describing.is_empty()).then(|| describing.join(" "));
    let head = match field {
        Some(name) => view! {
            <input
                class="choice__control"
                type="radio"
                id=control_id.clone()
                name=name
                value=id
                checked=state == RewardState::Chosen
                aria-describedby=described_by
            />
            <label for=control_id>{words}</label>
        }
        .into_any(),
        None => view! { <div>{words}</div> }.into_any(),
    };
    view! {
        <article class="reward-card" data-state=state.name()>
            <div class="reward-card__head">{head}</div>
            {text_id.map(|id| view! { <p class="reward-card__text" id=id lang=lang>{text}</p> })}
            {facts_id
                .map(|id| {
                    view! {
                        <ul class="reward-card__facts" id=id>
                            {limit.map(|limit| view! { <li class="reward-card__limit">{limit}</li> })}
                            {facts.into_iter().map(|fact| view! { <li>{fact}</li> }).collect_view()}
                        </ul>
                    }
                })}
            {children.map(|children| view! { <div class="reward-card__extra">{children()}</div> })}
        </article>
    }
}
