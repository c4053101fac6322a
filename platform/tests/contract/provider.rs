//! What every provider promises, whoever it is: a try is done once for its key, a lost answer is found again,
//! a mandate is charged as its token says, money arrives and goes back. What only a simulation can show, how
//! time passes and what a bank hears, is staged by the world; the suite itself knows the trait alone.

use multitude_domain::id::{AttemptId, PledgeId};
use multitude_domain::money::{Currency, Money};
use multitude_domain::pledges::PaymentMethod;
use multitude_domain::time::{Day, Span};
use multitude_platform::payments::{Answer, AttemptKind, BankPageError, Operation, Provider, ProviderError};
use uuid::Uuid;

use crate::world::{contract, start};

/// An attempt of Lea's: which one, for which pledge, and what its token says.
fn attempt(n: u128, pledge: u128, kind: AttemptKind, token: &str) -> Operation {
    Operation {
        key: AttemptId::new(Uuid::from_u128(n)),
        kind,
        pledge: PledgeId::new(Uuid::from_u128(pledge)),
        amount: Money::new(6_000, Currency::CHF),
        method: PaymentMethod::Card,
        token: token.to_owned(),
        email: Some("lea@example.ch".to_owned()),
        at: start(),
    }
}

fn by_bank(n: u128, token: &str) -> Operation {
    Operation { method: PaymentMethod::Bank, ..attempt(n, n, AttemptKind::Setup, token) }
}

fn later(operation: &Operation, span: Span) -> Operation {
    Operation { at: operation.at.plus(span), ..operation.clone() }
}

async fn ask(provider: &impl Provider, operation: &Operation) -> Result<Answer, ProviderError> {
    provider.perform(std::slice::from_ref(operation)).await.pop().unwrap()
}

/// What it cost, where it was done.
fn cost(answer: &Result<Answer, ProviderError>) -> Option<i64> {
    match answer {
        Ok(Answer::Done { cost_minor, .. }) => Some(*cost_minor),
        _ => None,
    }
}

fn payer(answer: Result<Answer, ProviderError>) -> Option<String> {
    match answer.unwrap() {
        Answer::Done { payer, .. } | Answer::Arrived { payer, .. } => payer,
        Answer::ActionRequired | Answer::Declined | Answer::Pending => None,
    }
}

