//! Creating, finding and listing campaigns.

use multitude_domain::campaigns::{CampaignDraft, CampaignState};
use multitude_domain::locale::Locale;
use multitude_domain::money::Currency;
use multitude_domain::time::Span;
use multitude_domain::view::{CampaignSort, CampaignSummary, Listing};
use multitude_platform::campaigns::{
    CampaignQuery, Facets, NewCampaign, Pulse, RecordCampaignError, find_campaign, find_pulse, find_related,
    is_state, list_campaigns, list_facets, list_in_language, record_campaign,
};
use multitude_platform::db::{Site, StoreError};
use multitude_platform::demo::{self, DemoError};
use multitude_platform::{on, rows};

use crate::world::{World, campaign, contract};

async fn add(world: &World, new: &NewCampaign) -> Result<(), RecordCampaignError> {
    world.db.write(async |tx| record_campaign(tx, new).await).await.map(|_| ())
}

async fn add_with(world: &World, mut new: NewCampaign, change: impl FnOnce(&mut CampaignDraft)) {
    change(&mut new.draft);
    add(world, &new).await.unwrap();
}

async fn list(world: &World, query: &CampaignQuery) -> Listing<CampaignSummary> {
    world.db.read(async |tx| list_campaigns(tx, query).await).await.unwrap()
}

async fn slugs(world: &World, query: CampaignQuery) -> Vec<String> {
    list(world, &CampaignQuery { limit: 50, ..query }).await.items.into_iter().map(|one| one.slug).collect()
}

