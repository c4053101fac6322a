//! A reward in the words of the reader.

use multitude_domain::time::Timestamp;
use multitude_domain::view::RewardView;
use multitude_words::Words;
use multitude_words::format::{day, month_year};

use crate::i18n::Texts;
use crate::kit::{RewardCardView, RewardState};

/// From so few on, a reward is said to run out.
const FEW: i64 = 3;

/// Where a reward is sent, by name where it has one of ours.
pub(crate) fn region_name(w: Words, region: &str) -> String {
    match region {
        "CH" => w.campaign_region_ch().to_owned(),
        "EU" => w.campaign_region_eu().to_owned(),
        other => other.to_owned(),
    }
}

/// Whether a reward can be had at an instant; an early price that has ended is gone.
pub(crate) fn reward_state(reward: &RewardView, now: Timestamp) -> RewardState {
    match reward.left {
        _ if reward.early_until.is_some_and(|end| now >= end) => RewardState::Gone,
        Some(0) if reward.held == 0 => RewardState::Gone,
        Some(0) => RewardState::Held,
        Some(1..=FEW) => RewardState::Few,
        Some(_) | None => RewardState::Available,
    }
}

/// What is said of a reward's limits: how many are left, or why there is none.
fn limit(w: Words, reward: &RewardView, state: RewardState) -> Option<String> {
    match (state, reward.early_until, reward.stock, reward.left) {
        (RewardState::Gone, _, Some(stock), Some(0)) => {
            Some(w.campaign_gone(u64::try_from(stock).unwrap_or_default()))
        }
        (RewardState::Gone, Some(end), _, _) => {
            Some(w.campaign_reward_ended(day(w.locale, end.in_zurich().day)))
        }
        (RewardState::Held, ..) => Some(w.campaign_held().to_owned()),
        (_, _, Some(stock), Some(left)) => Some(w.campaign_left_of(left, stock)),
        _ => None,
    }
}

/// A reward as its card shows it at an instant.
pub(crate) fn reward_card(
    w: Words,
    lang: Option<&str>,
    reward: &RewardView,
    price: &str,
    now: Timestamp,
) -> RewardCardView {
    let state = reward_state(reward, now);
    let early = reward
        .early_until
        .filter(|_| state != RewardState::Gone)
        .map(|end| w.campaign_early_until(day(w.locale, end.in_zurich().day)));
    let delivery = reward.delivery_month.as_deref().and_then(|month| {
        let (year, month) = month.split_once('-')?;
        Some(w.campaign_delivery(month_year(w.locale, year.parse().ok()?, month.parse().ok()?)))
    });
    let regions: Vec<String> = reward.regions.iter().map(|region| region_name(w, &region.region)).collect();
    let ships_to = (!regions.is_empty()).then(|| w.campaign_ships_to(regions.join(", ")));
    RewardCardView {
        id: reward.id.to_string(),
        price: w.campaign_from_price(price),
        title: reward.title.clone(),
        title_in: None,
        text: reward.description.clone(),
        lang: lang.map(str::to_owned),
        limit: limit(w, reward, state),
        facts: early.into_iter().chain(delivery).chain(ships_to).collect(),
        state,
    }
}

#[cfg(test)]
mod tests {
    use multitude_domain::locale::Locale;
    use multitude_domain::time::Day;

    use super::*;
    use crate::i18n::words_of;

    fn reward(stock: Option<i64>, left: Option<i64>, held: i64, early_until: Option<Day>) -> RewardView {
        RewardView {
            id: "00000000-0000-0000-0000-000000000001".parse().unwrap(),
            title: "Bench".to_owned(),
            description: String::new(),
            price_minor: 6_000,
            stock,
            left,
            held,
            early_until: early_until.map(Day::end_in_zurich),
            delivery_month: None,
            is_shipped: false,
            regions: Vec::new(),
        }
    }

    fn shown(reward: &RewardView) -> (RewardState, Option<String>, Vec<String>) {
        let now = Day::new(2027, 3, 9).unwrap().at_in_zurich(9, 0, 0);
        let card = reward_card(words_of(Locale::En), None, reward, "CHF 60", now);
        (card.state, card.limit, card.facts)
    }

    #[test]
    fn early_price_says_until_when_and_is_gone_afterwards() {
        let day = |day| Day::new(2027, 3, day).ok();
        let running = shown(&reward(None, None, 0, day(9)));
        assert_eq!(running, (RewardState::Available, None, vec!["Until 9 March 2027".to_owned()]));
        let ended = shown(&reward(Some(8), Some(8), 0, day(8)));
        assert_eq!(ended, (RewardState::Gone, Some("Ended 8 March 2027".to_owned()), Vec::new()));
    }

    #[test]
    fn held_is_not_gone_and_one_is_not_many() {
        let (state, limit, _) = shown(&reward(Some(8), Some(0), 2, None));
        assert_eq!(
            (state, limit.as_deref()),
            (RewardState::Held, Some("All taken or on hold just now. One may come free within 15 minutes."))
        );
        assert_eq!(shown(&reward(Some(8), Some(0), 0, None)).1.as_deref(), Some("All 8 taken"));
        assert_eq!(shown(&reward(Some(1), Some(0), 0, None)).1.as_deref(), Some("Taken"));
    }

    #[test]
    fn regions_are_called_by_name() {
        assert_eq!(region_name(words_of(Locale::Fr), "EU"), "Pays de l’UE");
        assert_eq!(region_name(words_of(Locale::It), "CH"), "Svizzera");
        assert_eq!(region_name(words_of(Locale::De), "Worldwide"), "Worldwide");
    }
}
