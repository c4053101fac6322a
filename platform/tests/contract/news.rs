//! What is mailed beyond a pledge itself: news to whoever ticked them, a campaign's way to its team.

use multitude_domain::campaigns::CampaignState;
use multitude_domain::id::CampaignId;
use multitude_domain::money::{Currency, Money};
use multitude_domain::permission::Actor;
use multitude_domain::pledges::PaymentMethod;
use multitude_domain::time::Span;
use multitude_domain::view::Consents;
use multitude_platform::campaigns::{
    NewUpdate, PublishUpdateError, cancel_campaign, publish_update, remind, resume_campaign, suspend_campaign,
};
use multitude_platform::pledges::{PlacedPledge, confirm_email, note_consents};

use crate::world::{World, contract};

/// An open campaign of that goal, and its team.
async fn open(world: &World, goal_minor: i64) -> (CampaignId, Actor) {
    let team = Actor::Member { user: world.user("team@example.ch").await, roles: Vec::new() };
    let owner = team.user();
    let open = |new: &mut multitude_platform::campaigns::NewCampaign| {
        new.owner = owner;
        new.draft.goal_minor = goal_minor;
        new.draft.budget[0].1 = goal_minor;
    };
    (world.open(open).await, team)
}

/// A pledge of CHF 60 whose backer wants news or does not, with a proved address or without.
async fn back(world: &World, email: &str, updates: bool, is_proved: bool) -> PlacedPledge {
    let placed = world.place(|new| new.backer.email = Some(email.to_owned())).await.unwrap();
    let (holder, consents) = (world.holder(placed.id).await, Consents { updates, news: false });
    world.db.write(async |tx| note_consents(tx, &Actor::Guest, holder, consents).await).await.unwrap();
    if is_proved {
        world.db.write(async |tx| confirm_email(tx, placed.id).await).await.unwrap();
    }
    world.post().await;
    placed
}

async fn tell(world: &World, team: &Actor, id: CampaignId) -> Result<(), PublishUpdateError> {
    let update = NewUpdate {
        author: "Lea Brunschwiler".to_owned(),
        title: "Der erste Baum".to_owned(),
        body: "Er steht <seit gestern>.\n\nMorgen kommt der zweite.".to_owned(),
    };
    world.db.write(async |tx| publish_update(tx, team, id, &update).await).await.map(|_| ())
}

async fn say(world: &World) -> usize {
    world.db.write(async |tx| remind(tx).await).await.unwrap()
}

/// To whom mails of that subject went, in the order of their addresses.
async fn told(world: &World, subject: &str) -> Vec<String> {
    let mails = world.mails().await;
    let mut told: Vec<String> =
        mails.into_iter().filter(|mail| mail.subject == subject).map(|mail| mail.email).collect();
    told.sort();
    told
}

/// Runs one use case in a transaction of its own.
macro_rules! act {
    ($world:expr, $use_case:ident($($argument:expr),*)) => {
        $world.db.write(async |tx| $use_case(tx, $($argument),*).await).await.unwrap()
    };
}

