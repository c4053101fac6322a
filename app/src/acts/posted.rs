//! A form of one act, as pages write it: it is posted to the act's address, and its island knows what was
//! wrong with it.

use leptos::prelude::*;
use multitude_words::Words;

use super::{Act, ActForm, Given, Refused, Reply, fault_at};
use crate::i18n::Texts;

/// What a form is, beside its fields.
#[derive(Debug, Clone)]
pub(crate) struct FormOf<'a> {
    /// What it does.
    pub(crate) act: Act,
    /// Where it is posted to.
    pub(crate) action: String,
    /// What a form of this page was answered.
    pub(crate) reply: Option<&'a Reply>,
    /// What the browser needs to read it.
    pub(crate) given: Given,
    /// How far its fields stand apart; none where they stand beside each other.
    pub(crate) gap: Option<&'static str>,
}

impl<'a> FormOf<'a> {
    /// The act's form, about what `words` say.
    pub(crate) fn new(w: Words, act: Act, words: &[&str], reply: Option<&'a Reply>) -> Self {
        Self { act, action: act.path(w.locale, words), reply, given: Given::Nothing, gap: Some("16") }
    }
}

impl FormOf<'_> {
    /// A form of one button.
    pub(crate) fn button(w: Words, act: Act, words: &[&str]) -> Self {
        Self { gap: None, ..FormOf::new(w, act, words, None) }
    }

    /// What is wrong at one of its fields.
    pub(crate) fn fault_at(&self, w: Words, field: &str) -> Option<String> {
        fault_at(w, &self.reply?.refused(self.act)?.faults, field)
    }
}

/// A page's title; where something was wrong with its form it says so first.
pub(crate) fn titled_by(w: Words, title: &str, reply: Option<&Reply>) -> String {
    if reply.is_some_and(|reply| reply.refused.is_some()) {
        w.checkout_error_title(title)
    } else {
        title.to_owned()
    }
}

impl Reply {
    /// What this act's form was refused for.
    pub(crate) fn refused(&self, act: Act) -> Option<&Refused> {
        self.refused.as_ref().filter(|_| self.act == act)
    }

    /// Whether this is what stood in the way.
    pub(crate) fn says(&self, code: &str) -> bool {
        self.refused.as_ref().is_some_and(|refused| refused.says(code))
    }

    /// What was typed into this act's form.
    pub(crate) fn typed(&self, act: Act) -> Option<&super::Typed> {
        (self.act == act).then_some(&self.typed)
    }
}

/// The form with its fields.
pub(crate) fn posted(of: FormOf<'_>, fields: AnyView) -> AnyView {
    let refused = of.reply.and_then(|reply| reply.refused(of.act)).cloned();
    let class = of.gap.map(|_| "stack");
    view! {
        <ActForm act=of.act given=of.given refused=refused>
            <form method="post" action=of.action novalidate class=class data-gap=of.gap>
                {fields}
            </form>
        </ActForm>
    }
    .into_any()
}
