//! Hearing that a campaign opens: asked for, proved, told once, forgotten.

use multitude_domain::campaigns::CampaignState;
use multitude_domain::locale::Locale;
use multitude_domain::time::Span;
use multitude_domain::view::FollowView;
use multitude_platform::followers::{
    FollowOutcome, NewFollower, confirm_follow, find_follow, follow_campaign, forget_old_followers, unfollow,
};

use crate::world::{World, contract, start};

async fn scheduled(world: &World) {
    world
        .open(|new| {
            new.state = CampaignState::Scheduled;
            new.opens_at = Some(start().plus(Span::days(2)));
        })
        .await;
}

async fn ask(world: &World, email: &str, is_proved: bool) -> FollowOutcome {
    let new =
        NewFollower { slug: "schatten".to_owned(), email: email.to_owned(), locale: Locale::De, is_proved };
    let keys = world.desk.keys.clone();
    world.db.write(async |tx| follow_campaign(tx, &keys, &new).await).await.unwrap()
}

/// The token of the last link that was mailed.
async fn token(world: &World) -> String {
    let text = world.mails().await.pop().unwrap().text;
    text.split_once("/follow/").unwrap().1[..64].to_owned()
}

async fn find(world: &World, token: &str) -> Option<FollowView> {
    world.db.read(async |tx| find_follow(tx, token).await).await.unwrap()
}

contract! {
    async fn who_proved_their_address_hears_once_that_it_opens(world: World) {
        scheduled(world).await;
        assert_eq!(ask(world, "mia@example.ch", false).await, FollowOutcome::Noted);
        let token = token(world).await;
        assert!(!find(world, &token).await.unwrap().is_confirmed, "the link alone changes nothing");
        world.db.write(async |tx| confirm_follow(tx, &token).await).await.unwrap();
        assert!(find(world, &token).await.unwrap().is_confirmed);
        ask(world, "nobody@example.ch", false).await;
        ask(world, "lea@example.ch", true).await;
        world.post().await;

        world.settle(Span::days(2)).await;
        let mails = world.mails().await;
        let opened: Vec<&str> = mails
            .iter()
            .filter(|mail| mail.subject == "Kühle schatten ist offen")
            .map(|mail| mail.email.as_str())
            .collect();
        assert_eq!(opened, ["mia@example.ch", "lea@example.ch"], "{mails:#?}");
        assert!(!find(world, &token).await.unwrap().is_ahead);
        assert_eq!(ask(world, "late@example.ch", false).await, FollowOutcome::NotAhead);
    }

    async fn address_is_noted_once_and_asked_a_few_times(world: World) {
        scheduled(world).await;
        for _ in 0..10 {
            assert_eq!(ask(world, "mia@example.ch", false).await, FollowOutcome::Noted);
            assert_eq!(ask(world, "MIA@example.ch", false).await, FollowOutcome::Noted);
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM campaign_followers").await, 1);
        assert_eq!(world.mails().await.len(), 6, "whoever asks in another's name does not fill their mailbox");
        let token = token(world).await;
        for n in 0..10 {
            ask(world, &format!("mia+{n}@example.ch"), false).await;
        }
        assert_eq!(world.mails().await.len(), 12, "nor by tags, which are counted as one beside it");
        world.db.write(async |tx| confirm_follow(tx, &token).await).await.unwrap();
        world.db.ambient().advance(Span::hours(2));
        let before = world.mails().await.len();
        assert_eq!(ask(world, "mia@example.ch", false).await, FollowOutcome::Noted, "the same answer");
        assert_eq!(world.mails().await.len(), before);
    }

    async fn tagged_address_proves_nothing_but_itself(world: World) {
        scheduled(world).await;
        ask(world, "mia@example.ch", false).await;
        let own = token(world).await;
        ask(world, "mia+other@example.ch", false).await;
        let mail = world.mails().await.pop().unwrap();
        assert_eq!(mail.email, "mia+other@example.ch");
        let others = token(world).await;
        assert_ne!(own, others);
        world.db.write(async |tx| confirm_follow(tx, &others).await).await.unwrap();
        assert!(!find(world, &own).await.unwrap().is_confirmed, "they may be two people");
    }

    async fn whoever_stops_is_forgotten(world: World) {
        scheduled(world).await;
        ask(world, "mia@example.ch", false).await;
        let token = token(world).await;
        let slug = world.db.write(async |tx| unfollow(tx, &token).await).await.unwrap();
        assert_eq!(slug.as_deref(), Some("schatten"));
        assert_eq!(find(world, &token).await, None);
        assert_eq!(find(world, &"0".repeat(64)).await, None);
        assert_eq!(world.count("SELECT COUNT(*) FROM campaign_followers").await, 0);
        world.settle(Span::days(2)).await;
        assert!(world.mails().await.iter().all(|mail| !mail.subject.contains("ist offen")));
    }

    async fn addresses_go_once_they_have_no_more_use(world: World) {
        scheduled(world).await;
        ask(world, "mia@example.ch", true).await;
        ask(world, "never@example.ch", false).await;
        let forget = async || world.db.write(async |tx| forget_old_followers(tx).await).await.unwrap();
        world.settle(Span::days(2)).await;
        world.post().await;
        forget().await;
        assert_eq!(world.count("SELECT COUNT(*) FROM campaign_followers").await, 2);
        world.db.ambient().advance(Span::days(31));
        forget().await;
        assert_eq!(world.count("SELECT COUNT(*) FROM campaign_followers").await, 0);
    }

    async fn nobody_waits_for_what_is_not_about_to_open(world: World) {
        world.open(|_| ()).await;
        assert_eq!(ask(world, "mia@example.ch", false).await, FollowOutcome::NotAhead);
        world.open(|new| { new.slug = "geheim".to_owned(); new.state = CampaignState::Draft; }).await;
        let new = NewFollower { slug: "geheim".to_owned(), email: "mia@example.ch".to_owned(), locale: Locale::De, is_proved: true };
        let keys = world.desk.keys.clone();
        let outcome = world.db.write(async |tx| follow_campaign(tx, &keys, &new).await).await.unwrap();
        assert_eq!(outcome, FollowOutcome::NotAhead);
        assert!(world.mails().await.is_empty());
    }
}