contract! {
    async fn update_is_mailed_once_to_each_address_that_wants_it(world: World) {
        let (id, team) = open(world, 4_800_000).await;
        let twice = back(world, "twice@example.ch", true, true).await;
        back(world, "Twice@Example.ch", true, true).await;
        back(world, "quiet@example.ch", false, true).await;
        back(world, "unproved@example.ch", true, false).await;
        let gone = back(world, "gone@example.ch", true, true).await;
        world.cancel(&gone).await.unwrap();
        tell(world, &team, id).await.unwrap();
        let subject = "Kühle schatten: Der erste Baum";
        assert_eq!(told(world, subject).await, ["twice@example.ch"]);
        let mail = world.mails().await.into_iter().find(|mail| mail.subject == subject).unwrap();
        assert!(mail.text.contains("Er steht <seit gestern>.\n\nMorgen kommt der zweite."), "{}", mail.text);
        assert!(mail.text.contains(&format!("https://multitude.example/de/p/{}", twice.receipt)), "{}", mail.text);
        assert!(mail.text.contains("https://multitude.example/de/c/schatten/updates"));
    }

    async fn news_that_are_no_longer_wanted_do_not_leave(world: World) {
        let (id, team) = open(world, 4_800_000).await;
        let placed = back(world, "lea@example.ch", true, true).await;
        tell(world, &team, id).await.unwrap();
        world.queue_letters().await;
        let holder = world.holder(placed.id).await;
        act!(world, note_consents(&Actor::Guest, holder, Consents { updates: false, news: true }));
        assert!(told(world, "Kühle schatten: Der erste Baum").await.is_empty());
    }

    async fn team_fills_no_mailbox(world: World) {
        let (id, team) = open(world, 4_800_000).await;
        for _ in 0..5 {
            tell(world, &team, id).await.unwrap();
        }
        assert!(matches!(tell(world, &team, id).await, Err(PublishUpdateError::TooMany)));
        world.db.ambient().advance(Span::hours(24));
        tell(world, &team, id).await.unwrap();
    }

    async fn last_two_days_are_told_once(world: World) {
        open(world, 12_000).await;
        back(world, "lea@example.ch", true, true).await;
        back(world, "quiet@example.ch", false, true).await;
        world.db.ambient().advance(Span::days(7).less(Span::micros(1)));
        assert_eq!(say(world).await, 0);
        world.db.ambient().advance(Span::hours(8));
        assert_eq!((say(world).await, say(world).await), (1, 0));
        let mail = world.mails().await.pop().unwrap();
        assert_eq!((mail.email.as_str(), mail.subject.as_str()), ("lea@example.ch", "Kühle schatten endet in 40 Stunden"));
        assert!(mail.text.contains("CHF\u{a0}120.00 von CHF\u{a0}120.00 sind da"), "{}", mail.text);
    }

    async fn closed_campaign_does_not_say_that_it_closes(world: World) {
        open(world, 12_000).await;
        back(world, "lea@example.ch", true, true).await;
        world.db.ambient().advance(Span::days(8));
        assert_eq!(say(world).await, 1);
        world.db.ambient().advance(Span::days(1));
        assert!(!world.subjects().await.iter().any(|subject| subject.contains("endet in")));
    }

    async fn promised_update_is_asked_for_and_missed_once(world: World) {
        open(world, 6_000).await;
        back(world, "lea@example.ch", true, true).await;
        back(world, "quiet@example.ch", false, true).await;
        world.settle(Span::days(10)).await;
        say(world).await;
        world.post().await;
        // Due on 1 June; it is 11 March.
        world.db.ambient().advance(Span::days(74));
        assert_eq!(say(world).await, 0, "eight days before");
        world.db.ambient().advance(Span::days(1));
        assert_eq!((say(world).await, say(world).await), (1, 0));
        assert_eq!(told(world, "Kühle schatten: Bis zum 1. Juni 2027 ist eine Neuigkeit fällig").await, ["team@example.ch"]);
        world.db.ambient().advance(Span::days(7));
        assert_eq!(say(world).await, 0, "its day is not over");
        world.db.ambient().advance(Span::days(1));
        assert_eq!((say(world).await, say(world).await), (1, 0));
        assert_eq!(told(world, "Lea Brunschwiler ist eine Neuigkeit schuldig").await, ["lea@example.ch"]);
        assert_eq!(told(world, "Kühle schatten: Eure Unterstützenden warten auf eine Neuigkeit").await, ["team@example.ch"]);
    }

    async fn kept_promise_is_not_called_missed(world: World) {
        let (id, team) = open(world, 6_000).await;
        back(world, "lea@example.ch", true, true).await;
        world.settle(Span::days(10)).await;
        world.db.ambient().advance(Span::days(80));
        tell(world, &team, id).await.unwrap();
        world.db.ambient().advance(Span::days(9));
        assert_eq!(say(world).await, 0);
        assert!(told(world, "Lea Brunschwiler ist eine Neuigkeit schuldig").await.is_empty());
    }

    async fn team_hears_of_pauses_with_their_reasons(world: World) {
        let (id, _) = open(world, 6_000).await;
        let moderator = Actor::System;
        act!(world, suspend_campaign(&moderator, id, "Ein Bild gehört jemand anderem."));
        let paused = world.mails().await.pop().unwrap();
        assert_eq!((paused.email.as_str(), paused.subject.as_str()), ("team@example.ch", "Kühle schatten ist angehalten, und weshalb"));
        assert!(paused.text.contains("Ein Bild gehört jemand anderem."), "{}", paused.text);
        act!(world, resume_campaign(&moderator, id));
        assert_eq!(told(world, "Kühle schatten geht weiter").await, ["team@example.ch"]);
        act!(world, suspend_campaign(&moderator, id, "Schon wieder."));
        act!(world, cancel_campaign(&moderator, id, "Das Projekt gibt es nicht."));
        world.settle(Span::minutes(1)).await;
        let stopped = world.mails().await.pop().unwrap();
        assert_eq!(stopped.subject, "Kühle schatten wurde abgebrochen, und weshalb");
        assert!(stopped.text.contains("Das Projekt gibt es nicht."), "{}", stopped.text);
    }

    async fn pause_that_outlasts_the_deadline_is_told_as_that(world: World) {
        let (id, _) = open(world, 6_000).await;
        act!(world, suspend_campaign(&Actor::System, id, "Ein Bild."));
        world.settle(Span::days(30)).await;
        assert_eq!(world.subjects().await.last().unwrap(), "Kühle schatten wurde abgebrochen");
    }

    async fn missed_goal_is_told_to_the_team(world: World) {
        open(world, 12_000).await;
        back(world, "lea@example.ch", false, true).await;
        world.settle(Span::days(10)).await;
        assert_eq!(told(world, "Kühle schatten endete bei 50\u{a0}%").await, ["team@example.ch"]);
        assert!(told(world, "Kühle schatten endete bei 50\u{a0}%; 0 Überweisungen unterwegs").await.is_empty());
    }

    async fn transfers_that_can_decide_are_told_to_the_team(world: World) {
        open(world, 12_000).await;
        back(world, "lea@example.ch", false, true).await;
        world.db.ambient().advance(Span::days(3));
        world.place(|new| {
            new.wish.amount = Money::new(6_000, Currency::CHF);
            new.wish.method = PaymentMethod::Bank;
            new.token = "late".to_owned();
            new.backer.email = Some("bank@example.ch".to_owned());
        }).await.unwrap();
        world.settle(Span::days(6)).await;
        assert_eq!(world.show().await.summary.state, CampaignState::Closing);
        let mail = world.mails().await.into_iter().find(|mail| mail.email == "team@example.ch").unwrap();
        assert_eq!(mail.subject, "Kühle schatten endete bei 50\u{a0}%; 1 Überweisung unterwegs");
        assert!(mail.text.contains("CHF\u{a0}60.00 sind unterwegs"), "{}", mail.text);
    }

    async fn short_campaign_asks_its_team_for_a_word(world: World) {
        open(world, 12_000).await;
        back(world, "lea@example.ch", false, true).await;
        world.place(|new| {
            new.token = "charge_declined".to_owned();
            new.backer.email = Some("declined@example.ch".to_owned());
        }).await.unwrap();
        world.settle(Span::days(9)).await;
        world.settle(Span::days(7)).await;
        let mails = world.mails().await;
        let asked = mails.iter().find(|mail| mail.subject.starts_with("Kühle schatten: Sagt bis zum")).unwrap();
        assert_eq!(asked.email, "team@example.ch");
        assert!(asked.text.contains("https://multitude.example/de/c/schatten/deliver"), "{}", asked.text);
        assert!(asked.text.contains("CHF\u{a0}60.00 eingezogen"), "{}", asked.text);
    }

    async fn exact_money_that_comes_too_late_is_not_said_to_differ(world: World) {
        open(world, 60_000).await;
        let placed = world.place(|new| {
            new.wish.method = PaymentMethod::Bank;
            new.token = "late".to_owned();
        }).await.unwrap();
        world.cancel(&placed).await.unwrap();
        world.settle(Span::days(8)).await;
        assert_eq!(told(world, "Deine CHF\u{a0}60.00 kamen zu spät an").await, ["lea@example.ch"]);
        assert!(!world.subjects().await.iter().any(|subject| subject.contains("statt")));
    }

    async fn reward_that_is_sent_asks_where_to(world: World) {
        open(world, 60_000).await;
        let bank = world.show().await.rewards[0].id;
        let sent = world.place(|new| {
            new.wish.amount = Money::new(60_000, Currency::CHF);
            new.wish.reward = Some((bank, 1));
            new.wish.region = Some("CH".to_owned());
        }).await.unwrap();
        back(world, "quiet@example.ch", false, true).await;
        world.db.write(async |tx| confirm_email(tx, sent.id).await).await.unwrap();
        world.settle(Span::days(10)).await;
        assert_eq!(told(world, "Wohin soll deine Gegenleistung gehen?").await, ["lea@example.ch"]);
    }
}
