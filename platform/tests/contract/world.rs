//! A fresh world for each test: a database of one kind with nothing in it, a clock that stands, ids that
//! repeat.

use std::sync::atomic::{AtomicU32, Ordering};

use multitude_domain::campaigns::{CampaignDraft, CampaignState, DraftReward, FundingModel};
use multitude_domain::id::{CampaignId, PledgeId, RewardId, UserId};
use multitude_domain::locale::Locale;
use multitude_domain::matching::RatioRule;
use multitude_domain::money::{Currency, Money};
use multitude_domain::permission::Actor;
use multitude_domain::pledges::{PaymentMethod, PledgeState, PledgeWish, ShowAs};
use multitude_domain::time::{Day, Span, Timestamp};
use multitude_domain::view::{CampaignView, CapturedMailView};
use multitude_platform::Desk;
use multitude_platform::accounts::{self, NewUser};
use multitude_platform::ambient::Ambient;
use multitude_platform::campaigns::{NewCampaign, Origin, find_campaign, record_campaign};
use multitude_platform::db::{Db, StoreError, Tx};
use multitude_platform::keys::{Keys, Purpose};
use multitude_platform::ledger;
use multitude_platform::mail::{self, Captured, Post};
use multitude_platform::outbox;
use multitude_platform::payments::{Payments, Sandbox};
use multitude_platform::pledges::attempts;
use multitude_platform::pledges::{
    self, Backer, ChangePledgeError, Chosen, Crowd, PlacePledge, PlacePledgeError, PlacedPledge,
    ReceiptHolder,
};
use multitude_platform::pools::{NewPool, open_pool};
use multitude_platform::settlement::settle_due;
use multitude_platform::work::{Task, has_work};
use tempfile::TempDir;

use crate::prepared;

/// Declares a test that runs on both databases.
macro_rules! contract {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident: World) $body:block)+) => {$(
        mod $name {
            use super::*;

            $(#[$meta])*
            async fn run($world: &$crate::world::World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let world = $crate::world::World::on_sqlite().await;
                run(&world).await;
                world.end().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                let Some(world) = $crate::world::World::on_postgres().await else { return };
                run(&world).await;
                world.end().await;
            }
        }
    )+};
}
pub(crate) use contract;

pub(crate) struct World {
    pub(crate) db: Db,
    pub(crate) desk: Desk,
    home: Home,
}

enum Home {
    Folder(TempDir),
    Cluster { url: String, name: String },
}

/// Which database a world lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

static MADE: AtomicU32 = AtomicU32::new(0);

