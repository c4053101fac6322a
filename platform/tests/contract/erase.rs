//! Erasing a person: nothing of them is left anywhere, and the books still fit.

use std::collections::{BTreeMap, BTreeSet};

use multitude_domain::campaigns::CampaignState;
use multitude_domain::id::UserId;
use multitude_domain::money::{Currency, Money};
use multitude_domain::permission::{Actor, Role};
use multitude_domain::pledges::PledgeState;
use multitude_domain::time::Span;
use multitude_platform::accounts::{
    ErasePersonError, Erased, NewSession, erase_person, find_session, find_user, grant_role, start_session,
};
use multitude_platform::campaigns::{NewWords, ask_question, list_backers, list_questions};
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::keys::hex;
use multitude_platform::on;
use multitude_platform::payments::account_hash;
use multitude_platform::personal::{End, tables};
use multitude_platform::pledges::confirm_email;

use crate::world::{Kind, World, contract};

const LEA: &str = "lea@example.ch";

async fn erase(world: &World, actor: &Actor) -> Result<Erased, ErasePersonError> {
    world.db.write(async |tx| erase_person(tx, actor, "LEA@example.ch").await).await
}

/// Every table with its columns. Search's own tables are made of what campaigns say, and one is the
/// migrations'.
async fn columns(world: &World) -> BTreeMap<String, Vec<String>> {
    let statement = match world.kind() {
        Kind::Sqlite => {
            "SELECT m.name, p.name FROM sqlite_schema m JOIN pragma_table_info(m.name) p
             WHERE m.type = 'table' AND m.name NOT LIKE 'campaign_search_%'"
        }
        Kind::Postgres => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
             WHERE table_schema = 'public'"
        }
    };
    let find = async move |tx: &mut Tx| {
        Ok::<Vec<(String, String)>, StoreError>(on!(tx, c => sqlx::query_as(statement).fetch_all(c).await)?)
    };
    let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, column) in world.db.read(find).await.unwrap() {
        if !table.starts_with("sqlite_") && table != "_sqlx_migrations" {
            columns.entry(table).or_default().push(column);
        }
    }
    columns
}

/// Every column of every table with a value that holds a needle: words, whatever their case, or bytes.
async fn holding(world: &World, needle: Needle<'_>) -> BTreeSet<String> {
    let tested = |column: &str| match (needle, world.kind()) {
        (Needle::Words(words), _) => {
            format!("lower(CAST({column} AS TEXT)) LIKE lower('%{words}%')")
        }
        (Needle::Bytes(bytes), Kind::Sqlite) => format!("lower(hex({column})) LIKE '%{}%'", hex(bytes)),
        (Needle::Bytes(bytes), Kind::Postgres) => {
            format!("replace(CAST({column} AS TEXT), '-', '') LIKE '%{}%'", hex(bytes))
        }
    };
    let mut found = BTreeSet::new();
    for (table, columns) in columns(world).await {
        for column in columns {
            let statement = format!("SELECT COUNT(*) FROM {table} WHERE {}", tested(&column));
            let count = async move |tx: &mut Tx| {
                let count = sqlx::AssertSqlSafe(statement.clone());
                Ok::<i64, StoreError>(on!(tx, c => sqlx::query_scalar(count).fetch_one(c).await)?)
            };
            if world.db.read(count).await.unwrap() > 0 {
                found.insert(format!("{table}.{column}"));
            }
        }
    }
    found
}

