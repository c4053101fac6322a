//! Every privileged deed leaves one row in the audit, from the use case itself; what is one's own leaves
//! none. Rows stay; their words go with a person.

use std::future::Future;
use std::sync::Arc;

use multitude_domain::campaigns::CampaignState;
use multitude_domain::fees::BasisPoints;
use multitude_domain::id::CampaignId;
use multitude_domain::money::{Currency, Money};
use multitude_domain::permission::{
    Actor, DeedKind, Grounds, Role, accounts as account_deeds, campaigns as campaign_deeds,
    installation as installation_deeds, pledges as pledge_deeds, settlement as settlement_deeds,
};
use multitude_domain::pledges::{PostalAddress, ShowAs};
use multitude_domain::time::Span;
use multitude_domain::view::Consents;
use multitude_platform::accounts::{erase_person, grant_role};
use multitude_platform::audit::{AuditAbout, AuditRow, ReadAuditError, Words, find_about, list_audit};
use multitude_platform::campaigns::{
    ChangeCampaignError, NewUpdate, NewWords, add_member, answer_question, ask_question, cancel_campaign,
    choose_start, create_campaign, decline_campaign, edit_campaign, publish_update, remove_member,
    reopen_campaign, request_changes, resume_campaign, schedule_campaign, submit_campaign, suspend_campaign,
};
use multitude_platform::clock::confirm_clock;
use multitude_platform::db::{CarriesStoreError, StoreError, Tx};
use multitude_platform::fees::set_platform_fee;
use multitude_platform::import::{Encoding, Progress, import_kickstarter};
use multitude_platform::mail;
use multitude_platform::on;
use multitude_platform::pledges::{
    self, Access, PlacedPledge, accept_transfer, cancel_pledge, change_pledge, give_address, note_consents,
    replace_method, return_transfer, review_pledge, show_otherwise,
};
use multitude_platform::settlement::{complete, pay_out, state_delivery, verify_payee};
use tokio_util::sync::CancellationToken;

use crate::world::{Kind, World, by_bank, campaign, contract, start, wants};

/// Runs one use case in a transaction of its own.
macro_rules! act {
    ($world:expr, $use_case:ident($($argument:expr),*)) => {
        $world.db.write(async |tx| $use_case(tx, $($argument),*).await).await.unwrap()
    };
}

async fn read(world: &World, about: Option<&str>) -> Vec<AuditRow> {
    let about: Option<AuditAbout> = about.map(|text| text.parse().unwrap());
    let read = world.db.read(async |tx| {
        let about = match &about {
            Some(about) => Some(find_about(tx, about).await?.expect("it is there")),
            None => None,
        };
        list_audit(tx, &Actor::System, about, None, 500).await
    });
    read.await.unwrap().0
}

/// What a deed is to leave: its name, how, on what grounds, and to what kind of thing.
type Wanted<'a> = (&'a str, &'a str, Grounds, &'a str);

/// Goes through deeds; which ones left a row.
struct Deeds<'a> {
    world: &'a World,
    left: Vec<String>,
}

impl<'a> Deeds<'a> {
    fn of(world: &'a World) -> Self {
        Self { world, left: Vec::new() }
    }

    /// The act leaves this row and no other.
    async fn leaves(&mut self, wanted: Wanted<'_>, act: impl Future<Output = ()>) {
        let before = read(self.world, None).await.len();
        self.world.db.ambient().advance(Span::seconds(1));
        act.await;
        let rows = read(self.world, None).await;
        assert_eq!(rows.len(), before + 1, "{wanted:?}");
        let row = &rows[0];
        assert_eq!((&*row.deed, &*row.how, row.grounds, &*row.subject_kind), wanted);
        assert_eq!(row.user.is_none(), row.grounds == Grounds::Installation, "{row:?}");
        self.left.push(row.deed.clone());
    }

    async fn leaves_nothing(&self, act: impl Future<Output = ()>) {
        let before = read(self.world, None).await.len();
        act.await;
        assert_eq!(read(self.world, None).await.len(), before);
    }

    /// Every deed of the feature that changes something has left one.
    fn are_all<D: DeedKind>(&self, changes: impl Fn(D) -> bool) {
        for deed in D::ALL {
            let has_left = self.left.iter().any(|left| left == deed.name());
            assert_eq!(has_left, changes(*deed), "{deed:?}");
        }
    }
}

