//! The demo world's backers: as many as its totals need, always the same ones.

use multitude_domain::locale::Locale;
use multitude_domain::money::{Currency, Money};
use multitude_domain::pledges::{PaymentMethod, PledgeWish, ShowAs};
use multitude_domain::time::{Span, Timestamp};
use multitude_domain::view::{CampaignView, RewardView};

use super::people::Person;
use crate::pledges::{Backer, PlacePledge};

const FIRST: [&str; 24] = [
    "Alba", "Beat", "Chiara", "Damian", "Elodie", "Fabio", "Gianna", "Hugo", "Ines", "Jonas", "Kim", "Luc",
    "Mara", "Nino", "Olivia", "Paul", "Quirin", "Rosa", "Samir", "Tessa", "Urs", "Valeria", "Yves", "Zoe",
];
const LAST: [&str; 29] = [
    "Ammann",
    "Bühler",
    "Crausaz",
    "Delacrétaz",
    "Egli",
    "Fontana",
    "Gasser",
    "Hürlimann",
    "Imboden",
    "Jenny",
    "Kälin",
    "Lüthi",
    "Monnier",
    "Näf",
    "Oberholzer",
    "Pedrazzini",
    "Quartier",
    "Rüegg",
    "Schär",
    "Terribilini",
    "Ulrich",
    "Vögeli",
    "Wyss",
    "Zurbuchen",
    "Bossard",
    "Camenzind",
    "Dubach",
    "Rochat",
    "Soldati",
];
/// What people give who want nothing for it, in whole units of the currency.
const PLAIN: [i64; 12] = [20, 50, 30, 100, 25, 40, 150, 60, 35, 200, 80, 45];

/// A pledge of the demo world, and when it was made.
pub(super) struct DemoPledge {
    pub(super) place: PlacePledge,
    pub(super) at: Timestamp,
    pub(super) is_confirmed: bool,
}

/// What a campaign's backers gave, in whole units of its currency.
pub(super) struct Given<'a> {
    pub(super) secured: i64,
    pub(super) pledged: i64,
    pub(super) failing: i64,
    /// How many of each reward, in order.
    pub(super) sold: &'a [i64],
    /// People of this world who are among the backers.
    pub(super) members: &'a [&'a Person],
}

/// The pledges that add up to what a campaign was given, spread over the days since it opened.
pub(super) fn pledges(view: &CampaignView, given: &Given<'_>, now: Timestamp) -> Vec<DemoPledge> {
    let currency = view.summary.currency;
    let major = currency.minor_per_major();
    let mut wanted: Vec<(Option<&RewardView>, i64, PaymentMethod, &str)> = Vec::new();
    for (reward, sold) in view.rewards.iter().zip(given.sold) {
        let shipping = reward.regions.first().map_or(0, |region| region.shipping_minor);
        let price = reward.price_minor.saturating_add(shipping) / major;
        for _ in 0..*sold {
            wanted.push((Some(reward), price, PaymentMethod::Card, "ok"));
        }
    }
    let first_plain = wanted.len();
    let chosen: i64 = wanted.iter().map(|(_, amount, ..)| amount).sum();
    // Campaigns of the past have fewer backers, who gave more: each is lived through when the world is made.
    let scale = if view.summary.closes_at.is_some_and(|end| end <= now) { 4 } else { 1 };
    let parts = |sum| parts(sum, scale);
    let plain = parts(given.secured.saturating_sub(chosen).saturating_sub(given.failing));
    wanted.extend(plain.map(|amount| (None, amount, PaymentMethod::Card, "ok")));
    wanted.extend(parts(given.failing).map(|amount| (None, amount, PaymentMethod::Card, "charge_declined")));
    // On its way by bank, and never to arrive.
    wanted.extend(parts(given.pledged).map(|amount| (None, amount, PaymentMethod::Bank, "lost")));
    let opened = view.summary.opens_at.unwrap_or(now);
    // A campaign of the past took its pledges before its deadline.
    let last = view.summary.closes_at.map_or(now, |end| now.min(end.plus(Span::hours(-1))));
    let pace = last.since(opened).as_micros() / i64::try_from(wanted.len()).unwrap_or(i64::MAX).max(1);
    // Neighbours in the list are strangers in time: 7919 is prime.
    let count = wanted.len().max(1);
    let mut made: Vec<DemoPledge> = wanted
        .into_iter()
        .enumerate()
        .map(|(n, (reward, amount, method, token))| {
            let place_in_time = i64::try_from(n.wrapping_mul(7_919) % count).unwrap_or(0);
            // Transfers are not taken in the last days, so they were announced in the first half.
            let pace = if method == PaymentMethod::Bank { pace / 2 } else { pace };
            let is_plain = reward.is_none() && method == PaymentMethod::Card && token == "ok";
            let member = n.checked_sub(first_plain).and_then(|k| given.members.get(k)).filter(|_| is_plain);
            DemoPledge {
                place: PlacePledge {
                    slug: view.summary.slug.clone(),
                    wish: wish(reward, amount.saturating_mul(major), currency, method),
                    backer: member.map_or_else(
                        || backer(n, &view.summary.slug, view.summary.locale),
                        |person| as_member(person),
                    ),
                    token: token.to_owned(),
                    key: None,
                    browser: None,
                },
                at: opened.plus(Span::micros(pace.saturating_mul(place_in_time))),
                is_confirmed: n % 9 != 0 || member.is_some(),
            }
        })
        .collect();
    made.sort_by_key(|pledge| pledge.at);
    made
}

