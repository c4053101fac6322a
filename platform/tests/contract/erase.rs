//! Erasing a person: nothing of them is left anywhere, and the books still fit.

use multitude_domain::campaigns::CampaignState;
use multitude_domain::money::{Currency, Money};
use multitude_domain::permission::{Actor, Role};
use multitude_domain::pledges::PledgeState;
use multitude_domain::time::Span;
use multitude_platform::accounts::{
    ErasePersonError, Erased, NewSession, erase_person, find_session, find_user, start_session,
};
use multitude_platform::campaigns::{NewWords, ask_question, list_backers, list_questions};
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::on;
use multitude_platform::pledges::confirm_email;

use crate::world::{Kind, World, contract};

const LEA: &str = "lea@example.ch";

async fn erase(world: &World, actor: &Actor) -> Result<Erased, ErasePersonError> {
    world.db.write(async |tx| erase_person(tx, actor, "LEA@example.ch").await).await
}

/// Every column of every table that says `words`.
async fn said(world: &World, words: &str) -> Vec<String> {
    let tables = match world.kind() {
        Kind::Sqlite => {
            "SELECT m.name, p.name FROM sqlite_schema m JOIN pragma_table_info(m.name) p
             WHERE m.type = 'table' AND m.name NOT LIKE 'campaign_search%' ORDER BY 1, 2"
        }
        Kind::Postgres => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
             WHERE table_schema = 'public' AND data_type <> 'tsvector' ORDER BY 1, 2"
        }
    };
    let words = words.to_owned();
    world
        .db
        .read(async move |tx: &mut Tx| {
            let columns: Vec<(String, String)> = on!(tx, c => sqlx::query_as(tables).fetch_all(c).await)?;
            let mut found = Vec::new();
            for (table, column) in columns {
                let statement = format!(
                    "SELECT COUNT(*) FROM {table} WHERE lower(CAST({column} AS TEXT)) LIKE lower($1)"
                );
                let count: i64 = on!(tx, c => sqlx::query_scalar(sqlx::AssertSqlSafe(statement.clone()))
                    .bind(format!("%{words}%")).fetch_one(c).await)?;
                if count > 0 {
                    found.push(format!("{table}.{column}"));
                }
            }
            Ok::<_, StoreError>(found)
        })
        .await
        .unwrap()
}

contract! {
    async fn nothing_of_a_person_is_left_and_the_books_still_fit(world: World) {
        let id = world.open(|new| new.draft.goal_minor = 6_000).await;
        let user = world.user(LEA).await;
        let lea = Actor::Member { user, roles: Vec::new() };
        let words = NewWords { author: "Lea Brunschwiler".to_owned(), body: "Wer giesst?".to_owned() };
        world.db.write(async |tx| ask_question(tx, &lea, id, &words).await).await.unwrap();
        let session: NewSession = world.db.write(async |tx| start_session(tx, user).await).await.unwrap();
        let placed = world.place(|new| new.backer.user = Some(user)).await.unwrap();
        world.db.write(async |tx| confirm_email(tx, placed.id).await).await.unwrap();
        let guest = world.place(|new| {
            new.wish.amount = Money::new(700, Currency::CHF);
            new.backer.email = Some("Lea@Example.ch".to_owned());
            new.token = "declined".to_owned();
        }).await;
        drop(guest);
        world.post().await;
        let open = erase(world, &Actor::System).await;
        assert!(matches!(open, Err(ErasePersonError::OpenPledges(1))), "{open:?}");

        world.settle(Span::days(9)).await;
        world.settle(Span::minutes(1)).await;
        world.post().await;
        assert_eq!(world.state_of(&placed).await, PledgeState::Paid);
        let before = world.show().await.summary;
        assert!(!said(world, "lea@example.ch").await.is_empty() && !said(world, "Brunschwiler").await.is_empty());
        let details = world.count("SELECT COUNT(*) FROM ledger_details").await;

        let erased = erase(world, &Actor::System).await.unwrap();
        assert!(erased.had_account && erased.pledges >= 1, "{erased:?}");
        assert_eq!(said(world, "lea@example.ch").await, Vec::<String>::new());
        // The team bears the same name, and said so itself.
        assert_eq!(said(world, "Brunschwiler").await, ["campaigns.team_name"]);
        assert!(world.count("SELECT COUNT(*) FROM ledger_details").await < details);
        assert_eq!(world.show().await.summary, before, "what was counted stays");
        let verified = world.verify().await;
        assert!(verified.findings.is_empty(), "{:#?}", verified.findings);
        let token = session.token.clone();
        assert!(world.db.read(async |tx| find_session(tx, &token).await).await.unwrap().is_none());
        assert!(world.db.read(async |tx| find_user(tx, LEA).await).await.unwrap().is_none());
        let backers = world.db.read(async |tx| list_backers(tx, id, 0, 10).await).await.unwrap();
        assert!(backers.items.iter().all(|one| one.shown_name.is_none()), "{backers:?}");
        let questions = world.db.read(async |tx| list_questions(tx, id, None, 10).await).await.unwrap();
        assert_eq!((questions.items[0].author.as_str(), questions.items[0].body.as_str()), ("", "Wer giesst?"));
        assert_eq!(erase(world, &Actor::System).await.unwrap(), Erased::default(), "nobody is there any more");
    }

    async fn who_answers_for_a_campaign_is_not_erased_before_its_end(world: World) {
        let owner = world.user(LEA).await;
        world.open(|new| new.owner = Some(owner)).await;
        assert!(matches!(erase(world, &Actor::System).await, Err(ErasePersonError::Answers { slug }) if slug == "schatten"));
        world.settle(Span::days(9)).await;
        world.settle(Span::minutes(1)).await;
        assert_eq!(world.show().await.summary.state, CampaignState::Closed);
        assert!(erase(world, &Actor::System).await.unwrap().had_account);
    }

    async fn only_operators_erase(world: World) {
        let user = world.user("somebody@example.ch").await;
        for roles in [vec![], vec![Role::Coach, Role::Moderator]] {
            let actor = Actor::Member { user, roles };
            assert!(matches!(erase(world, &actor).await, Err(ErasePersonError::Denied)));
        }
        assert!(matches!(erase(world, &Actor::Guest).await, Err(ErasePersonError::Denied)));
        erase(world, &Actor::Member { user, roles: vec![Role::Operator] }).await.unwrap();
    }
}