#[derive(Clone, Copy)]
enum Needle<'a> {
    Words(&'a str),
    Bytes(&'a [u8]),
}

/// The columns that say `words`, but for search's, which say again what campaigns do.
async fn said(world: &World, words: &str) -> Vec<String> {
    let found = holding(world, Needle::Words(words)).await;
    found.into_iter().filter(|one| !one.starts_with("campaign_search.")).collect()
}

/// Words in the names of columns that a person's data may be in.
const PERSONAL: [&str; 17] = [
    "email", "user", "owner", "author", "name", "payer", "payee", "browser", "address", "caller", "token",
    "street", "postcode", "town", "phone", "hash", "body",
];

const ZORA: &str = "zora+post@quell.example";

/// Somebody who has done everything there is to do, and whose pledges are over.
async fn zora(world: &World) -> UserId {
    let id = world.open(|new| new.draft.goal_minor = 6_000).await;
    world.open(|new| new.slug = "andere".to_owned()).await;
    let user = world.user(ZORA).await;
    world.run(&[format!("UPDATE users SET name = 'Zora Quellfluss' WHERE email = '{ZORA}'")]).await;
    let zora = Actor::Member { user, roles: Vec::new() };
    let words = NewWords { author: "Zora Quellfluss".to_owned(), body: "Wer giesst?".to_owned() };
    world.db.write(async |tx| ask_question(tx, &zora, id, &words).await).await.unwrap();
    world.db.write(async |tx| start_session(tx, user).await).await.unwrap();
    world.db.write(async |tx| grant_role(tx, &Actor::System, ZORA, Role::Coach).await).await.unwrap();
    for backer in [Some(user), None] {
        let placed = world.place(|new| {
            (new.backer.user, new.backer.email) = (backer, Some("Zora+Post@quell.example".to_owned()));
            new.backer.name = "Zora Quellfluss".to_owned();
        });
        placed.await.unwrap();
    }
    world.settle(Span::days(9)).await;
    world.settle(Span::minutes(1)).await;
    world.post().await;
    let (id, of_user) = match world.kind() {
        Kind::Sqlite => ("x'0000'".to_owned(), format!("x'{}'", hex(user.uuid().as_bytes()))),
        Kind::Postgres => (r"'\x0000'".to_owned(), format!("CAST('{}' AS UUID)", user.uuid())),
    };
    world.run(&[
        format!("UPDATE campaigns SET owner_id = {of_user} WHERE slug = 'andere'"),
        format!("INSERT INTO campaign_members (campaign_id, user_id, added_at) SELECT id, {of_user}, 0 FROM campaigns"),
        "DELETE FROM campaign_members WHERE campaign_id IN (SELECT id FROM campaigns WHERE slug = 'andere')".to_owned(),
        format!("INSERT INTO campaign_notes (id, campaign_id, state, user_id, body, at) SELECT id, id, 'declined', {of_user}, 'Nein.', 0 FROM campaigns"),
        format!("INSERT INTO campaign_updates (id, campaign_id, user_id, author, title, body, at) SELECT id, id, {of_user}, 'Team', 'Neues', 'Viel.', 0 FROM campaigns"),
        format!("UPDATE campaign_questions SET answer = 'Wir.', answer_author = 'Team', answered_at = 0, answer_user_id = {of_user}"),
        format!("INSERT INTO campaign_followers (id, campaign_id, email, email_folded, locale, token_hash, asked_at) SELECT id, id, 'Zora+Post@quell.example', '{ZORA}', 'de', {id}, 0 FROM campaigns WHERE slug = 'andere'"),
        "INSERT INTO mails (id, letter, email, email_counted, subject_id, state, send_at, created_at) SELECT id, 'follow', email, 'zora@quell.example', id, 'waiting', 0, 0 FROM campaign_followers".to_owned(),
        format!("INSERT INTO sign_ins (id, email, locale, link_hash, browser_hash, asked_at, ends_at, email_counted) VALUES ({of_user}, '{ZORA}', 'de', {id}, {id}, 0, 0, 'zora@quell.example')"),
        "INSERT INTO pledge_addresses (pledge_id, name, street, postcode, town, country, at) SELECT id, 'Zora Quellfluss', 'Quellgasse 7', '3000', 'Bern', 'CH', 0 FROM pledges".to_owned(),
    ]).await;
    user
}

contract! {
    async fn every_table_is_named_with_what_it_holds_of_a_person(world: World) {
        let there = columns(world).await;
        let mut named: Vec<&str> = tables().map(|table| table.name).collect();
        named.sort_unstable();
        assert_eq!(named, there.keys().map(String::as_str).collect::<Vec<_>>(), "what the features name, and what is there");
        for table in tables() {
            let own = &there[table.name];
            let erased = match table.end {
                End::Columns(columns) => columns,
                End::Nothing => &[],
                End::Rows | End::Forgotten => continue,
            };
            let known: Vec<&str> = erased.iter().chain(table.kept).copied().collect();
            for column in &known {
                assert!(own.iter().any(|one| one == column), "{} has no {column}", table.name);
            }
            for column in own {
                let sounds = PERSONAL.iter().any(|word| column.contains(word));
                assert!(!sounds || known.contains(&column.as_str()), "who erases {}.{column}?", table.name);
            }
        }
    }

    async fn nothing_is_left_of_somebody_who_did_everything(world: World) {
        let user = zora(world).await;
        let payer = account_hash(&world.desk.keys, "card-zora@quell.example");
        let user = user.uuid();
        let (id, payer) = (Needle::Bytes(user.as_bytes()), Needle::Bytes(&payer));
        let needles = [Needle::Words("quell.example"), Needle::Words("Quellfluss"), Needle::Words("Quellgasse"), id, payer];
        let mut before = BTreeSet::new();
        for needle in needles {
            let found = holding(world, needle).await;
            assert!(!found.is_empty());
            before.extend(found);
        }
        for table in tables().filter(|table| matches!(table.end, End::Rows | End::Columns(_))) {
            // Details name pledges only; the test above counts them.
            let is_there = before.iter().any(|one| one.starts_with(&format!("{}.", table.name)));
            assert!(is_there || table.name == "ledger_details", "nothing of hers is in {}: {before:?}", table.name);
        }
        let erased = world.db.write(async |tx| erase_person(tx, &Actor::System, ZORA).await).await.unwrap();
        assert_eq!((erased.had_account, erased.pledges), (true, 2));
        for needle in needles {
            let mut left = holding(world, needle).await;
            // An id that is nobody's now.
            left.retain(|one| !["audit.user_id", "audit.subject_id", "audit.person_id"].contains(&one.as_str()));
            assert_eq!(left, BTreeSet::new());
        }
    }

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