async fn member(world: &World, name: &str, roles: &[Role]) -> Actor {
    Actor::Member { user: world.user(&format!("{name}@example.ch")).await, roles: roles.to_vec() }
}

async fn own_pledge(world: &World, minor: i64) -> PlacedPledge {
    world.give(minor, "ok").await
}

/// Makes a settled campaign of the team, with money to pay out.
async fn collected(world: &World, owner: &Actor) -> CampaignId {
    let id = world
        .open(|new| {
            new.draft.goal_minor = 10_000;
            new.owner = owner.user();
        })
        .await;
    world.give(6_000, "ok").await;
    world.give(4_000, "charge_declined").await;
    world.settle(Span::days(9)).await;
    world.settle(Span::days(7)).await;
    id
}

const INSTALLATION: Grounds = Grounds::Installation;

contract! {
    async fn every_privileged_deed_to_a_campaign_leaves_a_row(world: World) {
        use campaign_deeds::Deed;
        let system = &Actor::System;
        let team = &member(world, "team", &[]).await;
        let coach = &member(world, "coach", &[Role::Coach]).await;
        let moderator = &member(world, "moderator", &[Role::Moderator]).await;
        let joining = world.user("joining@example.ch").await;
        let mut draft = campaign("schatten", 30).draft;
        draft.milestones = vec![("Erster".to_owned(), "2027-09-01".to_owned()), ("Letzter".to_owned(), "2027-10-01".to_owned())];
        let (draft, mut deeds) = (&draft, Deeds::of(world));
        deeds.leaves(("create_campaign", "create", INSTALLATION, "campaign"), async { drop(act!(world, create_campaign(system, draft))) }).await;
        let mut own = None;
        deeds.leaves_nothing(async { own = Some(act!(world, create_campaign(team, draft)).id); }).await;
        let id = own.unwrap();
        deeds.leaves(("edit_campaign", "edit", INSTALLATION, "campaign"), async { act!(world, edit_campaign(system, id, draft)) }).await;
        deeds.leaves_nothing(async { act!(world, edit_campaign(team, id, draft)); act!(world, submit_campaign(team, id)); }).await;
        deeds.leaves(("review_campaign", "request_changes", Grounds::Role, "campaign"), async { act!(world, request_changes(coach, id, "Wer giesst?")) }).await;
        deeds.leaves(("edit_campaign", "submit", INSTALLATION, "campaign"), async { act!(world, submit_campaign(system, id)) }).await;
        deeds.leaves(("review_campaign", "decline", Grounds::Role, "campaign"), async { act!(world, decline_campaign(coach, id, "Nein.")) }).await;
        deeds.leaves(("edit_campaign", "reopen", INSTALLATION, "campaign"), async { act!(world, reopen_campaign(system, id)) }).await;
        act!(world, submit_campaign(team, id));
        let (first, second) = (start().plus(Span::days(2)), start().plus(Span::days(3)));
        deeds.leaves(("review_campaign", "schedule 2027-03-03", Grounds::Role, "campaign"), async { act!(world, schedule_campaign(coach, id, first)); }).await;
        deeds.leaves(("edit_campaign", "choose_start 2027-03-04", INSTALLATION, "campaign"), async { act!(world, choose_start(system, id, second)); }).await;
        deeds.leaves_nothing(async { act!(world, choose_start(team, id, first)); }).await;
        deeds.leaves(("manage_team", "add_member", Grounds::Own, "campaign"), async { act!(world, add_member(team, id, joining)) }).await;
        deeds.leaves_nothing(async { act!(world, add_member(team, id, joining)) }).await;
        deeds.leaves(("manage_team", "remove_member", INSTALLATION, "campaign"), async { act!(world, remove_member(system, id, joining)) }).await;
        deeds.leaves_nothing(async { act!(world, remove_member(team, id, joining)) }).await;
        world.settle(Span::days(3)).await;
        let (update, words) = (NewUpdate { author: "Lea".to_owned(), title: "Neu".to_owned(), body: "Es steht.".to_owned() }, NewWords { author: "Lea".to_owned(), body: "Wer giesst?".to_owned() });
        let mut said = String::new();
        deeds.leaves_nothing(async { act!(world, publish_update(team, id, &update)); }).await;
        for (deed, nth) in [("publish_update", 0), ("ask_question", 1), ("answer_question", 2)] {
            let before = read(world, None).await.len();
            world.db.ambient().advance(Span::seconds(1));
            match nth {
                0 => said = act!(world, publish_update(system, id, &update)).to_string(),
                1 => said = act!(world, ask_question(system, id, &words)).to_string(),
                _ => act!(world, answer_question(system, said.parse().unwrap(), &words)),
            }
            let rows = read(world, None).await;
            assert_eq!((rows.len(), &*rows[0].deed, &*rows[0].how), (before + 1, deed, &*said));
            deeds.left.push(deed.to_owned());
        }
        deeds.leaves(("suspend_campaign", "suspend", Grounds::Role, "campaign"), async { act!(world, suspend_campaign(moderator, id, "Ein Bild.")) }).await;
        deeds.leaves(("suspend_campaign", "resume", Grounds::Role, "campaign"), async { act!(world, resume_campaign(moderator, id)) }).await;
        act!(world, suspend_campaign(moderator, id, "Noch eines."));
        deeds.leaves(("cancel_campaign", "cancel", Grounds::Own, "campaign"), async { act!(world, cancel_campaign(team, id, "Wir geben auf.")) }).await;
        deeds.are_all(|deed| match deed {
            Deed::SeeDraft => false,
            Deed::CreateCampaign | Deed::EditCampaign | Deed::ManageTeam | Deed::ReviewCampaign | Deed::SuspendCampaign
            | Deed::CancelCampaign | Deed::PublishUpdate | Deed::AskQuestion | Deed::AnswerQuestion => true,
        });
        let cancelled = &read(world, None).await[0];
        assert_eq!((cancelled.user, cancelled.subject_id), (team.user(), Some(id.uuid())));
        assert_eq!(cancelled.words, Words::Kept { who: "Lea".to_owned(), whom: String::new(), why: "Wir geben auf.".to_owned() });
    }

    async fn every_privileged_deed_to_a_pledge_leaves_a_row(world: World) {
        use pledge_deeds::Deed;
        let (system, moderator) = (&Actor::System, &member(world, "moderator", &[Role::Moderator]).await);
        world.open(|new| new.draft.goal_minor = 600_000).await;
        let reward = world.reward().await;
        let (payments, mut deeds) = (world.desk.payments.clone(), Deeds::of(world));
        let (first, second) = (own_pledge(world, 6_000).await, own_pledge(world, 7_000).await);
        let (mine, holder) = (first.id, world.holder(second.id).await);
        let bigger = { let mut new = world.chosen(mine).await; new.wish.amount = Money::new(8_000, Currency::CHF); new };
        let consents = Consents { updates: true, news: false };
        // A backer's own pledge is their own.
        deeds.leaves_nothing(async {
            act!(world, change_pledge(&Actor::Guest, holder, &bigger, None));
            act!(world, show_otherwise(&Actor::Guest, holder, ShowAs::Initials));
            act!(world, note_consents(&Actor::Guest, holder, consents));
            replace_method(&world.desk, &Actor::Guest, holder, "ok").await.unwrap();
            act!(world, cancel_pledge(&payments, &Actor::Guest, holder));
        }).await;
        let manage = |how| ("manage_pledge", how, INSTALLATION, "pledge");
        deeds.leaves(manage("change"), async { act!(world, change_pledge(system, mine, &bigger, None)) }).await;
        deeds.leaves(manage("show_as"), async { act!(world, show_otherwise(system, mine, ShowAs::Initials)) }).await;
        deeds.leaves(manage("consents"), async { act!(world, note_consents(system, mine, consents)) }).await;
        deeds.leaves(manage("replace_method"), async { replace_method(&world.desk, system, mine, "ok").await.unwrap(); }).await;
        deeds.leaves(manage("cancel"), async { act!(world, cancel_pledge(&payments, system, mine)) }).await;

        let large = world.give(300_000, "ok").await;
        let (short, other) = (world.place(by_bank("challenge", 5_000)).await.unwrap(), world.place(by_bank("challenge", 6_000)).await.unwrap());
        world.pass(Span::minutes(2)).await;
        let review = |how| ("review_pledge", how, Grounds::Role, "pledge");
        deeds.leaves(review("count"), async { act!(world, review_pledge(moderator, large.id)) }).await;
        deeds.leaves(review("accept_transfer"), async { act!(world, accept_transfer(moderator, short.id)) }).await;
        deeds.leaves(review("return_transfer"), async { act!(world, return_transfer(&payments, moderator, other.id)) }).await;
        let sent = world.place(|new| { wants(reward)(new); new.wish.amount = Money::new(400_000, Currency::CHF); }).await.unwrap();
        act!(world, review_pledge(moderator, sent.id));
        world.settle(Span::days(9)).await;
        let address = PostalAddress { name: "Lea".to_owned(), street: "Gasse 1".to_owned(), postcode: "3000".to_owned(), town: "Bern".to_owned(), country: "CH".to_owned() };
        deeds.leaves(manage("address"), async { act!(world, give_address(system, &sent.receipt, &address)) }).await;
        deeds.leaves_nothing(async { act!(world, give_address(&Actor::Guest, &sent.receipt, &address)) }).await;
        deeds.are_all(|deed| match deed {
            Deed::ManagePledge | Deed::ReviewPledge => true,
        });
    }

    async fn every_privileged_deed_with_a_campaigns_money_leaves_a_row(world: World) {
        use settlement_deeds::Deed;
        let team = &member(world, "team", &[]).await;
        let operator = &member(world, "operator", &[Role::Operator]).await;
        let id = collected(world, team).await;
        assert_eq!(world.campaign_state().await, CampaignState::Collecting);
        let mut deeds = Deeds::of(world);
        deeds.leaves(("state_delivery", "", Grounds::Own, "campaign"), async { act!(world, state_delivery(team, id)) }).await;
        deeds.leaves_nothing(async { act!(world, state_delivery(team, id)) }).await;
        world.settle(Span::minutes(1)).await;
        let row = |how| ("pay_out", how, Grounds::Role, "campaign");
        deeds.leaves(row("verify_payee"), async { act!(world, verify_payee(operator, id, [1; 32])) }).await;
        deeds.leaves(row("fulfil"), async { act!(world, pay_out(operator, id)) }).await;
        deeds.leaves(row("complete"), async { act!(world, complete(operator, id)) }).await;
        deeds.are_all(|deed| match deed {
            Deed::PayOut | Deed::StateDelivery => true,
        });
    }

    async fn every_privileged_deed_to_people_and_the_installation_leaves_a_row(world: World) {
        let operator = &member(world, "operator", &[Role::Operator]).await;
        let mut deeds = Deeds::of(world);
        let by = Grounds::Role;
        deeds.leaves(("grant_role", "coach", by, "person"), async { act!(world, grant_role(operator, "new@example.ch", Role::Coach)); }).await;
        deeds.leaves(("erase_person", "0 pledges", by, "person"), async { act!(world, erase_person(operator, "new@example.ch")); }).await;
        deeds.leaves(("set_fees", "450 bp", by, "installation"), async { act!(world, set_platform_fee(operator, BasisPoints::new(450))) }).await;
        deeds.leaves(("confirm_clock", "", by, "installation"), async { confirm_clock(&world.db, operator, Some("Neue Batterie.")).await.unwrap() }).await;
        let mails = async |tx: &mut Tx| mail::retry_failed(tx, operator).await;
        deeds.leaves(("retry_mails", "0 mails", by, "installation"), async { world.db.write(mails).await.unwrap(); }).await;
        let file: &[u8] = b"ID,name,category,main_category,currency,deadline,goal,launched,pledged,state,backers,country\n";
        let import = async {
            let progress = Arc::new(Progress::default());
            drop(import_kickstarter(&world.desk, operator, file, Encoding::default(), &progress, &CancellationToken::new()).await.unwrap());
        };
        deeds.leaves(("import_campaigns", "kickstarter", by, "installation"), import).await;
        deeds.are_all(|deed| match deed {
            account_deeds::Deed::GrantRole | account_deeds::Deed::ErasePerson => true,
        });
        deeds.are_all(|deed| match deed {
            installation_deeds::Deed::ReadAudit => false,
            installation_deeds::Deed::SetFees | installation_deeds::Deed::ConfirmClock | installation_deeds::Deed::RetryMails
            | installation_deeds::Deed::ImportCampaigns => true,
        });
        for denied in [Actor::Guest, member(world, "somebody", &[Role::Coach, Role::Moderator]).await] {
            assert!(confirm_clock(&world.db, &denied, None).await.is_err());
            assert!(world.db.write(async |tx| mail::retry_failed(tx, &denied).await).await.is_err());
            let none = world.db.read(async |tx| list_audit(tx, &denied, None, None, 5).await).await;
            assert!(matches!(none, Err(ReadAuditError::Denied)), "{none:?}");
        }
    }

    async fn what_was_refused_or_failed_leaves_nothing(world: World) {
        let id = world.open(|_| ()).await;
        let coach = member(world, "coach", &[Role::Coach]).await;
        let deeds = Deeds::of(world);
        deeds.leaves_nothing(async {
            for (actor, reason) in [(&coach, "Darf nicht."), (&Actor::System, " ")] {
                let refused = world.db.write(async |tx| suspend_campaign(tx, actor, id, reason).await).await;
                assert!(refused.is_err());
            }
            // Done, and undone with its transaction.
            let undone = world.db.write(async |tx| {
                suspend_campaign(tx, &Actor::System, id, "Ein Bild.").await?;
                Err::<(), _>(ChangeCampaignError::TooLate)
            });
            assert!(undone.await.is_err());
        }).await;
        assert_eq!(world.campaign_state().await, CampaignState::Live);
    }

    async fn reason_is_what_the_deed_says_or_what_the_door_was_told(world: World) {
        let id = world.open(|_| ()).await;
        act!(world, suspend_campaign(&Actor::System, id, "  Ein Bild.  "));
        world.db.ambient().advance(Span::seconds(1));
        world.db.write(async |tx| {
            tx.explain(Some("Es ist ihres."));
            resume_campaign(tx, &Actor::System, id).await
        }).await.unwrap();
        world.db.ambient().advance(Span::seconds(1));
        act!(world, set_platform_fee(&Actor::System, BasisPoints::new(450)));
        let why: Vec<Words> = read(world, None).await.into_iter().map(|row| row.words).collect();
        let kept = |why: &str| Words::Kept { who: String::new(), whom: String::new(), why: why.to_owned() };
        assert_eq!(why, [Words::None, kept("Es ist ihres."), kept("Ein Bild.")], "what one was told is not said of the next");
    }

    async fn rows_stay_and_words_are_erased_but_never_changed(world: World) {
        let id = world.open(|_| ()).await;
        act!(world, suspend_campaign(&Actor::System, id, "Ein Bild."));
        let attempt = async |statement: &'static str| {
            let tried = world.db.write(async |tx| {
                on!(tx, c => sqlx::raw_sql(statement).execute(c).await.map(|_| ()))?;
                Ok::<_, StoreError>(())
            });
            tried.await.map_err(|error| { assert!(error.store_error().is_some()); error.to_string() })
        };
        for statement in ["UPDATE audit SET how = 'resume'", "DELETE FROM audit", "UPDATE audit_words SET why = 'x'"] {
            let refused = attempt(statement).await.unwrap_err();
            assert!(refused.contains("append-only") || refused.contains("never changed"), "{statement}: {refused}");
        }
        if world.kind() == Kind::Postgres {
            assert!(attempt("TRUNCATE audit CASCADE").await.is_err());
        }
        // Whoever gets past the trigger is seen.
        let (off, on) = match world.kind() {
            Kind::Sqlite => ("DROP TRIGGER audit_words_keep", "CREATE TRIGGER audit_words_keep BEFORE UPDATE ON audit_words BEGIN SELECT RAISE(ABORT, 'x'); END"),
            Kind::Postgres => ("ALTER TABLE audit_words DISABLE TRIGGER USER", "ALTER TABLE audit_words ENABLE TRIGGER USER"),
        };
        attempt(off).await.unwrap();
        attempt("UPDATE audit_words SET why = 'Ein anderes Bild.'").await.unwrap();
        attempt(on).await.unwrap();
        assert_eq!(read(world, None).await[0].words, Words::Changed);
        attempt("DELETE FROM audit_words").await.unwrap();
        assert_eq!(read(world, None).await[0].words, Words::Erased);
    }

    async fn words_go_with_a_person_and_rows_stay(world: World) {
        let id = world.open(|new| new.draft.goal_minor = 6_000).await;
        let moderator = member(world, "mod", &[Role::Moderator]).await;
        let leaving = world.user("leaving@example.ch").await;
        act!(world, grant_role(&Actor::System, "leaving@example.ch", Role::Coach));
        act!(world, suspend_campaign(&Actor::Member { user: leaving, roles: vec![Role::Moderator] }, id, "Von Lea."));
        act!(world, resume_campaign(&moderator, id));
        let theirs = world.place(|new| { new.backer.email = Some("guest@example.ch".to_owned()); new.token = "declined".to_owned(); }).await.unwrap();
        let large = world.place(|new| { new.wish.amount = Money::new(200_000, Currency::CHF); new.backer.email = Some("guest@example.ch".to_owned()); }).await.unwrap();
        world.db.write(async |tx| { tx.explain(Some("Guido Gast rief an.")); review_pledge(tx, &moderator, large.id).await }).await.unwrap();
        world.db.write(async |tx| { tx.explain(Some("Auch das.")); note_consents(tx, &Actor::System, theirs.id, Consents { updates: false, news: false }).await }).await.unwrap();
        world.settle(Span::days(9)).await;
        world.settle(Span::minutes(1)).await;
        let kept = async || {
            let rows = read(world, None).await;
            (rows.len(), rows.iter().filter(|row| matches!(row.words, Words::Kept { .. })).count())
        };
        assert_eq!(kept().await, (5, 5));
        act!(world, erase_person(&Actor::System, "guest@example.ch"));
        assert_eq!(kept().await, (6, 3), "what was said of a guest's pledges");
        act!(world, erase_person(&Actor::System, "leaving@example.ch"));
        assert_eq!(kept().await, (7, 1), "what they said, and what was said of them; the erasing names nobody");
        assert_eq!(world.count("SELECT COUNT(*) FROM audit_words").await, 1);
        let rows = read(world, None).await;
        assert!(rows.iter().any(|row| row.user == Some(leaving) && row.words == Words::Erased), "{rows:#?}");
        assert_eq!((&*rows[0].deed, rows[0].subject_id, &rows[0].words), ("erase_person", Some(leaving.uuid()), &Words::None));
    }

    async fn audit_is_read_in_pages_and_about_one_thing(world: World) {
        let id = world.open(|_| ()).await;
        for n in 0..5 {
            world.db.ambient().advance(Span::seconds(n % 2));
            if n % 2 == 0 {
                act!(world, suspend_campaign(&Actor::System, id, "Ein Bild."));
            } else {
                act!(world, resume_campaign(&Actor::System, id));
            }
            act!(world, set_platform_fee(&Actor::System, BasisPoints::new(400)));
        }
        let all = read(world, None).await;
        assert_eq!(all.len(), 10);
        assert!(all.windows(2).all(|two| two[0].at >= two[1].at), "the newest first");
        let (mut paged, mut cursor) = (Vec::new(), None);
        loop {
            let (rows, next) = world.db.read(async |tx| list_audit(tx, &Actor::System, None, cursor.as_deref(), 3).await).await.unwrap();
            assert!(rows.len() <= 3);
            paged.extend(rows);
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(paged, all);
        let about = read(world, Some("campaign/schatten")).await;
        assert_eq!(about.len(), 5);
        assert!(about.iter().all(|row| row.slug.as_deref() == Some("schatten")));
        for wrong in ["schatten", "campaign/", "pledge/x", "boat/x", ""] {
            assert!(wrong.parse::<AuditAbout>().is_err(), "{wrong}");
        }
    }

    async fn nobody_is_a_backer_by_saying_so(world: World) {
        world.open(|_| ()).await;
        let placed = world.give(6_000, "ok").await;
        let other = world.give(7_000, "ok").await;
        let forged = "0".repeat(placed.receipt.len());
        let held = async |token: &str| world.db.read(async |tx| pledges::find_by_receipt(tx, token).await).await.unwrap();
        assert!(held(&forged).await.is_none());
        let holder = held(&placed.receipt).await.unwrap();
        assert_eq!(Access::from(holder).pledge(), placed.id, "a receipt is of its own pledge and of no other");
        let cancel = async |access: Access| {
            let payments = world.desk.payments.clone();
            world.db.write(async |tx| cancel_pledge(tx, &payments, &Actor::Guest, access).await).await
        };
        assert!(cancel(other.id.into()).await.is_err());
        cancel(holder.into()).await.unwrap();
        assert_eq!(world.sums().await, (0, 7_000, 0, 1));
    }
}
