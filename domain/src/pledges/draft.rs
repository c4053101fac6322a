//! A pledge as it is being typed, screen by screen. Everything is text as the person left it, so that nothing
//! is lost when something has to be put right.

use core::str::FromStr as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    ADD_ONS_MAX, AddOnChoice, Offer, PaymentMethod, PledgeFault, PledgeWish, ShowAs, check_email, check_name,
    quote,
};
use crate::fault::{Fault, Said};
use crate::id::RewardId;
use crate::money::{Money, ParseAmountError, parse_amount};
use crate::typed::trim_typed;

/// A field for how many of an add-on is named by it and the add-on's id.
const ADD_ON: &str = "add_on_";
/// Nothing that is typed into one field is kept longer.
const TYPED_CHARS_MAX: usize = 300;

/// What was typed into one field, as much of it as is kept.
pub fn cut_typed(text: String) -> String {
    if text.chars().count() > TYPED_CHARS_MAX { text.chars().take(TYPED_CHARS_MAX).collect() } else { text }
}

/// What was typed and chosen so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PledgeDraft {
    /// The campaign's slug.
    pub slug: String,
    /// The idempotency key: sent twice, it is one pledge.
    pub key: String,
    /// The browser, for what it holds.
    pub browser: String,
    /// Whether it was placed: the next one is another pledge.
    pub is_placed: bool,
    /// A reward's id, with `:` and a region where it is sent; empty for none.
    pub reward: String,
    /// How many of the reward; empty for one.
    pub qty: String,
    /// All of what is paid.
    pub amount: String,
    /// What was filled in as the amount when something was chosen; as long as the amount is that, nobody
    /// typed one.
    pub filled: String,
    /// Add-ons by id, with how many.
    pub add_ons: Vec<(String, String)>,
    /// Where the receipt goes.
    pub email: String,
    /// The name on the receipt.
    pub name: String,
    /// How the page shows them; by name where empty.
    pub show_as: String,
    /// How it is paid; by card where empty.
    pub method: String,
}

/// The second screen, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// How the page shows them.
    pub show_as: ShowAs,
}

impl PledgeDraft {
    /// What is chosen with a pledge that is placed, as it would be typed.
    pub fn of(slug: &str, wish: &PledgeWish, show_as: ShowAs) -> Self {
        let (reward, qty) =
            wish.reward.map(|(id, qty)| (id.to_string(), qty.to_string())).unwrap_or_default();
        Self {
            slug: slug.to_owned(),
            reward: wish
                .region
                .as_ref()
                .map_or_else(|| reward.clone(), |region| format!("{reward}:{region}")),
            qty,
            amount: wish.amount.typed(),
            add_ons: wish.add_ons.iter().map(|one| (one.id.to_string(), one.qty.to_string())).collect(),
            show_as: show_as.name().to_owned(),
            method: wish.method.name().to_owned(),
            ..Self::default()
        }
    }

    /// Takes what a form says of what is chosen: its reward and its add-ons are those of the form, or none.
    pub fn take(&mut self, pairs: Vec<(String, String)>) {
        self.add_ons.clear();
        self.reward.clear();
        for (name, value) in pairs {
            let value = cut_typed(value);
            match name.as_str() {
                "reward" => self.reward = value,
                "amount" => self.amount = value,
                "filled" => self.filled = value,
                "qty" => self.qty = value,
                "show_as" => self.show_as = value,
                name => {
                    if let Some(id) = name.strip_prefix(ADD_ON)
                        && self.add_ons.len() < ADD_ONS_MAX
                        && !matches!(trim_typed(&value), "" | "0")
                    {
                        self.add_ons.push((cut_typed(id.to_owned()), value));
                    }
                }
            }
        }
    }

    /// Takes what a form says of who pledges and how it is paid.
    pub fn take_contact(&mut self, text: impl Fn(&str) -> String) {
        self.email = cut_typed(text("email"));
        self.name = cut_typed(text("name"));
        self.show_as = cut_typed(text("show_as"));
        self.method = cut_typed(text("method"));
    }

