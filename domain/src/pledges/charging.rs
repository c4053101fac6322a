//! How long a payment method is waited for, when a secured pledge is charged, and until when (docs/RULES.md,
//! T5 and T6).

use crate::campaigns::bank_wait_ends;
use crate::money::Currency;
use crate::pledges::PaymentMethod;
use crate::time::{Day, Span, Timestamp};

/// A charge that failed is tried again after so long.
pub const CHARGE_AGAIN: Span = Span::hours(48);
/// No charge is tried later than so long after the decision.
pub const CHARGES_END_AFTER: Span = Span::days(7);

/// A provider that confirmed a payment method in time may say so a little later.
pub const SETUP_ANSWERS_WITHIN: Span = Span::minutes(5);

/// How many other cards may take a pledge's first one's place within a day.
pub const SETUPS_A_DAY_MAX: i64 = 5;

/// How long a provider's word on a payment method is waited for; then the pledge lapses. A transfer is waited
/// for until its campaign is decided.
pub const fn setup_within(method: PaymentMethod) -> Option<Span> {
    match method {
        PaymentMethod::Twint => Some(Span::minutes(15)),
        PaymentMethod::Card => Some(Span::hours(24)),
        PaymentMethod::Bank => None,
    }
}

/// Whether a payment method that a provider confirms at `confirmed_at` still counts: the deadline freezes
/// pledges, but for answers that were on their way (docs/RULES.md, D4).
pub fn setup_counts(confirmed_at: Timestamp, closes_at: Timestamp) -> bool {
    confirmed_at < closes_at.plus(SETUP_ANSWERS_WITHIN)
}

/// From here on nothing may be charged: the end of the window that each backer consented to.
pub fn charges_end(closes_at: Timestamp, currency: Currency) -> Timestamp {
    bank_wait_ends(closes_at, currency).plus(CHARGES_END_AFTER)
}

/// The first and the last day on which the one charge may happen: the deadline, then the banking days that
/// money may still be under way, and the days of further attempts.
pub fn charge_window(closes_at: Timestamp, currency: Currency) -> (Day, Day) {
    (closes_at.in_zurich().day, charges_end(closes_at, currency).in_zurich().day)
}

/// When a charge that failed at `failed_at` is tried again; nothing where attempts have ended by then.
pub fn next_charge(failed_at: Timestamp, decided_at: Timestamp) -> Option<Timestamp> {
    let next = failed_at.plus(CHARGE_AGAIN);
    (next < decided_at.plus(CHARGES_END_AFTER)).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charge_is_tried_four_times_in_seven_days() {
        let decided = Day::new(2027, 3, 12).unwrap().at_in_zurich(0, 0, 1);
        let mut tries = vec![decided];
        while let Some(next) = tries.last().and_then(|last| next_charge(*last, decided)) {
            tries.push(next);
        }
        let hours: Vec<i64> = tries.iter().map(|at| at.since(decided).as_seconds() / 3_600).collect();
        assert_eq!(hours, [0, 48, 96, 144]);
    }

    #[test]
    fn window_begins_on_the_last_day_and_counts_banking_days() {
        // A Friday: three banking days end on Wednesday, seven days later is the next Wednesday.
        let closes = Day::new(2027, 3, 12).unwrap().end_in_zurich();
        let (from, until) = charge_window(closes, Currency::CHF);
        assert_eq!((from.to_string(), until.to_string()), ("2027-03-12".to_owned(), "2027-03-24".to_owned()));
    }
}
