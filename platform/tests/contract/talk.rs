//! What teams and readers tell each other: updates, questions, answers.

use multitude_domain::campaigns::{CampaignState, PromisedUpdate};
use multitude_domain::id::CampaignId;
use multitude_domain::permission::Actor;
use multitude_domain::time::{Day, Span};
use multitude_platform::campaigns::{
    NewUpdate, NewWords, PublishUpdateError, QuestionError, answer_question, ask_question,
    find_promised_update, list_questions, list_updates, publish_update,
};
use multitude_platform::demo;

use crate::world::{World, contract};

async fn member(world: &World, name: &str) -> Actor {
    Actor::Member { user: world.user(&format!("{name}@example.ch")).await, roles: Vec::new() }
}

/// An open campaign and its team.
async fn open(world: &World, state: CampaignState) -> (CampaignId, Actor) {
    let team = member(world, "team").await;
    let id = world
        .open(|new| {
            new.owner = team.user();
            new.state = state;
        })
        .await;
    (id, team)
}

fn update(title: &str) -> NewUpdate {
    NewUpdate {
        author: "Lea Brunschwiler".to_owned(),
        title: title.to_owned(),
        body: "Der erste Baum steht.".to_owned(),
    }
}

fn words(body: &str) -> NewWords {
    NewWords { author: "Rosa Imboden".to_owned(), body: body.to_owned() }
}

/// Runs one use case in a transaction of its own.
macro_rules! act {
    ($world:expr, $use_case:ident($($argument:expr),*)) => {
        $world.db.write(async |tx| $use_case(tx, $($argument),*).await).await
    };
}