    /// What is wrong with this draft, as codes. An amount that pays for several things is told apart from one
    /// that pays for a reward alone.
    pub fn faults(&self, faults: &[PledgeFault]) -> Vec<Fault> {
        let is_one =
            matches!(self.qty.trim(), "" | "1") && self.add_ons.is_empty() && !self.reward.is_empty();
        let under_choice = |fault: &PledgeFault| {
            let said = Said::of("pledge.under_choice", fault.args());
            Fault { field: fault.field().to_owned(), said }
        };
        let tell = |fault: &PledgeFault| match fault {
            PledgeFault::UnderReward { .. } if !is_one => under_choice(fault),
            fault => Fault::from(fault),
        };
        faults.iter().map(tell).collect()
    }

    /// What is chosen, as a form says it.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let own = [
            ("reward", &self.reward),
            ("qty", &self.qty),
            ("amount", &self.amount),
            ("show_as", &self.show_as),
        ];
        let add_ons = self.add_ons.iter().map(|(id, qty)| (format!("{ADD_ON}{id}"), qty.clone()));
        own.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).chain(add_ons).collect()
    }

    /// The chosen way to pay; by card where none is chosen.
    pub fn payment_method(&self) -> PaymentMethod {
        PaymentMethod::from_str(&self.method).unwrap_or(PaymentMethod::Card)
    }

    /// The first screen, understood.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn wish(&self, offer: &Offer) -> Result<PledgeWish, Vec<PledgeFault>> {
        let mut faults = Vec::new();
        let mut wish = self.choice(offer, &mut faults);
        if trim_typed(&self.amount).is_empty() && wish.reward.is_some() {
            // Who chooses something and names no amount wants to pay what it costs.
            wish.amount = least(offer, &wish);
        } else {
            match parse_amount(&self.amount, offer.currency) {
                Ok(amount) => wish.amount = amount,
                Err(error) => faults.push(amount_fault(error, offer)),
            }
        }
        faults.extend(quote(offer, &wish).1);
        if faults.is_empty() { Ok(wish) } else { Err(faults) }
    }

    /// What becomes of the amount once something is chosen: what a reward costs, or empty where none is
    /// wished; nothing where somebody typed an amount, which stays, or where the choice is not understood.
    pub fn amount_to_fill(&self, offer: &Offer) -> Option<String> {
        let mut faults = Vec::new();
        let wish = self.choice(offer, &mut faults);
        let is_typed = !trim_typed(&self.amount).is_empty() && self.amount != self.filled;
        if is_typed || !faults.is_empty() {
            return None;
        }
        Some(if wish.reward.is_some() { least(offer, &wish).typed() } else { String::new() })
    }

    /// The draft of another pledge by the same person, who is not asked for address and name again.
    #[must_use]
    pub fn next(self) -> Self {
        Self { slug: self.slug, browser: self.browser, email: self.email, name: self.name, ..Self::default() }
    }

    /// Stands for all that is agreed to with the last button, of this draft alone: where two tabs share a
    /// draft, the one that shows what it no longer says is found by it. In hexadecimal digits.
    pub fn terms(&self) -> String {
        let typed = [
            &self.key,
            &self.slug,
            &self.reward,
            &self.qty,
            &self.amount,
            &self.email,
            &self.name,
            &self.show_as,
            &self.method,
        ];
        let added = self.add_ons.iter().flat_map(|(id, qty)| [id, qty]);
        let said = typed
            .into_iter()
            .chain(added)
            .fold(Sha256::new(), |said, text| said.chain_update(text.len().to_be_bytes()).chain_update(text));
        said.finalize().iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
    }

    /// What was chosen, with an amount so large that nothing is said of it.
    fn choice(&self, offer: &Offer, faults: &mut Vec<PledgeFault>) -> PledgeWish {
        let (reward, region) = self.chosen_reward(faults);
        PledgeWish {
            amount: Money::new(offer.limits().pledge_minor_max, offer.currency),
            reward,
            region,
            add_ons: self.chosen_add_ons(faults),
            method: PaymentMethod::Card,
        }
    }

    /// The second screen, understood, for the wish of the first.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn contact(
        &self,
        offer: &Offer,
        wish: &PledgeWish,
    ) -> Result<(Contact, PledgeWish), Vec<PledgeFault>> {
        let mut faults = Vec::new();
        let mut keep = |fault| faults.push(fault);
        let email = check_email(&self.email).map_err(&mut keep).unwrap_or_default();
        let name = check_name(&self.name).map_err(&mut keep).unwrap_or_default();
        let wish = PledgeWish { method: self.payment_method(), ..wish.clone() };
        faults.extend(quote(offer, &wish).1);
        let show_as = ShowAs::from_str(&self.show_as).unwrap_or(ShowAs::Name);
        if faults.is_empty() { Ok((Contact { email, name, show_as }, wish)) } else { Err(faults) }
    }

    fn chosen_reward(&self, faults: &mut Vec<PledgeFault>) -> (Option<(RewardId, u32)>, Option<String>) {
        if self.reward.is_empty() {
            return (None, None);
        }
        let (id, region) = match self.reward.split_once(':') {
            Some((id, region)) => (id, Some(region.to_owned())),
            None => (self.reward.as_str(), None),
        };
        let qty = match trim_typed(&self.qty) {
            "" => Ok(1),
            qty => qty.parse(),
        };
        match (id.parse(), qty) {
            (Ok(id), Ok(qty)) => (Some((id, qty)), region),
            (Ok(_), Err(_)) => {
                faults.push(PledgeFault::Quantity);
                (None, None)
            }
            (Err(_), _) => {
                faults.push(PledgeFault::UnknownReward);
                (None, None)
            }
        }
    }

    fn chosen_add_ons(&self, faults: &mut Vec<PledgeFault>) -> Vec<AddOnChoice> {
        let mut chosen = Vec::new();
        for (id, qty) in &self.add_ons {
            let qty = trim_typed(qty);
            match (id.parse(), qty.parse()) {
                _ if qty.is_empty() || qty == "0" => {}
                (Ok(id), Ok(qty)) => chosen.push(AddOnChoice { id, qty }),
                (Ok(_), Err(_)) => faults.push(PledgeFault::AddOnQuantity),
                (Err(_), _) => faults.push(PledgeFault::UnknownAddOn),
            }
        }
        chosen
    }
}

