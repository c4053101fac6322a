//! What finds a campaign: its words however they are spelled or bent, its topic and its place.

use multitude_domain::campaigns::CampaignDraft;
use multitude_domain::locale::Locale;
use multitude_platform::campaigns::{CampaignQuery, list_campaigns, list_facets, record_campaign};
use multitude_platform::db::StoreError;
use multitude_platform::{rows, search};

use crate::world::{World, campaign, contract};

async fn add(world: &World, slug: &str, change: impl FnOnce(&mut CampaignDraft)) {
    let mut new = campaign(slug, 9);
    change(&mut new.draft);
    world.db.write(async |tx| record_campaign(tx, &new).await).await.unwrap();
}

async fn titled(world: &World, slug: &str, locale: Locale, title: &str) {
    add(world, slug, |draft| {
        (draft.locale, draft.title, draft.one_liner) = (locale, title.to_owned(), String::new());
    })
    .await;
}

async fn slugs(world: &World, query: CampaignQuery) -> Vec<String> {
    let query = CampaignQuery { limit: 50, ..query };
    let found = world.db.read(async |tx| list_campaigns(tx, &query).await).await.unwrap();
    found.items.into_iter().map(|one| one.slug).collect()
}

async fn found(world: &World, q: &str) -> Vec<String> {
    slugs(world, CampaignQuery { q: Some(q.to_owned()), ..CampaignQuery::default() }).await
}

contract! {
    async fn words_are_found_in_either_spelling(world: World) {
        titled(world, "moor", Locale::De, "Moorwächter der Straße").await;
        titled(world, "coeur", Locale::Fr, "Le cœur de Łódź").await;
        titled(world, "plain", Locale::En, "Friends of Zuerich and Zugerstrasse").await;

        for q in ["Moorwächter", "moorwaechter", "moorwachter", "MOORWÄ", "moorwae", "Strasse", "straße", "Moorwa\u{308}chter"] {
            assert_eq!(found(world, q).await, ["moor"], "{q}");
        }
        for q in ["Coeur", "cœur", "CŒUR", "Lodz", "Łódź", "coeur lodz"] {
            assert_eq!(found(world, q).await, ["coeur"], "{q}");
        }
        for q in ["Zürich", "Zurich", "zuerich", "zür", "Zugerstraße"] {
            assert_eq!(found(world, q).await, ["plain"], "{q}");
        }
        assert!(found(world, "moor lodz").await.is_empty());
    }

    async fn words_are_found_by_their_stem_in_each_language(world: World) {
        titled(world, "baeume", Locale::De, "Bäume für Häuser").await;
        titled(world, "libraries", Locale::En, "Libraries and running").await;
        titled(world, "velos", Locale::Fr, "Des chevaux et des bibliothèques").await;
        titled(world, "biciclette", Locale::It, "Biciclette").await;

        for (q, slug) in [
            ("Baum", "baeume"), ("Bäumen", "baeume"), ("Baeumen", "baeume"), ("Haus", "baeume"), ("library", "libraries"),
            ("runs", "libraries"), ("cheval", "velos"), ("bibliotheque", "velos"), ("bicicletta", "biciclette"),
        ] {
            assert_eq!(found(world, q).await, [slug], "{q}");
        }
        for other in ["horse", "vél", "bike"] {
            assert!(found(world, other).await.is_empty(), "{other}");
        }
    }

    async fn topic_and_place_are_found_in_any_case_and_composition(world: World) {
        add(world, "tal", |draft| (draft.topic, draft.place) = ("Film & Video".to_owned(), "Val Mu\u{308}stair".to_owned())).await;
        add(world, "auch", |draft| (draft.topic, draft.place) = ("film & video".to_owned(), "Val Müstair".to_owned())).await;
        add(world, "nirgends", |draft| (draft.topic, draft.place) = (String::new(), String::new())).await;
        let of = async |topic: Option<&str>, place: Option<&str>| {
            let given = |text: Option<&str>| text.map(str::to_owned);
            slugs(world, CampaignQuery { topic: given(topic), place: given(place), ..CampaignQuery::default() }).await.len()
        };

        for place in ["Val Müstair", "val müstair", "VAL MU\u{308}STAIR", "Val Mustair"] {
            assert_eq!(of(None, Some(place)).await, 2, "{place}");
        }
        assert_eq!((of(Some("FILM & video"), None).await, of(Some("film"), None).await), (2, 0));
        assert_eq!((of(None, Some("!")).await, of(Some("?"), None).await), (0, 0), "nor those that say nothing");
        let facets = world.db.read(async |tx| list_facets(tx).await).await.unwrap();
        assert_eq!((facets.topics.len(), facets.places.len()), (1, 1), "{facets:?}");
    }

    async fn what_an_older_version_folded_is_folded_anew_once(world: World) {
        titled(world, "moor", Locale::De, "Moorwächter").await;
        titled(world, "baum", Locale::De, "Bäume").await;
        // As the migration leaves it.
        world.db.write(async |tx| {
            rows!(tx, sqlx::query("DELETE FROM campaign_search"))?;
            rows!(tx, sqlx::query("UPDATE campaigns SET topic_folded = '', place_folded = '', folded_by = 0"))?;
            Ok::<_, StoreError>(())
        }).await.unwrap();
        assert!(found(world, "moorwaechter").await.is_empty());

        assert_eq!(search::refold(&world.db).await.unwrap(), 2);
        assert_eq!(found(world, "moorwaechter").await, ["moor"]);
        assert_eq!(found(world, "baum").await, ["baum"]);
        let place = CampaignQuery { place: Some("AARWIL".to_owned()), ..CampaignQuery::default() };
        assert_eq!(slugs(world, place).await.len(), 2);
        assert_eq!(search::refold(&world.db).await.unwrap(), 0, "nothing is left to do");
        assert_eq!(world.count("SELECT COUNT(*) FROM campaign_search").await, 2);
    }
}