contract! {
    async fn team_tells_and_everybody_reads_the_newest_first(world: World) {
        let (id, team) = open(world, CampaignState::Live).await;
        for n in 0..5 {
            world.db.ambient().advance(Span::hours((n + 1) % 2));
            act!(world, publish_update(&team, id, &update(&format!("Nr. {n}")))).unwrap();
        }
        let mut seen = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = world.db.read(async |tx| list_updates(tx, id, cursor.as_deref(), 2).await).await.unwrap();
            assert_eq!(page.total, 5);
            assert!(page.items.len() <= 2);
            seen.extend(page.items.into_iter().map(|one| one.title));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, ["Nr. 4", "Nr. 3", "Nr. 2", "Nr. 1", "Nr. 0"]);
        assert_eq!(world.count("SELECT COUNT(*) FROM outbox WHERE name = 'update_published'").await, 5);
        assert_eq!(world.show().await.talk.updates, 5);
        let broken = world.db.read(async |tx| list_updates(tx, id, Some("nonsense"), 0).await).await.unwrap();
        assert_eq!(broken.items.len(), 1, "a broken cursor begins at the newest, and no page is empty");
    }

    async fn only_the_team_of_an_opened_campaign_tells(world: World) {
        let (id, team) = open(world, CampaignState::Scheduled).await;
        let stranger = member(world, "stranger").await;
        let early = act!(world, publish_update(&team, id, &update("Bald"))).unwrap_err();
        assert_eq!(early.code(), "update.not_opened");
        world.settle(Span::ZERO).await;
        for nobody in [&stranger, &Actor::Guest] {
            let refusal = act!(world, publish_update(nobody, id, &update("Wir"))).unwrap_err();
            assert!(matches!(refusal, PublishUpdateError::Denied));
        }
        let empty = act!(world, publish_update(&team, id, &update(" "))).unwrap_err();
        assert_eq!(empty.code(), "update.title");
        let long = NewUpdate { body: "x".repeat(10_001), ..update("Lang") };
        assert_eq!(act!(world, publish_update(&team, id, &long)).unwrap_err().code(), "update.body");
        assert_eq!(world.show().await.talk.updates, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM outbox WHERE name = 'update_published'").await, 0);
    }

    async fn promise_follows_the_milestones(world: World) {
        let (id, team) = open(world, CampaignState::Live).await;
        let promised = async || {
            let view = world.show().await;
            world.db.read(async |tx| find_promised_update(tx, &view).await).await.unwrap()
        };
        let first = Day::new(2027, 6, 1).unwrap();
        assert_eq!(promised().await, PromisedUpdate::By(first));
        act!(world, publish_update(&team, id, &update("Noch offen"))).unwrap();
        assert_eq!(promised().await, PromisedUpdate::By(first), "talk before the deadline keeps no promise");
    }

    async fn member_asks_and_team_answers_once(world: World) {
        let (id, team) = open(world, CampaignState::Live).await;
        let reader = member(world, "reader").await;
        let first = act!(world, ask_question(&reader, id, &words(" Wer giesst?\r\n"))).unwrap();
        world.db.ambient().advance(Span::hours(1));
        act!(world, ask_question(&reader, id, &words("Und im Winter?"))).unwrap();
        act!(world, answer_question(&team, first, &words("Die Stadtgärtnerei."))).unwrap();

        let page = world.db.read(async |tx| list_questions(tx, id, None, 10).await).await.unwrap();
        assert_eq!(page.items.iter().map(|one| one.body.as_str()).collect::<Vec<_>>(), ["Und im Winter?", "Wer giesst?"]);
        assert_eq!(page.items[0].answer, None);
        assert_eq!(page.items[1].answer.as_ref().unwrap().body, "Die Stadtgärtnerei.");
        let again = act!(world, answer_question(&team, first, &words("Niemand."))).unwrap_err();
        assert!(matches!(again, QuestionError::Answered));
        assert_eq!(world.count("SELECT COUNT(*) FROM outbox WHERE name = 'question_asked'").await, 2);
        assert_eq!(world.count("SELECT COUNT(*) FROM outbox WHERE name = 'question_answered'").await, 1);
        let second = world.db.read(async |tx| list_questions(tx, id, None, 1).await).await.unwrap();
        let rest = world.db.read(async |tx| list_questions(tx, id, second.next_cursor.as_deref(), 1).await).await.unwrap();
        assert_eq!((rest.items[0].id, rest.next_cursor, rest.total), (first, None, 2));
    }

    async fn guests_do_not_ask_and_strangers_do_not_answer(world: World) {
        let (id, team) = open(world, CampaignState::Live).await;
        let reader = member(world, "reader").await;
        for nobody in [&Actor::Guest, &team] {
            let refusal = act!(world, ask_question(nobody, id, &words("Wer?"))).unwrap_err();
            assert!(matches!(refusal, QuestionError::Denied));
        }
        assert_eq!(act!(world, ask_question(&reader, id, &words(""))).unwrap_err().code(), "question.body");
        let asked = act!(world, ask_question(&reader, id, &words("Wer?"))).unwrap();
        let refusal = act!(world, answer_question(&reader, asked, &words("Ich."))).unwrap_err();
        assert!(matches!(refusal, QuestionError::Denied));
        let page = world.db.read(async |tx| list_questions(tx, id, None, 10).await).await.unwrap();
        assert_eq!((page.total, &page.items[0].answer), (1, &None));
    }

    async fn draft_is_nobodys_to_ask_about(world: World) {
        let (id, _) = open(world, CampaignState::Draft).await;
        let reader = member(world, "reader").await;
        let refusal = act!(world, ask_question(&reader, id, &words("Wer?"))).unwrap_err();
        assert!(matches!(refusal, QuestionError::NoCampaign));
        assert_eq!(act!(world, publish_update(&reader, id, &update("x"))).unwrap_err().code(), "update.no_campaign");
    }

    async fn one_person_waits_for_five_answers_at_most(world: World) {
        let (id, team) = open(world, CampaignState::Live).await;
        let (reader, other) = (member(world, "reader").await, member(world, "other").await);
        let first = act!(world, ask_question(&reader, id, &words("0?"))).unwrap();
        for n in 1..5 {
            act!(world, ask_question(&reader, id, &words(&format!("{n}?")))).unwrap();
        }
        let refusal = act!(world, ask_question(&reader, id, &words("5?"))).unwrap_err();
        assert!(matches!(refusal, QuestionError::TooMany));
        act!(world, ask_question(&other, id, &words("Ich auch?"))).unwrap();
        act!(world, answer_question(&team, first, &words("Ja."))).unwrap();
        act!(world, ask_question(&reader, id, &words("5?"))).unwrap();
    }

    async fn demo_world_has_something_to_say(world: World) {
        world.db.write(async |tx| demo::prepare_demo(tx, &world.desk.keys, &world.desk.payments).await).await.unwrap();
        demo::play_out(&world.desk).await.unwrap();
        let show = async |slug: &'static str| {
            world.db.read(async |tx| multitude_platform::campaigns::find_campaign(tx, slug).await).await.unwrap().unwrap()
        };
        let schatten = show("schattenplan-bahnhofplatz").await;
        assert_eq!((schatten.talk.updates, schatten.talk.questions), (2, 4));
        let questions = world.db.read(async |tx| list_questions(tx, schatten.summary.id, None, 60).await).await.unwrap();
        assert_eq!(questions.items.iter().filter(|one| one.answer.is_none()).count(), 1);
        let heat = show("heat-line").await;
        let promised = world.db.read(async |tx| find_promised_update(tx, &heat).await).await.unwrap();
        assert!(matches!(promised, PromisedUpdate::Overdue(_)), "{promised:?}");
        let done = show("moorwaechter").await;
        let promised = world.db.read(async |tx| find_promised_update(tx, &done).await).await.unwrap();
        assert_eq!(promised, PromisedUpdate::None);
    }
}
