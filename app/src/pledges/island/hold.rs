//! A reward that is held while somebody checks out: until when, three minutes before the end once more, and
//! that it has ended. Without scripts it says until when.

use leptos::prelude::*;
use multitude_domain::time::Timestamp;
use multitude_domain::view::HoldView;
use multitude_words::Words;
use multitude_words::format::time_of_day;
use serde::{Deserialize, Serialize};

use crate::i18n::{Texts, words};
use crate::kit::{HoldNotice, HoldState, marked};

/// What the notice of a hold shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldShown {
    /// The hold.
    pub hold: HoldView,
    /// The time of the page.
    pub now: Timestamp,
    /// The language of the reward's title where it is not the reader's.
    pub lang: Option<String>,
}

/// How near its end a hold is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "no time passes while the server renders"))]
enum Stage {
    Running,
    Soon,
    Ended,
}

/// The notice, with the button that keeps it longer, or the way to be somebody who may press it.
#[island]
pub fn HoldWatch(
    /// What it shows.
    shown: HoldShown,
    /// The button, or the way to it.
    children: Children,
) -> impl IntoView {
    let w = words();
    let stage = RwSignal::new(Stage::Running);
    watch(&shown, stage);
    let held = Signal::derive(
        move || if stage.get() == Stage::Ended { HoldState::Gone } else { HoldState::Running },
    );
    let said = (move || text(w, &shown, stage.get())).into_any();
    view! { <HoldNotice state=held text=said>{children()}</HoldNotice> }
}

fn text(w: Words, shown: &HoldShown, stage: Stage) -> AnyView {
    let HoldShown { hold, lang, .. } = shown;
    let until = time_of_day(w.locale, hold.until);
    let text = match stage {
        Stage::Running => w.checkout_held(&hold.title, until),
        Stage::Soon => w.checkout_hold_soon(&hold.title, until),
        Stage::Ended => w.checkout_hold_ended(&hold.title),
    };
    marked(&text, lang.clone().map(|lang| (hold.title.clone(), lang)))
}

/// Moves the stage on while the page is open, by the time that has passed on it: the reader's clock may be
/// wrong.
#[cfg(feature = "hydrate")]
fn watch(shown: &HoldShown, stage: RwSignal<Stage>) {
    use std::time::Duration;

    use leptos::leptos_dom::helpers::set_timeout;

    /// So long before the end it is said once more.
    const SOON_SECONDS: i64 = 3 * 60;

    let left = shown.hold.until.since(shown.now).as_seconds();
    for (seconds, then) in [(left.saturating_sub(SOON_SECONDS), Stage::Soon), (left, Stage::Ended)] {
        let wait = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
        // Ends with the notice; where there is no timer the notice stays as it is.
        let move_on = move || {
            let _ = stage.try_set(then);
        };
        if let Ok(timer) = set_timeout(move_on, wait) {
            on_cleanup(move || timer.clear());
        }
    }
}

/// No time passes while the server renders.
#[cfg(not(feature = "hydrate"))]
const fn watch(_: &HoldShown, _: RwSignal<Stage>) {}