/// Amounts that add up to a sum.
fn parts(sum: i64, scale: i64) -> impl Iterator<Item = i64> {
    let mut left = sum;
    let mut next = PLAIN.iter().cycle();
    std::iter::from_fn(move || {
        let amount = next.next().map(|amount| amount * scale).filter(|_| left > 0)?;
        // Whoever is last takes the rest, so that nobody gives less than the smallest pledge.
        let amount = if left < amount + 5 { left } else { amount };
        left -= amount;
        Some(amount)
    })
}

fn wish(
    reward: Option<&RewardView>,
    amount_minor: i64,
    currency: Currency,
    method: PaymentMethod,
) -> PledgeWish {
    let region = reward.and_then(|one| one.regions.first());
    PledgeWish {
        amount: Money::new(amount_minor, currency),
        reward: reward.map(|one| (one.id, 1)),
        region: region.map(|one| one.region.clone()),
        add_ons: Vec::new(),
        method,
    }
}

fn as_member(person: &Person) -> Backer {
    Backer {
        user: Some(person.user),
        email: Some(person.email.clone()),
        name: person.name.clone(),
        show_as: ShowAs::Name,
        locale: person.locale,
    }
}

fn backer(n: usize, slug: &str, locale: Locale) -> Backer {
    let pick = |names: &[&'static str], k: usize| names.get(k % names.len()).copied().unwrap_or_default();
    let salt: usize = slug.bytes().map(usize::from).sum();
    let (first, last) =
        (pick(&FIRST, n.wrapping_mul(5).wrapping_add(salt)), pick(&LAST, n.wrapping_add(salt)));
    Backer {
        user: None,
        // Made up, and nobody to write to: captured mail is about whoever tries this world.
        email: None,
        name: format!("{first} {last}"),
        show_as: match n % 5 {
            0 => ShowAs::Anonymous,
            1 => ShowAs::Initials,
            _ => ShowAs::Name,
        },
        locale,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_add_up_and_are_never_too_small() {
        for sum in [0, 5, 23, 992, 30_240] {
            let amounts: Vec<i64> = parts(sum, 1).chain(parts(sum, 4)).collect();
            assert_eq!(amounts.iter().sum::<i64>(), 2 * sum);
            assert!(amounts.iter().all(|amount| *amount >= 5), "{sum}: {amounts:?}");
        }
    }
}
