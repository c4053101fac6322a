//! The document of the API: it says what the API answers.

use std::time::Duration;

use serde_json::{Value, json};

use crate::site::{Site, on_both};

/// What an operation's answer breaks of its schema, and what it holds that the document does not name.
fn faults(document: &Value, path: &str, method: &str, status: u16, answer: &Value) -> Vec<String> {
    let response = &document["paths"][path][method]["responses"][status.to_string()];
    let (_, content) = response["content"].as_object().and_then(|kinds| kinds.iter().next()).unwrap();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "components": document["components"],
        "allOf": [content["schema"]],
        "unevaluatedProperties": false,
    });
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator.iter_errors(answer).map(|error| format!("{path}{}: {error}", error.instance_path())).collect()
}

fn document(site: &Site) -> Value {
    site.get("/api/v1/openapi.json").json()
}

on_both! {
    fn answers_are_as_the_document_says(home: Home) {
        let site = home.serve();
        let document = document(&site);
        let slug = "schattenplan-bahnhofplatz";
        let whole = site.get(&format!("/api/v1/campaigns/{slug}")).json();
        let says = |path: &str, method: &str, status: u16, answer: &Value| {
            assert_eq!(faults(&document, path, method, status, answer), [""; 0]);
        };
        says("/campaigns", "get", 200, &site.get("/api/v1/campaigns?limit=60").json());
        says("/campaigns/{slug}", "get", 200, &whole);
        says("/campaigns/{slug}", "get", 404, &site.get("/api/v1/campaigns/nichts").json());
        says("/campaigns", "get", 422, &site.get("/api/v1/campaigns?currency=XBT").json());
        says("/campaigns/{slug}/ledger", "get", 200, &site.get(&format!("/api/v1/campaigns/{slug}/ledger")).json());
        says("/ledger/head", "get", 200, &site.get("/api/v1/ledger/head").json());
        let totals = site.stream(&format!("/api/v1/campaigns/{slug}/live")).next_within(Duration::from_secs(5));
        says("/campaigns/{slug}/live", "get", 200, &totals);
        let listed = site.stream(&format!("/api/v1/live?campaigns={slug}")).next_within(Duration::from_secs(5));
        says("/live", "get", 200, &listed);
        let pledges = format!("/api/v1/campaigns/{slug}/pledges");
        let mut pledge = json!({
            "amount_minor": 60_000, "currency": "CHF", "reward_id": whole["rewards"][1]["id"], "reward_qty": 1, "region": null,
            "email": "lea@example.ch", "name": "Lea", "show_as": "initials", "locale": "fr",
            "payment": { "method": "card", "token": "ok" },
        });
        let asked = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "components": document["components"],
            "$ref": "#/components/schemas/PledgeBody" });
        assert!(jsonschema::validator_for(&asked).unwrap().is_valid(&pledge));
        let placed = site.post(&pledges, "k1", &pledge);
        says("/campaigns/{slug}/pledges", "post", placed.status, &placed.json());
        assert_eq!(placed.status, 201);
        pledge["amount_minor"] = json!(1);
        let refused = site.post(&pledges, "k2", &pledge);
        assert_eq!((refused.status, refused.json()["errors"].as_array().unwrap().is_empty()), (422, false));
        says("/campaigns/{slug}/pledges", "post", 422, &refused.json());
    }

    fn answer_with_a_field_that_nobody_documented_is_a_fault(home: Home) {
        let site = home.serve();
        let mut head = site.get("/api/v1/ledger/head").json();
        head["secret"] = json!(1);
        assert_eq!(faults(&document(&site), "/ledger/head", "get", 200, &head).len(), 1);
    }
}
