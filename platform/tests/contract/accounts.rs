//! Signing in by link and by code, sessions, roles, and the pledges that come with an address.

use multitude_domain::id::{PledgeId, UserId};
use multitude_domain::locale::Locale;
use multitude_domain::money::{Currency, Money};
use multitude_domain::permission::{Actor, Role};
use multitude_domain::time::Span;
use multitude_platform::accounts::{
    self, AskSignIn, CODE_TRIES_MAX, NewSession, NewUser, SignInOutcome, SignedIn, ask_sign_in, create_user,
    end_session, end_sessions_of, find_session, find_sign_in, find_user, grant_role, list_sessions,
    readdress_all, sign_in_by_code, sign_in_by_link,
};
use multitude_platform::db::{StoreError, Tx};
use multitude_platform::pledges::{confirm_email, confirm_own, list_pledges_of};
use multitude_platform::{on, rows};
use uuid::Uuid;

use crate::world::{Kind, World, contract};

const BROWSER: [u8; 32] = [1; 32];
const OTHER_BROWSER: [u8; 32] = [2; 32];

async fn ask(world: &World, email: &str) {
    let ask = AskSignIn { email: email.to_owned(), locale: Locale::De, browser: BROWSER };
    world.db.write(async |tx| ask_sign_in(tx, &world.desk.keys, &ask).await).await.unwrap();
}

/// The link's token and the code in the newest mail.
async fn mailed(world: &World) -> (String, String) {
    let mail = world.mails().await.into_iter().rfind(|mail| mail.text.contains("/sign-in/")).unwrap();
    let token = mail.text.split("/sign-in/").nth(1).unwrap().lines().next().unwrap().to_owned();
    let code = mail
        .text
        .lines()
        .map(str::trim)
        .find(|line| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit()));
    (token, code.unwrap().to_owned())
}

async fn by_code(world: &World, browser: [u8; 32], code: &str) -> SignInOutcome {
    world.db.write(async |tx| sign_in_by_code(tx, &world.desk.keys, &browser, code).await).await.unwrap()
}

async fn by_link(world: &World, token: &str) -> SignInOutcome {
    world.db.write(async |tx| sign_in_by_link(tx, token).await).await.unwrap()
}

async fn who(world: &World, session: &NewSession) -> Option<SignedIn> {
    world.db.read(async |tx| find_session(tx, &session.token).await).await.unwrap()
}

fn started(outcome: SignInOutcome) -> NewSession {
    match outcome {
        SignInOutcome::Started(session) => session,
        other => panic!("not signed in: {other:?}"),
    }
}

/// Another code than this one.
fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

async fn account(world: &World, email: &str) -> Option<UserId> {
    world.db.read(async |tx| find_user(tx, email).await).await.unwrap()
}

/// Somebody follows the one campaign there is with this address.
async fn follow(world: &World, id: u8, email: &str) {
    let statement = "
        INSERT INTO campaign_followers (id, campaign_id, email, email_folded, locale, token_hash, asked_at)
        SELECT $1, id, $2, $2, 'de', $3, 0 FROM campaigns";
    let write = async |tx: &mut Tx| {
        let (id, hash) = (Uuid::from_bytes([id; 16]), [id; 32]);
        rows!(tx, sqlx::query(statement).bind(id).bind(email).bind(hash.as_slice()))?;
        Ok::<_, StoreError>(())
    };
    world.db.write(write).await.unwrap();
}