fn fresh_name() -> String {
    format!("multitude_test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst))
}

/// When tests begin: a Monday morning in Zurich.
pub(crate) fn start() -> Timestamp {
    Day::new(2027, 3, 1).unwrap().at_in_zurich(9, 0, 0)
}

impl World {
    pub(crate) async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        prepared::copy_file(&path).await;
        let url = format!("sqlite:{}", path.display());
        let db = Db::open(&url, Ambient::fixed(start())).await.unwrap();
        Self::new(db, Home::Folder(folder))
    }

    pub(crate) async fn on_postgres() -> Option<Self> {
        let Ok(url) = std::env::var("MULTITUDE_TEST_POSTGRES") else {
            assert!(
                std::env::var("CI").is_err(),
                "MULTITUDE_TEST_POSTGRES must name a PostgreSQL cluster in CI"
            );
            eprintln!("skipped: MULTITUDE_TEST_POSTGRES names no PostgreSQL cluster");
            return None;
        };
        let name = fresh_name();
        prepared::create_database(&url, &name).await;
        let db = Db::open(&prepared::in_cluster(&url, &name), Ambient::fixed(start())).await.unwrap();
        Some(Self::new(db, Home::Cluster { url, name }))
    }

    fn new(db: Db, home: Home) -> Self {
        let payments = Payments::Sandbox(Sandbox::new(db.clone()));
        let post = Post::captured("https://multitude.example");
        let desk = Desk { db: db.clone(), keys: Keys::new([7; 32]), payments, post, crowd: Crowd::default() };
        Self { db, desk, home }
    }

    /// The same database, as another process has it.
    pub(crate) async fn of_another_process(&self) -> Db {
        Db::open(&self.url(), Ambient::fixed(start())).await.unwrap()
    }

    /// Where the database is.
    pub(crate) fn url(&self) -> String {
        match &self.home {
            Home::Folder(folder) => format!("sqlite:{}", folder.path().join("test.db").display()),
            Home::Cluster { url, name } => prepared::in_cluster(url, name),
        }
    }

    /// A database in which every migration runs, beside this one and gone with it.
    pub(crate) async fn of_nothing(&self) -> Db {
        let url = match &self.home {
            Home::Folder(folder) => format!("sqlite:{}", folder.path().join("nothing.db").display()),
            Home::Cluster { url, name } => {
                let name = format!("{name}_nothing");
                prepared::execute(url, format!("DROP DATABASE IF EXISTS {name}")).await;
                prepared::execute(url, format!("CREATE DATABASE {name}")).await;
                prepared::in_cluster(url, &name)
            }
        };
        Db::open(&url, Ambient::fixed(start())).await.unwrap()
    }

    pub(crate) const fn kind(&self) -> Kind {
        match self.home {
            Home::Folder(_) => Kind::Sqlite,
            Home::Cluster { .. } => Kind::Postgres,
        }
    }

    /// Runs statements as they are, in one transaction.
    pub(crate) async fn run(&self, statements: &[String]) {
        let statements = statements.to_vec();
        self.db
            .write(async |tx| {
                for statement in &statements {
                    let statement = sqlx::AssertSqlSafe(statement.clone());
                    multitude_platform::on!(tx, c => sqlx::raw_sql(statement).execute(c).await.map(|_| ()))?;
                }
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
    }

    /// Has the database refuse a table's inserts, updates or deletes from now on.
    pub(crate) async fn forbid(&self, deed: &str, table: &str) {
        self.forbid_where(deed, table, "1 = 1").await;
    }

    /// As [`World::forbid`], of some rows only.
    pub(crate) async fn forbid_where(&self, deed: &str, table: &str, condition: &str) {
        self.run(&[match self.kind() {
            Kind::Sqlite => format!(
                "CREATE TRIGGER {table}_forbidden BEFORE {deed} ON {table} WHEN {condition}
                    BEGIN SELECT RAISE(ABORT, 'forbidden here'); END"
            ),
            Kind::Postgres => format!(
                "CREATE TRIGGER {table}_forbidden BEFORE {deed} ON {table} FOR EACH ROW WHEN ({condition})
                    EXECUTE FUNCTION refuse_with_argument('forbidden here')"
            ),
        }])
        .await;
    }

    /// Takes [`World::forbid`] back.
    pub(crate) async fn allow(&self, table: &str) {
        self.run(&[match self.kind() {
            Kind::Sqlite => format!("DROP TRIGGER {table}_forbidden"),
            Kind::Postgres => format!("DROP TRIGGER {table}_forbidden ON {table}"),
        }])
        .await;
    }

    /// Lets time pass and asks the provider about everything that is due.
    pub(crate) async fn pass(&self, span: Span) {
        self.db.ambient().advance(span);
        while attempts::ask_due(&self.desk).await.unwrap() > 0 {}
    }

    /// Lets time pass, asks the provider and moves campaigns on until nothing is left to do.
    pub(crate) async fn settle(&self, span: Span) {
        self.db.ambient().advance(span);
        loop {
            let asked = attempts::ask_due(&self.desk).await.unwrap();
            if asked + settle_due(&self.desk).await.unwrap() == 0 {
                return;
            }
        }
    }

    /// The account of an address, made where there is none.
    pub(crate) async fn user(&self, email: &str) -> UserId {
        let new = NewUser { email: email.to_owned(), name: "Lea".to_owned(), locale: Locale::De };
        self.db
            .write(async |tx| match accounts::find_user(tx, &new.email).await? {
                Some(user) => Ok::<_, StoreError>(user),
                None => accounts::create_user(tx, &new).await,
            })
            .await
            .unwrap()
    }

    /// Gives a campaign a team, and says where its mails go.
    pub(crate) async fn own(&self, id: CampaignId) -> &'static str {
        let (email, owner) = ("team@example.ch", self.user("team@example.ch").await);
        let own = async |tx: &mut Tx| {
            let own = "UPDATE campaigns SET owner_id = $2 WHERE id = $1";
            multitude_platform::rows!(tx, sqlx::query(own).bind(id.uuid()).bind(owner.uuid()))?;
            Ok::<_, StoreError>(())
        };
        self.db.write(own).await.unwrap();
        email
    }

    /// Opens a campaign like [`campaign`], for nine days, with a change.
    pub(crate) async fn open(&self, change: impl FnOnce(&mut NewCampaign)) -> CampaignId {
        let mut new = campaign("schatten", 9);
        change(&mut new);
        self.db.write(async |tx| record_campaign(tx, &new).await).await.unwrap()
    }

    /// As [`World::open`], for one that needs so much.
    pub(crate) async fn goal(&self, goal_minor: i64) -> CampaignId {
        let change = |new: &mut NewCampaign| {
            new.draft.goal_minor = goal_minor;
            new.draft.budget = Vec::new();
        };
        self.open(change).await
    }

    /// Gives the campaign a pool with so much, which adds a franc for three, so much at most.
    pub(crate) async fn pool(&self, funded_minor: i64, campaign_minor_max: i64) {
        self.pool_of(vec![self.show().await.summary.id], funded_minor, campaign_minor_max).await;
    }

    /// As [`World::pool`], of these campaigns.
    pub(crate) async fn pool_of(
        &self,
        campaigns: Vec<CampaignId>,
        funded_minor: i64,
        campaign_minor_max: i64,
    ) {
        let new = NewPool {
            name: "Klimafonds".to_owned(),
            giver: "Stadt Aarwil".to_owned(),
            currency: Currency::CHF,
            rule: RatioRule { adds: 1, per: 3, campaign_minor_max },
            funded_minor,
            campaigns,
            livemode: false,
        };
        self.db.write(async |tx| open_pool(tx, &new).await).await.unwrap();
    }

    /// Places a pledge of so much with that token, of somebody of its own.
    pub(crate) async fn give(&self, minor: i64, token: &str) -> PlacedPledge {
        let change = |new: &mut PlacePledge| {
            new.wish.amount = Money::new(minor, Currency::CHF);
            new.token = token.to_owned();
            new.backer.email = Some(format!("{token}-{minor}@example.ch"));
        };
        self.place(change).await.unwrap()
    }

    /// Whoever holds a pledge's receipt.
    pub(crate) async fn holder(&self, id: PledgeId) -> ReceiptHolder {
        let keys = &self.desk.keys;
        self.db.read(async |tx| Ok::<_, StoreError>(find_holder(tx, keys, id).await)).await.unwrap()
    }

    /// Takes a pledge back, as its backer.
    pub(crate) async fn cancel(&self, placed: &PlacedPledge) -> Result<(), ChangePledgeError> {
        let (holder, payments) = (self.holder(placed.id).await, self.desk.payments.clone());
        let cancel = async |tx: &mut Tx| pledges::cancel_pledge(tx, &payments, &Actor::Guest, holder).await;
        self.db.write(cancel).await
    }

    /// Places a pledge like [`pledge`], with a change.
    pub(crate) async fn place(
        &self,
        change: impl FnOnce(&mut PlacePledge),
    ) -> Result<PlacedPledge, PlacePledgeError> {
        let mut new = pledge(6_000);
        change(&mut new);
        pledges::place(&self.desk, new).await
    }

    /// Makes something else of a pledge, as its backer.
    pub(crate) async fn change(
        &self,
        id: PledgeId,
        change: impl FnOnce(&mut Chosen),
    ) -> Result<(), ChangePledgeError> {
        let mut new = self.chosen(id).await;
        change(&mut new);
        let holder = self.holder(id).await;
        let change = async |tx: &mut Tx| pledges::change_pledge(tx, &Actor::Guest, holder, &new, None).await;
        self.db.write(change).await
    }

    /// Makes another amount of a pledge, as its backer.
    pub(crate) async fn change_amount(
        &self,
        placed: &PlacedPledge,
        minor: i64,
    ) -> Result<(), ChangePledgeError> {
        self.change(placed.id, |new| new.wish.amount = Money::new(minor, Currency::CHF)).await
    }

    /// What is chosen with a pledge.
    pub(crate) async fn chosen(&self, id: PledgeId) -> Chosen {
        self.db.read(async |tx| pledges::find_chosen(tx, id).await).await.unwrap().unwrap()
    }

    /// The campaign as its page shows it.
    pub(crate) async fn show(&self) -> CampaignView {
        self.db.read(async |tx| find_campaign(tx, "schatten").await).await.unwrap().unwrap()
    }

    /// Where the campaign stands.
    pub(crate) async fn campaign_state(&self) -> CampaignState {
        self.show().await.summary.state
    }

    /// The campaign's first reward.
    pub(crate) async fn reward(&self) -> RewardId {
        self.show().await.rewards[0].id
    }

    /// Pledged, secured, matched, backers.
    pub(crate) async fn sums(&self) -> (i64, i64, i64, i64) {
        let one = self.show().await.summary;
        (one.pledged_minor, one.secured_minor, one.matched_minor, one.backers)
    }

    /// Where a pledge stands.
    pub(crate) async fn state_of(&self, placed: &PlacedPledge) -> PledgeState {
        let token = placed.receipt.clone();
        let found = self.db.read(async |tx| pledges::find_receipt(tx, &token).await).await.unwrap();
        found.unwrap().state
    }

    /// Makes the deliveries of every event.
    pub(crate) async fn dispatch(&self) {
        while self.db.write(async |tx| outbox::dispatch(tx).await).await.unwrap() > 0 {}
    }

    /// Queues the letters that follow from every event.
    pub(crate) async fn queue_letters(&self) {
        self.dispatch().await;
        while self.db.write(async |tx| mail::queue_events(tx).await).await.unwrap() > 0 {}
    }

    /// Sends every mail that is due.
    pub(crate) async fn post(&self) {
        self.dispatch().await;
        loop {
            let queued = self.db.write(async |tx| mail::queue_events(tx).await).await.unwrap();
            let sent = mail::send_due(&self.desk).await.unwrap();
            let ripe = self.db.write(async |tx| mail::queue_ripe(tx).await).await.unwrap();
            if (queued, sent, ripe) == (0, 0, 0) {
                break;
            }
        }
    }

    /// Every mail so far, oldest first, after sending what is due.
    pub(crate) async fn mails(&self) -> Vec<CapturedMailView> {
        self.post().await;
        let mut mails =
            self.db.read(async |tx| mail::list_captured(tx, &Captured::All, 500).await).await.unwrap();
        mails.reverse();
        mails
    }

    /// What somebody was mailed, oldest first.
    pub(crate) async fn mails_to(&self, email: &str) -> Vec<CapturedMailView> {
        self.mails().await.into_iter().filter(|mail| mail.email == email).collect()
    }

    /// The subjects of every mail so far, oldest first.
    pub(crate) async fn subjects(&self) -> Vec<String> {
        self.mails().await.into_iter().map(|mail| mail.subject).collect()
    }

    /// How many rows a statement counts.
    pub(crate) async fn count(&self, statement: &'static str) -> i64 {
        let count = async |tx: &mut Tx| {
            Ok::<i64, StoreError>(
                multitude_platform::on!(tx, c => sqlx::query_scalar(statement).fetch_one(c).await)?,
            )
        };
        self.db.read(count).await.unwrap()
    }

    /// Seals what waits and recounts everything.
    pub(crate) async fn verify(&self) -> ledger::Verified {
        ledger::seal_all(&self.db).await.unwrap();
        self.db.read(async |tx| ledger::verify_ledger(tx).await).await.unwrap()
    }

    /// Works off what is due, until no job is left, recounts everything, closes the world and removes its
    /// database.
    pub(crate) async fn end(self) {
        self.settle(Span::ZERO).await;
        assert!(!has_work(&self.desk, Task::Ask).await.unwrap(), "a provider is still to be asked");
        let verified = self.verify().await;
        assert!(verified.findings.is_empty(), "{:#?}", verified.findings);
        self.db.close().await;
        match self.home {
            Home::Folder(folder) => folder.close().unwrap(),
            Home::Cluster { url, name } => {
                prepared::execute(&url, format!("DROP DATABASE IF EXISTS {name}_nothing WITH (FORCE)")).await;
                prepared::execute(&url, format!("DROP DATABASE {name} WITH (FORCE)")).await;
            }
        }
    }
}

/// A live campaign that closes `days` after the world's beginning.
pub(crate) fn campaign(slug: &str, days: i64) -> NewCampaign {
    NewCampaign {
        draft: CampaignDraft {
            title: format!("Kühle {slug}"),
            one_liner: "Zwölf Bäume kühlen einen Platz.".to_owned(),
            locale: Locale::De,
            topic: "heat".to_owned(),
            place: "Aarwil".to_owned(),
            team_name: "Lea Brunschwiler".to_owned(),
            currency: Currency::CHF,
            model: FundingModel::AllOrNothing,
            goal_minor: 4_800_000,
            stretch_goals: Vec::new(),
            run_days: Some(30),
            problem: "Hitze".to_owned(),
            solution: "Schatten".to_owned(),
            plan: "Im Frühling".to_owned(),
            risks: "Frost".to_owned(),
            budget: vec![("Bäume".to_owned(), 4_800_000)],
            milestones: vec![("Erster Baum".to_owned(), "2027-06-01".to_owned())],
            rewards: vec![DraftReward {
                title: "Bank".to_owned(),
                description: "Zwei Wochen lang.".to_owned(),
                price_minor: 60_000,
                stock: Some(8),
                early_until: None,
                delivery_month: Some("2027-06".to_owned()),
                regions: vec![("CH".to_owned(), 0)],
            }],
            add_ons: Vec::new(),
        },
        slug: slug.to_owned(),
        owner: None,
        state: CampaignState::Live,
        origin: Origin::Here,
        livemode: false,
        opens_at: Some(start().plus(Span::days(days - 30))),
        closes_at: Some(start().plus(Span::days(days))),
    }
}

/// A pledge of so much by card, of one Lea, without a reward.
pub(crate) fn pledge(amount_minor: i64) -> PlacePledge {
    PlacePledge {
        slug: "schatten".to_owned(),
        wish: PledgeWish {
            amount: Money::new(amount_minor, Currency::CHF),
            reward: None,
            region: None,
            add_ons: Vec::new(),
            method: PaymentMethod::Card,
        },
        backer: Backer {
            user: None,
            email: Some("lea@example.ch".to_owned()),
            name: "Lea Brunschwiler".to_owned(),
            show_as: ShowAs::Name,
            locale: Locale::De,
        },
        token: "ok".to_owned(),
        key: None,
        browser: None,
    }
}

/// Whoever holds a pledge's receipt, by its token.
pub(crate) async fn find_holder(tx: &mut Tx, keys: &Keys, id: PledgeId) -> ReceiptHolder {
    let token = keys.token(Purpose::Receipt, id.uuid().as_bytes());
    pledges::find_by_receipt(tx, &token).await.unwrap().unwrap()
}

/// A transfer of so much, which the token decides about.
pub(crate) fn by_bank(token: &'static str, minor: i64) -> impl FnOnce(&mut PlacePledge) {
    move |new| {
        new.wish.amount = Money::new(minor, Currency::CHF);
        new.wish.method = PaymentMethod::Bank;
        new.token = token.to_owned();
    }
}

/// One of a reward of CHF 600.
pub(crate) fn wants(reward: RewardId) -> impl FnOnce(&mut PlacePledge) {
    move |new| {
        new.wish.reward = Some((reward, 1));
        new.wish.region = Some("CH".to_owned());
        new.wish.amount = Money::new(60_000, Currency::CHF);
    }
}