/// What is wrong with an amount that was not understood.
fn amount_fault(error: ParseAmountError, offer: &Offer) -> PledgeFault {
    match error {
        ParseAmountError::Empty | ParseAmountError::NotDigits => PledgeFault::AmountDigits,
        ParseAmountError::OtherCurrency { wanted } => PledgeFault::WrongCurrency { wanted },
        ParseAmountError::Negative => {
            PledgeFault::TooSmall { min: Money::new(offer.limits().pledge_minor_min, offer.currency) }
        }
        ParseAmountError::TooManyDecimals => PledgeFault::AmountDecimals { currency: offer.currency },
        ParseAmountError::TwoReadings { grouped, decimal } => {
            PledgeFault::AmountTwoReadings { grouped, decimal }
        }
        ParseAmountError::OutOfRange => {
            PledgeFault::TooLarge { max: Money::new(offer.limits().pledge_minor_max, offer.currency) }
        }
    }
}

/// The smallest pledge that pays for what is wished.
fn least(offer: &Offer, wish: &PledgeWish) -> Money {
    let (quote, _) = quote(offer, wish);
    Money::new(quote.least_minor().max(offer.limits().pledge_minor_min), offer.currency)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaigns::PolicyKind;
    use crate::id::AddOnId;
    use crate::money::Currency;
    use crate::pledges::{OfferedAddOn, OfferedReward};
    use crate::time::Day;
    use uuid::Uuid;

    const REWARD: RewardId = RewardId::new(Uuid::from_u128(1));
    const SEEDS: AddOnId = AddOnId::new(Uuid::from_u128(3));

    fn offer() -> Offer {
        let today = Day::new(2027, 3, 1).unwrap();
        Offer {
            currency: Currency::CHF,
            policy: PolicyKind::Standard,
            rewards: vec![OfferedReward {
                id: REWARD,
                price_minor: 6_000,
                early_until: None,
                regions: vec![("CH".to_owned(), 500)],
            }],
            add_ons: Vec::new(),
            closes_at: today.plus_days(20).end_in_zurich(),
            now: today.at_in_zurich(9, 0, 0),
        }
    }

    fn draft(reward: &str, amount: &str) -> PledgeDraft {
        PledgeDraft { reward: reward.to_owned(), amount: amount.to_owned(), ..PledgeDraft::default() }
    }

    #[test]
    fn first_screen_is_read_as_it_is_typed() {
        let wish = draft(&format!("{REWARD}:CH"), "65.–").wish(&offer()).unwrap();
        assert_eq!(
            (wish.amount.minor(), wish.reward, wish.region.as_deref()),
            (6_500, Some((REWARD, 1)), Some("CH"))
        );
        let two = PledgeDraft { qty: " 2 ".to_owned(), ..draft(&format!("{REWARD}:CH"), "130") };
        assert_eq!(two.wish(&offer()).unwrap().reward, Some((REWARD, 2)));
    }

    #[test]
    fn unread_amount_is_the_only_thing_said_of_it() {
        assert_eq!(draft("", "sixty").wish(&offer()), Err(vec![PledgeFault::AmountDigits]));
        assert_eq!(draft("", "").wish(&offer()), Err(vec![PledgeFault::AmountDigits]));
        assert_eq!(draft("x", "60").wish(&offer()), Err(vec![PledgeFault::UnknownReward]));
        let many = PledgeDraft { qty: "many".to_owned(), ..draft(&REWARD.to_string(), "60") };
        assert_eq!(many.wish(&offer()), Err(vec![PledgeFault::Quantity]));
    }

    #[test]
    fn each_fault_of_an_amount_names_itself() {
        let (wanted, chf) = (Currency::CHF, |minor| Money::new(minor, Currency::CHF));
        for (typed, fault, code) in [
            ("10 20", PledgeFault::AmountDigits, "pledge.amount_digits"),
            ("EUR 60", PledgeFault::WrongCurrency { wanted }, "pledge.currency"),
            ("60.5555", PledgeFault::AmountDecimals { currency: wanted }, "pledge.amount_decimals"),
            (
                "1.234",
                PledgeFault::AmountTwoReadings { grouped: chf(123_400), decimal: chf(123) },
                "pledge.amount_two_readings",
            ),
            (
                "99999999999999999999",
                PledgeFault::TooLarge { max: chf(offer().limits().pledge_minor_max) },
                "pledge.too_large",
            ),
        ] {
            assert_eq!(fault.code(), code);
            assert_eq!(draft("", typed).wish(&offer()), Err(vec![fault]), "{typed}");
        }
    }

    #[test]
    fn what_nobody_sees_around_a_number_is_not_typed() {
        let pasted = |text: &str| format!("\u{200b}{text}\u{feff}");
        let two = PledgeDraft { qty: pasted("2"), ..draft(&format!("{REWARD}:CH"), &pasted("130")) };
        assert_eq!(two.wish(&offer()).unwrap().reward, Some((REWARD, 2)));
        let empty = PledgeDraft { qty: pasted(""), ..draft(&format!("{REWARD}:CH"), &pasted("")) };
        assert_eq!(empty.wish(&offer()).unwrap().amount.minor(), 6_500);
        let none = PledgeDraft { add_ons: vec![(SEEDS.to_string(), pasted("0"))], ..draft("", "60") };
        assert!(none.wish(&offer()).unwrap().add_ons.is_empty());
    }

    #[test]
    fn unread_quantity_of_an_add_on_is_its_own_fault() {
        let seeds = PledgeDraft { add_ons: vec![(REWARD.to_string(), "many".to_owned())], ..draft("", "60") };
        assert_eq!(seeds.wish(&offer()), Err(vec![PledgeFault::AddOnQuantity]));
    }

    #[test]
    fn empty_amount_means_what_the_choice_costs() {
        let two = PledgeDraft { qty: "2".to_owned(), ..draft(&format!("{REWARD}:CH"), " ") };
        assert_eq!(two.wish(&offer()).unwrap().amount.minor(), 13_000);
        assert_eq!(draft(&REWARD.to_string(), "").wish(&offer()), Err(vec![PledgeFault::RegionMissing]));
        assert_eq!(
            draft("x", "").wish(&offer()),
            Err(vec![PledgeFault::UnknownReward, PledgeFault::AmountDigits])
        );
    }

    #[test]
    fn filled_in_amount_follows_the_choice_and_a_typed_one_stays() {
        let chosen = |reward: &str, amount: &str, filled: &str| {
            let filled = filled.to_owned();
            PledgeDraft { filled, ..draft(reward, amount) }.amount_to_fill(&offer())
        };
        let sent = format!("{REWARD}:CH");
        assert_eq!(chosen(&sent, "", "").as_deref(), Some("65"));
        assert_eq!(chosen(&sent, "130", "130").as_deref(), Some("65"), "it goes down as it went up");
        assert_eq!(chosen("", "65", "65").as_deref(), Some(""), "no reward costs nothing");
        for typed in ["20", "65", "100", "sixty"] {
            assert_eq!(chosen(&sent, typed, ""), None, "what was typed stays");
            assert_eq!(chosen("", typed, "130"), None, "what was typed stays");
        }
        assert_eq!(chosen("x", "65", "65"), None);
    }

    #[test]
    fn what_is_chosen_is_typed_as_it_is_read() {
        let offer = Offer { add_ons: vec![OfferedAddOn { id: SEEDS, price_minor: 500 }], ..offer() };
        let none = PledgeWish {
            amount: Money::new(14_550, Currency::CHF),
            reward: None,
            region: None,
            add_ons: vec![AddOnChoice { id: SEEDS, qty: 3 }],
            method: PaymentMethod::Card,
        };
        let two = PledgeWish { reward: Some((REWARD, 2)), region: Some("CH".to_owned()), ..none.clone() };
        for wish in [none, two] {
            let draft = PledgeDraft::of("schatten", &wish, ShowAs::Initials);
            assert_eq!((draft.slug.as_str(), draft.show_as.as_str()), ("schatten", "initials"));
            assert_eq!(draft.wish(&offer), Ok(wish));
        }
    }

    #[test]
    fn form_is_taken_as_it_was_sent_and_no_longer_than_is_kept() {
        let sent = PledgeDraft {
            qty: "2".to_owned(),
            add_ons: vec![("a".to_owned(), "x".to_owned())],
            show_as: "initials".to_owned(),
            ..draft("r:CH", "sixty")
        };
        let mut taken = PledgeDraft { add_ons: vec![("b".to_owned(), "1".to_owned())], ..draft("old", "1") };
        taken.take(sent.pairs());
        assert_eq!(taken, sent);
        let none = ["add_on_c", "add_on_d"].map(|name| (name.to_owned(), " 0".to_owned()));
        taken.take(none.to_vec());
        assert!(taken.reward.is_empty() && taken.add_ons.is_empty(), "what is not sent is not chosen");
        let many = (0..=ADD_ONS_MAX).map(|n| (format!("add_on_{n}"), "1".repeat(TYPED_CHARS_MAX + 1)));
        taken.take(many.collect());
        assert_eq!((taken.add_ons.len(), taken.add_ons[0].1.len()), (ADD_ONS_MAX, TYPED_CHARS_MAX));
    }

    #[test]
    fn next_draft_keeps_who_and_not_what() {
        let placed = PledgeDraft {
            key: "k".to_owned(),
            browser: "b".to_owned(),
            is_placed: true,
            email: "lea@example.ch".to_owned(),
            name: "Lea".to_owned(),
            ..draft(&REWARD.to_string(), "60")
        };
        let next = placed.next();
        assert_eq!(
            (next.email.as_str(), next.name.as_str(), next.browser.as_str()),
            ("lea@example.ch", "Lea", "b")
        );
        assert!(next.key.is_empty() && next.reward.is_empty() && next.amount.is_empty() && !next.is_placed);
    }

    #[test]
    fn second_screen_names_every_fault_at_once() {
        let typed = PledgeDraft { method: "twint".to_owned(), email: "lea".to_owned(), ..draft("", "6000") };
        let wish = typed.wish(&offer()).unwrap();
        let faults = typed.contact(&offer(), &wish).unwrap_err();
        assert_eq!(faults.iter().map(PledgeFault::field).collect::<Vec<_>>(), ["email", "name", "method"]);
        let fine = PledgeDraft {
            email: "lea@example.ch".to_owned(),
            name: "Lea".to_owned(),
            show_as: "initials".to_owned(),
            ..draft("", "60")
        };
        let (contact, wish) = fine.contact(&offer(), &fine.wish(&offer()).unwrap()).unwrap();
        assert_eq!((contact.show_as, wish.method), (ShowAs::Initials, PaymentMethod::Card));
    }
}