contract! {
    async fn code_signs_in_once_and_only_the_browser_that_asked(world: World) {
        ask(world, "Lea@example.ch").await;
        let (_, code) = mailed(world).await;
        assert_eq!(by_code(world, OTHER_BROWSER, &code).await, SignInOutcome::Ended);
        let session = started(by_code(world, BROWSER, &format!(" {} {}", &code[..3], &code[3..])).await);
        let lea = who(world, &session).await.unwrap();
        assert_eq!((lea.email.as_str(), lea.name.as_str(), lea.roles.len()), ("lea@example.ch", "lea", 0));
        assert_eq!(by_code(world, BROWSER, &code).await, SignInOutcome::Ended, "a code works once");
    }

    async fn link_signs_in_once_in_any_browser_and_looking_changes_nothing(world: World) {
        ask(world, "lea@example.ch").await;
        let (token, code) = mailed(world).await;
        for _ in 0..2 {
            let found = world.db.read(async |tx| find_sign_in(tx, &token).await).await.unwrap();
            assert_eq!(found.as_deref(), Some("lea@example.ch"));
        }
        assert_eq!(by_link(world, &token.replace(&token[..4], "0000")).await, SignInOutcome::Ended);
        started(by_link(world, &token).await);
        assert_eq!(by_link(world, &token).await, SignInOutcome::Ended, "a link works once");
        assert_eq!(by_code(world, BROWSER, &code).await, SignInOutcome::Ended, "and its code with it");
    }

    async fn code_and_link_end_after_a_quarter_of_an_hour(world: World) {
        ask(world, "lea@example.ch").await;
        let (token, code) = mailed(world).await;
        world.db.ambient().advance(accounts::SIGN_IN_WITHIN);
        assert_eq!(by_code(world, BROWSER, &code).await, SignInOutcome::Ended);
        assert_eq!(by_link(world, &token).await, SignInOutcome::Ended);
        assert_eq!(world.count("SELECT COUNT(*) FROM users").await, 0);
    }

    async fn codes_cannot_be_guessed_for_long(world: World) {
        ask(world, "lea@example.ch").await;
        let (token, code) = mailed(world).await;
        for typed in ["", " ", "12345", "1234567", "abcdef"] {
            assert_eq!(by_code(world, BROWSER, typed).await, SignInOutcome::NoCode, "{typed}: no try");
        }
        for left in (1..CODE_TRIES_MAX).rev() {
            assert_eq!(by_code(world, BROWSER, wrong(&code)).await, SignInOutcome::WrongCode, "{left}");
        }
        assert_eq!(by_code(world, BROWSER, wrong(&code)).await, SignInOutcome::TooManyTries);
        assert_eq!(by_code(world, BROWSER, &code).await, SignInOutcome::TooManyTries, "even the right one");
        started(by_link(world, &token).await);
    }

    async fn what_is_asked_too_often_is_mailed_within_the_hour_and_says_nothing(world: World) {
        for _ in 0..12 {
            ask(world, "lea@example.ch").await;
        }
        assert_eq!(world.mails().await.len(), 8);
        ask(world, "somebody@example.ch").await;
        assert_eq!(world.mails().await.len(), 9, "others are not kept from it");
        for n in 0..20 {
            ask(world, &format!("carol+{n}@example.ch")).await;
        }
        assert_eq!(world.mails().await.len(), 17, "all tags together");
        ask(world, "carol@example.ch").await;
        assert_eq!(world.mails().await.len(), 18, "tags do not use up the plain address");
        world.db.ambient().advance(Span::minutes(59));
        assert_eq!(world.mails().await.len(), 18);
        world.db.ambient().advance(Span::minutes(1));
        let mails = world.mails().await;
        assert_eq!(mails.len(), 20, "one each came within the hour");
        let late = mails.iter().filter(|mail| mail.email == "lea@example.ch").count();
        assert_eq!(late, 9);
        started(by_link(world, &mailed(world).await.0).await);
    }

    async fn code_of_a_mail_that_is_still_to_come_takes_no_place(world: World) {
        for _ in 0..8 {
            ask(world, "lea@example.ch").await;
        }
        let (_, code) = mailed(world).await;
        ask(world, "lea@example.ch").await;
        started(by_code(world, BROWSER, &code).await);
    }

    async fn nothing_secret_of_a_sign_in_is_stored(world: World) {
        ask(world, "lea@example.ch").await;
        let waiting = world.count("SELECT COUNT(*) FROM mails WHERE state = 'waiting'").await;
        assert_eq!(waiting, 1, "link and code are made when the mail leaves");
        assert_eq!(world.count("SELECT COUNT(*) FROM captured_mails").await, 0);
        let (token, _) = mailed(world).await;
        let session = started(by_link(world, &token).await);
        assert!(who(world, &session).await.is_some());
        let stored = world.count("SELECT COUNT(*) FROM sessions WHERE length(token_hash) = 32").await;
        assert_eq!(stored, 1);
    }

    async fn sessions_end_one_by_one_all_at_once_and_by_themselves(world: World) {
        let mut sessions = Vec::new();
        for _ in 0..3 {
            ask(world, "lea@example.ch").await;
            sessions.push(started(by_link(world, &mailed(world).await.0).await));
        }
        let [one, two, three] = &sessions[..] else { panic!("three sessions") };
        let lea = who(world, one).await.unwrap();
        let stranger = world.db.write(async |tx| {
            create_user(tx, &NewUser { email: "s@example.ch".to_owned(), name: "S".to_owned(), locale: Locale::En }).await
        }).await.unwrap();
        world.db.write(async |tx| end_session(tx, stranger, lea.session).await).await.unwrap();
        assert!(who(world, one).await.is_some(), "nobody ends another's session");
        world.db.write(async |tx| end_session(tx, lea.user, lea.session).await).await.unwrap();
        assert!(who(world, one).await.is_none());
        let listed = world.db.read(async |tx| list_sessions(tx, &lea).await).await.unwrap();
        assert_eq!(listed.len(), 2);
        world.db.write(async |tx| end_sessions_of(tx, lea.user).await).await.unwrap();
        assert!(who(world, two).await.is_none() && who(world, three).await.is_none());

        ask(world, "lea@example.ch").await;
        let last = started(by_link(world, &mailed(world).await.0).await);
        world.db.ambient().advance(Span::days(30));
        assert!(who(world, &last).await.is_none());
        world.db.write(async |tx| accounts::forget_old(tx).await).await.unwrap();
        assert_eq!(world.count("SELECT COUNT(*) FROM sessions").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM sign_ins").await, 0);
    }

    async fn proved_address_brings_its_guest_pledges_along(world: World) {
        world.open(|_| ()).await;
        world.place(|new| new.backer.email = Some("LEA@example.ch".to_owned())).await.unwrap();
        world.place(|new| new.backer.email = Some("tobias@example.ch".to_owned())).await.unwrap();
        ask(world, "lea@example.ch").await;
        let lea = who(world, &started(by_link(world, &mailed(world).await.0).await)).await.unwrap();
        assert_eq!(lea.name, "lea", "anybody may have typed that name");
        let keys = &world.desk.keys;
        let own = world.db.read(async |tx| list_pledges_of(tx, keys, lea.user, None, 10).await).await.unwrap();
        assert_eq!(own.items.len(), 1);
        let confirmed = "SELECT COUNT(*) FROM pledges WHERE email_confirmed_at IS NOT NULL";
        assert_eq!(world.count(confirmed).await, 0, "anybody may have pledged in their name");
        let all = "SELECT id FROM pledges ORDER BY email_folded";
        let ids: Vec<Uuid> = world.db.read(async |tx| {
            Ok::<_, StoreError>(on!(tx, c => sqlx::query_scalar(all).fetch_all(c).await)?)
        }).await.unwrap();
        let own = async |id: Uuid| {
            world.db.write(async |tx| confirm_own(tx, PledgeId::new(id), &lea.email).await).await.unwrap()
        };
        assert_eq!((own(ids[0]).await, own(ids[1]).await), (true, false), "nobody says so of another's");
        assert_eq!(world.count(confirmed).await, 1);
    }

    async fn domain_in_either_form_is_one_account(world: World) {
        let mut found = Vec::new();
        for email in ["Lea@Zürich.example", "lea@zu\u{308}rich.example", "lea@xn--zrich-kva.example"] {
            ask(world, email).await;
            let lea = who(world, &started(by_link(world, &mailed(world).await.0).await)).await.unwrap();
            found.push((lea.user, lea.email));
        }
        let one = (found[0].0, "lea@xn--zrich-kva.example".to_owned());
        assert_eq!(found, [one.clone(), one.clone(), one]);
    }

    async fn account_is_not_named_after_an_address_of_the_web(world: World) {
        for (email, name) in [("casino.com@example.ch", ""), ("lea.brunner@example.ch", "lea.brunner")] {
            ask(world, email).await;
            let who = who(world, &started(by_link(world, &mailed(world).await.0).await)).await.unwrap();
            assert_eq!(who.name, name);
        }
    }

    async fn addresses_of_before_are_found_in_their_one_form(world: World) {
        world.open(|_| ()).await;
        let (ascii, old) = ("lea@xn--zrich-kva.example", "lea@zürich.example");
        let user = world.user(ascii).await;
        world.user("jürg@example.ch").await;
        world.user("mia@zürich.example").await;
        for (email, user) in [(ascii, None), ("Lea@xn--zrich-kva.example", Some(user)), ("nobody@example.ch", None)] {
            world.place(|new| (new.backer.email, new.backer.user) = (Some(email.to_owned()), user)).await.unwrap();
        }
        follow(world, 1, ascii).await;
        follow(world, 2, old).await;
        world.post().await;
        let to_old = |table: &str, column: &str| {
            format!("UPDATE {table} SET {column} = replace({column}, 'xn--zrich-kva', 'zürich')")
        };
        world.run(&[
            to_old("users", "email"),
            to_old("pledges", "email"),
            to_old("pledges", "email_folded"),
            to_old("mails", "email"),
            to_old("captured_mails", "email"),
            "DROP TABLE emails_to_readdress".to_owned(),
            match world.kind() {
                Kind::Sqlite => include_str!("../../migrations/sqlite/0022_email_domains.sql").to_owned(),
                Kind::Postgres => include_str!("../../migrations/postgres/0022_email_domains.sql").to_owned(),
            },
        ]).await;
        let waiting = "SELECT COUNT(*) FROM emails_to_readdress";
        assert_eq!(world.count(waiting).await, 4, "lea twice, jürg and mia");

        readdress_all(&world.db).await.unwrap();

        assert_eq!(world.count(waiting).await, 0);
        assert_eq!(account(world, old).await, Some(user));
        assert!(account(world, "jürg@example.ch").await.is_some());
        assert!(account(world, "mia@zürich.example").await.is_some());
        assert_eq!(world.count("SELECT COUNT(*) FROM campaign_followers").await, 1, "they are told once");
        let counts = [
            ("SELECT COUNT(*) FROM pledges WHERE email_folded = 'lea@xn--zrich-kva.example'", 2),
            ("SELECT COUNT(*) FROM pledges WHERE email = 'Lea@xn--zrich-kva.example'", 1),
            ("SELECT COUNT(*) FROM mails WHERE email LIKE '%zürich%'", 0),
            ("SELECT COUNT(*) FROM captured_mails WHERE email LIKE '%zürich%'", 0),
            ("SELECT COUNT(*) FROM pledges WHERE email = 'nobody@example.ch'", 1),
        ];
        for (statement, count) in counts {
            assert_eq!(world.count(statement).await, count, "{statement}");
        }
        ask(world, old).await;
        let lea = who(world, &started(by_link(world, &mailed(world).await.0).await)).await.unwrap();
        let keys = &world.desk.keys;
        let own = world.db.read(async |tx| list_pledges_of(tx, keys, lea.user, None, 10).await).await.unwrap();
        assert_eq!((lea.user, own.items.len()), (user, 2));
    }

    async fn two_accounts_of_one_address_stay_two(world: World) {
        let ascii = world.user("lea@xn--zrich-kva.example").await;
        let other = world.user("lea@example.ch").await;
        world.run(&[
            "UPDATE users SET email = 'lea@zürich.example' WHERE email = 'lea@example.ch'".to_owned(),
            "INSERT INTO emails_to_readdress (email) VALUES ('lea@zürich.example')".to_owned(),
        ]).await;
        readdress_all(&world.db).await.unwrap();
        assert_eq!(account(world, "lea@zürich.example").await, Some(ascii));
        assert_ne!(ascii, other);
        assert_eq!(world.count("SELECT COUNT(*) FROM users WHERE email = 'lea@zürich.example'").await, 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM emails_to_readdress").await, 0, "it is said once");
    }

    async fn own_pledges_are_listed_page_by_page(world: World) {
        world.open(|_| ()).await;
        let user = world.user("lea@example.ch").await;
        for minor in [5_000, 6_000, 7_000, 8_000, 9_000] {
            world.place(|new| { new.backer.user = Some(user); new.wish.amount = Money::new(minor, Currency::CHF); }).await.unwrap();
        }
        let keys = &world.desk.keys;
        let (mut seen, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = world.db.read(async |tx| list_pledges_of(tx, keys, user, cursor.as_deref(), 2).await).await.unwrap();
            assert!(page.items.len() <= 2 && page.total == 5);
            seen.extend(page.items.into_iter().map(|one| one.amount_minor));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, [9_000, 8_000, 7_000, 6_000, 5_000], "the newest first, each once");
        let nonsense = world.db.read(async |tx| list_pledges_of(tx, keys, user, Some("nothing"), 2).await).await.unwrap();
        assert_eq!(nonsense.items[0].amount_minor, 9_000);
    }

    async fn account_is_named_as_its_proved_pledge_is(world: World) {
        world.open(|_| ()).await;
        let mine = world.place(|_| ()).await.unwrap();
        world.db.write(async |tx| confirm_email(tx, mine.id).await).await.unwrap();
        world.place(|new| new.backer.name = "Somebody Else".to_owned()).await.unwrap();
        ask(world, "lea@example.ch").await;
        let lea = who(world, &started(by_link(world, &mailed(world).await.0).await)).await.unwrap();
        assert_eq!(lea.name, "Lea Brunschwiler");
    }

    async fn addresses_are_one_whatever_their_case_in_every_script(world: World) {
        world.open(|_| ()).await;
        world.place(|new| new.backer.email = Some("ÉLÉONORE@exemple.fr".to_owned())).await.unwrap();
        world.place(|new| new.backer.email = Some("Éléonore+x@exemple.fr".to_owned())).await.unwrap();
        ask(world, "éléonore@Exemple.fr").await;
        let own = who(world, &started(by_link(world, &mailed(world).await.0).await)).await.unwrap();
        let keys = &world.desk.keys;
        let pledges = world.db.read(async |tx| list_pledges_of(tx, keys, own.user, None, 10).await).await.unwrap();
        assert_eq!((own.email.as_str(), pledges.items.len()), ("éléonore@exemple.fr", 1), "a tag is another person's");
        assert_eq!(world.user("ÉLÉONORE@EXEMPLE.FR").await, own.user);
    }

    async fn tags_get_no_more_mails_than_their_address(world: World) {
        for n in 0..12 {
            ask(world, &format!("Lea+{n}@example.ch")).await;
        }
        assert_eq!(world.mails().await.len(), 8);
    }

    async fn operators_grant_roles_and_nobody_else_does(world: World) {
        let grant = async |actor: &Actor, email: &str| {
            world.db.write(async |tx| grant_role(tx, actor, email, Role::Moderator).await).await
        };
        let user = grant(&Actor::System, "Beatrix@example.ch").await.unwrap();
        assert_eq!(grant(&Actor::System, "beatrix@example.ch").await.unwrap(), user, "twice is once");
        ask(world, "beatrix@example.ch").await;
        let beatrix = who(world, &started(by_link(world, &mailed(world).await.0).await)).await.unwrap();
        assert_eq!(beatrix.roles, [Role::Moderator]);
        assert!(grant(&beatrix.actor(), "lea@example.ch").await.is_err());
        assert!(grant(&Actor::Guest, "lea@example.ch").await.is_err());
        assert_eq!(world.count("SELECT COUNT(*) FROM user_roles").await, 1);
    }
}