contract! {
    async fn try_is_done_once_for_its_key_however_often_it_is_asked(world: World) {
        let provider = &world.desk.payments;
        for (n, kind) in [(0, AttemptKind::Setup), (1, AttemptKind::Charge), (2, AttemptKind::Refund)] {
            let one = attempt(n, 1, kind, "ok");
            let first = ask(provider, &one).await;
            assert!(cost(&first).is_some(), "{first:?}");
            assert_eq!(ask(provider, &later(&one, Span::days(3))).await, first);
            assert_eq!(provider.perform(&[one.clone(), one]).await, [first.clone(), first], "twice at once too");
        }
        let (charge, other) = (attempt(1, 1, AttemptKind::Charge, "ok"), attempt(9, 9, AttemptKind::Charge, "ok"));
        let answers = provider.perform(&[other, charge.clone()]).await;
        assert_eq!(answers[1], ask(provider, &charge).await, "answers come in the order of the questions");
        assert_ne!(answers[0], answers[1], "another key is another try");
    }

    async fn what_is_known_without_asking_is_what_asking_tells(world: World) {
        let provider = &world.desk.payments;
        for (n, token) in (1..).zip(["ok", "declined", "challenge", "late", "lost", "no such token"]) {
            let setup = attempt(n, n, AttemptKind::Setup, token);
            if let Some(known) = provider.instant(&setup) {
                assert_eq!(ask(provider, &setup).await, Ok(known), "{token}");
            }
        }
        for kind in [AttemptKind::Charge, AttemptKind::Refund] {
            assert_eq!(provider.instant(&attempt(90, 1, kind, "ok")), None, "money moves only where it is asked");
        }
    }

    async fn mandate_is_made_declined_asked_about_late_or_lost(world: World) {
        let provider = &world.desk.payments;
        let setup = |n, token| attempt(n, n, AttemptKind::Setup, token);
        assert_eq!(cost(&ask(provider, &setup(1, "ok")).await), Some(0));
        assert_eq!(ask(provider, &setup(2, "declined")).await, Ok(Answer::Declined));
        assert_eq!(ask(provider, &setup(3, "no such token")).await, Ok(Answer::Declined));
        let slow = setup(4, "late");
        assert_eq!(ask(provider, &slow).await, Ok(Answer::Pending));
        assert!(cost(&ask(provider, &later(&slow, Span::hours(1))).await).is_some());
        assert_eq!(ask(provider, &setup(5, "lost")).await, Err(ProviderError::NoAnswer));
        assert!(cost(&ask(provider, &setup(5, "lost")).await).is_some(), "it was made all the same");
        for (n, says) in [(6, true), (7, false)] {
            let asked = setup(n, "challenge");
            assert_eq!(ask(provider, &asked).await, Ok(Answer::ActionRequired));
            assert_eq!(ask(provider, &asked).await, Ok(Answer::ActionRequired), "asking answers nothing");
            let heard = if says { "succeeded" } else { "declined" };
            world.run(&[format!("UPDATE sandbox_operations SET outcome = '{heard}' WHERE outcome = 'action_required'")]).await;
            assert_eq!(cost(&ask(provider, &asked).await).is_some(), says);
        }
    }

    async fn mandate_is_charged_as_its_token_says(world: World) {
        let provider = &world.desk.payments;
        let charge = |n, token| attempt(n, n, AttemptKind::Charge, token);
        let fine = cost(&ask(provider, &charge(1, "ok")).await).unwrap();
        assert!((0..=6_000).contains(&fine), "it takes no more than it brings: {fine}");
        for n in 2..5 {
            assert_eq!(ask(provider, &charge(n, "charge_declined")).await, Ok(Answer::Declined));
        }
        assert_eq!(ask(provider, &charge(5, "charge_challenge")).await, Ok(Answer::ActionRequired));
        assert_eq!(ask(provider, &charge(6, "charge_lost")).await, Err(ProviderError::NoAnswer));
        assert_eq!(cost(&ask(provider, &charge(6, "charge_lost")).await), Some(fine), "it was made all the same");
        let recovers = |n| attempt(n, 7, AttemptKind::Charge, "charge_recovers");
        assert_eq!(ask(provider, &recovers(70)).await, Ok(Answer::Declined));
        assert_eq!(ask(provider, &recovers(70)).await, Ok(Answer::Declined), "the same try is no second one");
        assert_eq!(ask(provider, &recovers(71)).await, Ok(Answer::Declined));
        assert_eq!(cost(&ask(provider, &recovers(72)).await), Some(fine), "the third one works");
    }

    async fn charge_is_taken_back_only_where_it_was_not_made(world: World) {
        let provider = &world.desk.payments;
        let charge = |n, token| attempt(n, n, AttemptKind::Charge, token);
        let waits = charge(1, "charge_challenge");
        ask(provider, &waits).await.unwrap();
        assert_eq!(provider.withdraw(&waits).await, Ok(Answer::Declined));
        let too_late = world.desk.payments.sandbox().unwrap().confirm(waits.key, true).await;
        assert!(matches!(too_late, Err(BankPageError::NothingToConfirm)), "the bank is told");
        assert_eq!(ask(provider, &waits).await, Ok(Answer::Declined));
        let made = charge(2, "ok");
        let told = ask(provider, &made).await;
        assert_eq!(provider.withdraw(&made).await, told, "what was charged stays charged");
        let never = charge(3, "ok");
        assert_eq!(provider.withdraw(&never).await, Ok(Answer::Declined));
        assert_eq!(ask(provider, &never).await, Ok(Answer::Declined), "it comes too late, and is not made");
        let lost = charge(4, "charge_lost");
        ask(provider, &lost).await.unwrap_err();
        assert!(cost(&provider.withdraw(&lost).await).is_some(), "it had been made");
    }

    async fn transfer_arrives_exact_short_late_or_never(world: World) {
        let provider = &world.desk.payments;
        let (exact, short, slow) = (by_bank(1, "ok"), by_bank(2, "challenge"), by_bank(3, "late"));
        for announced in [&exact, &short, &slow] {
            assert_eq!(ask(provider, announced).await, Ok(Answer::Pending));
        }
        let what = |answer| match answer {
            Ok(Answer::Arrived { amount_minor, value_day, .. }) => Some((amount_minor, value_day)),
            _ => None,
        };
        let today = Day::new(2027, 3, 1).unwrap();
        let soon = Span::hours(1);
        assert_eq!(what(ask(provider, &later(&exact, soon)).await), Some((6_000, today)));
        assert_eq!(what(ask(provider, &later(&short, soon)).await), Some((5_900, today)), "a franc short");
        assert_eq!(what(ask(provider, &later(&slow, Span::days(6))).await), None);
        let (_, value_day) = what(ask(provider, &later(&slow, Span::days(7))).await).unwrap();
        assert_eq!(value_day, Day::new(2027, 3, 4).unwrap(), "Monday's statement shows Thursday's money");
        for (n, token) in [(4, "declined"), (5, "lost"), (6, "no such token")] {
            let never = by_bank(n, token);
            for days in [0, 90] {
                let answer = ask(provider, &later(&never, Span::days(days))).await;
                assert!(matches!(answer, Ok(Answer::Pending | Answer::Declined)), "{token}: {answer:?}");
            }
        }
    }

    async fn card_or_account_is_recognised_again(world: World) {
        let provider = &world.desk.payments;
        let card = payer(ask(provider, &attempt(1, 1, AttemptKind::Setup, "ok")).await);
        assert!(card.is_some());
        assert_eq!(payer(ask(provider, &attempt(2, 2, AttemptKind::Setup, "ok")).await), card);
        let other = Operation { email: Some("noemie@example.ch".to_owned()), ..attempt(3, 3, AttemptKind::Setup, "ok") };
        assert_ne!(payer(ask(provider, &other).await), card);
        let transfer = by_bank(4, "ok");
        ask(provider, &transfer).await.unwrap();
        let account = payer(ask(provider, &later(&transfer, Span::hours(1))).await);
        assert!(account.is_some() && account != card);
    }
}