contract! {
    async fn created_campaign_is_found_with_all_that_belongs_to_it(world: World) {
        add(world, &campaign("schatten", 9)).await.unwrap();

        let found = world.db.read(async |tx| find_campaign(tx, "schatten").await).await.unwrap().unwrap();
        assert_eq!(found.summary.title, "Kühle schatten");
        assert_eq!(found.summary.goal_minor, 4_800_000);
        assert_eq!(found.summary.secured_minor, 0);
        assert_eq!(found.budget.len(), 1);
        assert_eq!(found.milestones.first().unwrap().due_on, "2027-06-01");
        let reward = found.rewards.first().unwrap();
        assert_eq!((reward.stock, reward.left, reward.held), (Some(8), Some(8), 0));
        assert!(reward.is_shipped);
        assert_eq!(reward.regions.first().unwrap().region, "CH");
    }

    async fn campaign_knows_what_time_it_is_however_it_is_read(world: World) {
        add(world, &campaign("schatten", 9)).await.unwrap();
        world.db.write(async |tx| {
            rows!(tx, sqlx::query("UPDATE instance SET skipped_us = 7 WHERE id = 1"))?;
            Ok::<_, StoreError>(())
        }).await.unwrap();

        let now = world.db.read(async |tx| tx.now().await).await.unwrap();
        let read = world.db.read(async |tx| find_campaign(tx, "schatten").await).await.unwrap().unwrap();
        let glanced = world.db.glance(async |tx| find_campaign(tx, "schatten").await).await.unwrap().unwrap();
        assert_eq!((read.now, &glanced), (now, &read));
        let told = now.plus(Span::days(3));
        let seen = world.db.at(told).glance(async |tx| find_campaign(tx, "schatten").await).await.unwrap().unwrap();
        assert_eq!(seen.now, told);
    }

    async fn draft_is_nobodys_to_see(world: World) {
        add(world, &NewCampaign { state: CampaignState::Draft, ..campaign("entwurf", 9) }).await.unwrap();

        assert_eq!(world.db.read(async |tx| find_campaign(tx, "entwurf").await).await.unwrap(), None);
        assert!(slugs(world, CampaignQuery::default()).await.is_empty());
    }

    async fn slug_is_taken_once(world: World) {
        add(world, &campaign("schatten", 9)).await.unwrap();

        let refusal = add(world, &campaign("schatten", 3)).await.unwrap_err();
        assert!(matches!(refusal, RecordCampaignError::Exists { slug } if slug == "schatten"));
        assert_eq!(slugs(world, CampaignQuery::default()).await, ["schatten"]);
    }

    async fn words_find_whatever_case_accents_and_endings(world: World) {
        add(world, &campaign("moor", 9)).await.unwrap();
        add_with(world, campaign("zwei", 9), |draft| draft.title = "Vélo-cargo de nuit".to_owned()).await;
        let found = async |q: &str| slugs(world, CampaignQuery { q: Some(q.to_owned()), ..CampaignQuery::default() }).await;

        assert_eq!(found("velo").await, ["zwei"]);
        assert_eq!(found("CARGO nui").await, ["zwei"]);
        assert_eq!(found("kuhl").await.len(), 2, "one in its title too, both in their one-liner");
        assert_eq!(found("Moor KÜHL").await, ["moor"]);
        assert_eq!(found("aarwil").await.len(), 2);
        assert!(found("heatt").await.is_empty());
        for nothing in ["\"' OR 1=1 --", "& | ! :*", "*", "()"] {
            assert!(found(nothing).await.is_empty(), "{nothing}");
        }
    }

    async fn filters_narrow_and_orders_order(world: World) {
        add(world, &campaign("spaet", 20)).await.unwrap();
        add(world, &campaign("bald", 3)).await.unwrap();
        add_with(world, campaign("euro", 12), |draft| draft.currency = Currency::EUR).await;
        let scheduled = NewCampaign { state: CampaignState::Scheduled, ..campaign("plan", 31) };
        add_with(world, scheduled, |draft| draft.topic = "water".to_owned()).await;
        let by = |sort| CampaignQuery { sort, ..CampaignQuery::default() };
        let state = |name: &str| CampaignQuery { state: Some(name.to_owned()), ..CampaignQuery::default() };

        assert_eq!(slugs(world, by(CampaignSort::EndingSoon)).await, ["bald", "euro", "spaet", "plan"]);
        assert_eq!(slugs(world, by(CampaignSort::Newest)).await, ["spaet", "euro", "bald", "plan"]);
        assert_eq!(slugs(world, state("soon")).await, ["plan"]);
        assert_eq!(slugs(world, state("open")).await.len(), 3);
        assert_eq!(slugs(world, state("ending_soon")).await, ["bald"]);
        for (slug, reached) in [("bald", 7_499), ("euro", 7_500), ("spaet", 10_000)] {
            world.run(&[format!("UPDATE campaign_totals SET reached_bp = {reached} WHERE campaign_id = (SELECT id FROM campaigns WHERE slug = '{slug}')")]).await;
        }
        assert_eq!(slugs(world, state("nearly_funded")).await, ["euro"]);
        assert_eq!(list(world, &CampaignQuery { limit: 1, ..state("nearly_funded") }).await.total, 1);
        world.run(&["UPDATE campaign_totals SET reached_bp = 0".to_owned()]).await;
        assert!(slugs(world, state("nonsense")).await.is_empty());
        for (name, is_one) in [("live", true), ("nearly_funded", true), ("over", true), ("draft", false), ("nonsense", false)] {
            assert_eq!(is_state(name), is_one, "{name}");
        }
        assert_eq!(
            slugs(world, CampaignQuery { currency: Some(Currency::EUR), ..CampaignQuery::default() }).await,
            ["euro"]
        );
        assert_eq!(
            slugs(world, CampaignQuery { topic: Some("water".to_owned()), ..CampaignQuery::default() }).await,
            ["plan"]
        );
        assert_eq!(
            slugs(world, CampaignQuery { place: Some("Aarwil".to_owned()), ..by(CampaignSort::Newest) }).await.len(),
            4
        );
        for (place, count) in [("aarwil", 4), ("Aarw", 0)] {
            assert_eq!(slugs(world, CampaignQuery { place: Some(place.to_owned()), ..CampaignQuery::default() }).await.len(), count, "{place}");
        }
    }

    async fn open_campaigns_are_found_by_their_language(world: World) {
        for (slug, locale, days) in [("spaet", Locale::Fr, 20), ("bald", Locale::Fr, 3), ("deutsch", Locale::De, 9)] {
            add_with(world, campaign(slug, days), |draft| draft.locale = locale).await;
        }
        let plan = NewCampaign { state: CampaignState::Scheduled, ..campaign("plan", 31) };
        add_with(world, plan, |draft| draft.locale = Locale::Fr).await;
        let told = async |locale, limit| {
            let list = world.db.read(async |tx| list_in_language(tx, locale, limit).await).await.unwrap();
            list.into_iter().map(|one| one.slug).collect::<Vec<_>>()
        };
        assert_eq!(told(Locale::Fr, 9).await, ["bald", "spaet"]);
        assert_eq!(told(Locale::Fr, 1).await, ["bald"]);
        assert!(told(Locale::It, 9).await.is_empty());
    }

    async fn what_lists_are_narrowed_by_is_what_public_campaigns_have(world: World) {
        for (slug, topic, place) in [("a", "water", "Wil"), ("b", "heat", "Wil"), ("c", "heat", "")] {
            let place_it = |draft: &mut CampaignDraft| (draft.topic, draft.place) = (topic.to_owned(), place.to_owned());
            add_with(world, campaign(slug, 9), place_it).await;
        }
        let draft = NewCampaign { state: CampaignState::Draft, ..campaign("d", 9) };
        let place_it = |draft: &mut CampaignDraft| (draft.topic, draft.place) = ("secret".to_owned(), "Nowhere".to_owned());
        add_with(world, draft, place_it).await;

        let facets = world.db.read(async |tx| list_facets(tx).await).await.unwrap();
        let texts = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
        assert_eq!(facets, Facets { topics: texts(&["heat", "water"]), places: texts(&["Wil"]), currencies: texts(&["CHF"]) });
    }

    async fn live_site_shows_and_sums_real_money_only(world: World) {
        world.open(|new| { new.slug = "probe".to_owned(); new.draft.topic = "water".to_owned(); new.draft.place = "Wil".to_owned(); }).await;
        world.place(|new| new.slug = "probe".to_owned()).await.unwrap();
        world.open(|new| { new.slug = "echt".to_owned(); new.livemode = true; }).await;
        let seen = async |site| {
            let db = world.db.for_site(site);
            let query = |q: Option<&str>| CampaignQuery { q: q.map(str::to_owned), limit: 50, ..CampaignQuery::default() };
            let slugs = async |query: CampaignQuery| {
                let found = db.read(async |tx| list_campaigns(tx, &query).await).await.unwrap();
                assert_eq!(usize::try_from(found.total).unwrap(), found.items.len());
                found.items.into_iter().map(|one| one.slug).collect::<Vec<_>>()
            };
            let facets = db.read(async |tx| list_facets(tx).await).await.unwrap();
            let pulse = db.read(async |tx| find_pulse(tx).await).await.unwrap();
            (slugs(query(None)).await, slugs(query(Some("kühle"))).await.len(), facets.topics.len() + facets.places.len(), pulse)
        };
        let pulse = |secured_minor, backers| Pulse {
            secured: vec![(Currency::CHF, secured_minor)],
            backers,
            collected: Vec::new(),
        };

        let (all, found, facets, sums) = seen(Site::Sandbox).await;
        assert_eq!((all.len(), found, facets, sums), (2, 2, 4, pulse(6_000, 1)));
        let (real, found, facets, sums) = seen(Site::Live).await;
        assert_eq!((real, found, facets, sums), (vec!["echt".to_owned()], 1, 2, pulse(0, 0)));
    }

    async fn pages_follow_each_other_without_gap_or_repeat(world: World) {
        for n in 0..7 {
            add(world, &campaign(&format!("c{n}"), 5 + n / 3)).await.unwrap();
        }
        let mut seen = Vec::new();
        let mut query = CampaignQuery { limit: 2, ..CampaignQuery::default() };
        loop {
            let page = list(world, &query).await;
            assert_eq!(page.total, 7);
            seen.extend(page.items.into_iter().map(|one| one.slug));
            match page.next_cursor {
                Some(cursor) => query.cursor = Some(cursor),
                None => break,
            }
        }

        assert_eq!(seen.len(), 7);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 7);
        query.cursor = Some("nonsense".to_owned());
        assert_eq!(list(world, &query).await.items.len(), 2, "a broken cursor begins at the first page");
    }

    async fn impossible_data_is_an_error_and_never_a_default(world: World) {
        // After its launch a trigger would keep the currency.
        let scheduled = NewCampaign { state: CampaignState::Scheduled, ..campaign("schatten", 31) };
        add(world, &scheduled).await.unwrap();
        world.db.write(async |tx| {
            rows!(tx, sqlx::query("UPDATE campaigns SET currency = 'XXX'"))?;
            Ok::<_, StoreError>(())
        }).await.unwrap();

        let error = world.db.read(async |tx| find_campaign(tx, "schatten").await).await.unwrap_err();
        assert!(matches!(error, StoreError::Impossible { table: "campaigns", column: "currency", .. }), "{error}");
    }

    async fn empty_database_becomes_the_demo_world_once(world: World) {
        for _ in 0..2 {
            world.db.write(async |tx| demo::prepare_demo(tx, &world.desk.keys, &world.desk.payments).await).await.unwrap();
            demo::play_out(&world.desk).await.unwrap();
        }

        assert!(world.db.read(async |tx| demo::is_demo(tx).await).await.unwrap());
        let public = slugs(world, CampaignQuery::default()).await;
        assert_eq!(public.len(), 13);
        for (slug, sums) in [
            ("schattenplan-bahnhofplatz", (336_000, 3_024_000, 1_000_000)),
            ("batterie-de-palier", (496_000, 2_108_000, 0)),
            ("river-watch-kit", (210_000, 1_540_000, 1_540_000)),
            ("semences-du-haut", (0, 99_200, 0)),
        ] {
            let one = world.db.read(async |tx| find_campaign(tx, slug).await).await.unwrap().unwrap().summary;
            assert_eq!((one.pledged_minor, one.secured_minor, one.matched_minor), sums, "{slug}");
        }
        for (slug, state, sums) in [
            ("la-fontana-che-misura", CampaignState::Collecting, (2_183_000, 2_090_500)),
            ("moorwaechter", CampaignState::Completed, (5_109_000, 5_109_000)),
            ("heat-line", CampaignState::Fulfilling, (1_597_500, 1_597_500)),
            ("stube-statt-notfall", CampaignState::Closed, (3_348_000, 0)),
        ] {
            let one = world.db.read(async |tx| find_campaign(tx, slug).await).await.unwrap().unwrap().summary;
            assert_eq!((one.state, (one.secured_minor, one.collected_minor)), (state, sums), "{slug}");
        }
        for (slug, state, notes) in [
            ("fledermaeuse-im-kirchturm", CampaignState::Suspended, 1),
            ("la-lessive-a-l-eau-de-pluie", CampaignState::Closed, 2),
            ("il-sentiero-che-racconta", CampaignState::InReview, 0),
            ("a-bench-that-charges-phones", CampaignState::Declined, 1),
            ("veloanhaengerselbstbauwerkstatt", CampaignState::Draft, 0),
        ] {
            let found: (String, i64) = world.db.read(async |tx| {
                Ok::<_, StoreError>(on!(tx, c => sqlx::query_as(
                    "SELECT c.state, (SELECT COUNT(*) FROM campaign_notes n WHERE n.campaign_id = c.id)
                    FROM campaigns c WHERE c.slug = $1").bind(slug).fetch_one(c).await)?)
            }).await.unwrap();
            assert_eq!(found, (state.name().to_owned(), notes), "{slug}");
        }
    }

    async fn demo_world_that_starts_again_leaves_what_has_ended_since_to_settlement(world: World) {
        world.db.write(async |tx| demo::prepare_demo(tx, &world.desk.keys, &world.desk.payments).await).await.unwrap();
        world.db.write(async |tx| demo::advance_clock(tx, 4 * 86_400).await).await.unwrap();

        demo::play_out(&world.desk).await.unwrap();

        let slug = "the-spare-part-library";
        let one = world.db.read(async |tx| find_campaign(tx, slug).await).await.unwrap().unwrap().summary;
        assert_eq!((one.state, one.collected_minor), (CampaignState::Live, 0));
    }

    async fn database_with_other_data_never_becomes_the_demo_world(world: World) {
        add(world, &campaign("schatten", 9)).await.unwrap();

        let refusal = world.db.write(async |tx| demo::prepare_demo(tx, &world.desk.keys, &world.desk.payments).await).await.unwrap_err();
        assert!(matches!(refusal, DemoError::NotDemo));
        assert!(!world.db.read(async |tx| demo::is_demo(tx).await).await.unwrap());
        assert_eq!(slugs(world, CampaignQuery::default()).await, ["schatten"]);
    }

    async fn what_is_alike_and_open_goes_by_topic_then_place_then_language(world: World) {
        let open = async |slug: &str, topic: &str, place: &str, locale| {
            world.open(|new| {
                slug.clone_into(&mut new.slug);
                topic.clone_into(&mut new.draft.topic);
                place.clone_into(&mut new.draft.place);
                new.draft.locale = locale;
            }).await
        };
        open("sprache", "food", "Chur", Locale::It).await;
        open("ort", "water", "Basel", Locale::De).await;
        open("thema", "heat", "Bern", Locale::De).await;
        let own = open("eigen", "heat", "Basel", Locale::De).await;
        open("sonst", "food", "Genf", Locale::De).await;
        let ended = open("ende", "heat", "Basel", Locale::De).await;
        world.run(&["UPDATE campaigns SET state = 'suspended' WHERE slug = 'ende'".to_owned()]).await;
        assert_ne!(own, ended);
        let view = world.db.read(async |tx| find_campaign(tx, "eigen").await).await.unwrap().unwrap();
        let found = world.db.read(async |tx| find_related(tx, &view.summary, Locale::It).await).await.unwrap();
        let slugs: Vec<&str> = found.iter().map(|one| one.slug.as_str()).collect();
        assert_eq!(slugs, ["thema", "ort", "sprache"]);
    }
}
