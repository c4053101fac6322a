//! An event: what happened to what, stored as kind, id, name and a JSON text of ids and states only.

use multitude_domain::id::{CampaignId, PledgeId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use crate::campaigns::CampaignEvent;
use crate::pledges::PledgeEvent;
use crate::subject::{Subject, SubjectKind};

/// The field under which features tell serde an event's name; it has a column of its own.
const NAME: &str = "name";

/// Something that happened, by the feature to which it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    Campaign(CampaignId, CampaignEvent),
    Pledge(PledgeId, PledgeEvent),
}

impl Event {
    /// To what it happened.
    pub(super) fn subject(&self) -> Subject {
        match self {
            Self::Campaign(id, _) => (*id).into(),
            Self::Pledge(id, _) => (*id).into(),
        }
    }

    /// Whose watchers are told.
    pub(super) fn watched(&self) -> Subject {
        match self {
            Self::Campaign(id, _) => (*id).into(),
            Self::Pledge(_, event) => event.campaign().into(),
        }
    }

    /// Its name, and the rest of it as JSON.
    pub(super) fn stored(&self) -> (String, String) {
        match self {
            Self::Campaign(_, event) => split(event),
            Self::Pledge(_, event) => split(event),
        }
    }

    /// Reads what [`Event::stored`] wrote; nothing where this version does not know it.
    pub(super) fn read(kind: &str, id: Uuid, name: &str, body: &str) -> Option<Self> {
        match kind.parse().ok()? {
            SubjectKind::Campaign => Some(Self::Campaign(CampaignId::new(id), join(name, body)?)),
            SubjectKind::Pledge => Some(Self::Pledge(PledgeId::new(id), join(name, body)?)),
        }
    }
}

fn split(event: &impl Serialize) -> (String, String) {
    let mut whole = serde_json::to_value(event).expect("events have text for keys");
    let name = match whole.as_object_mut().and_then(|fields| fields.remove(NAME)) {
        Some(Value::String(name)) => name,
        _ => String::new(),
    };
    (name, whole.to_string())
}

fn join<E: DeserializeOwned>(name: &str, body: &str) -> Option<E> {
    let mut whole: Value = serde_json::from_str(body).ok()?;
    whole.as_object_mut()?.insert(NAME.to_owned(), Value::String(name.to_owned()));
    serde_json::from_value(whole).ok()
}

#[cfg(test)]
mod tests {
    use multitude_domain::campaigns::CampaignState;
    use multitude_domain::id::UpdateId;
    use multitude_domain::pledges::PledgeState;

    use super::*;

    const ID: Uuid = Uuid::from_u128(7);
    const CAMPAIGN: CampaignId = CampaignId::new(ID);

    /// Every event with what is stored of it. Stored rows outlive the version that wrote them.
    fn stored() -> [(Event, &'static str, &'static str); 11] {
        let of_campaign = |event| Event::Campaign(CAMPAIGN, event);
        let of_pledge = |event| Event::Pledge(PledgeId::new(ID), event);
        let (from, to) = (CampaignState::Scheduled, CampaignState::Live);
        let update = UpdateId::new(ID);
        let placed = PledgeEvent::Placed { campaign: CAMPAIGN, to: PledgeState::Secured };
        let moved =
            PledgeEvent::Moved { campaign: CAMPAIGN, from: PledgeState::Secured, to: PledgeState::Charging };
        [
            (of_campaign(CampaignEvent::Moved { from, to }), "moved", r#"{"from":"scheduled","to":"live"}"#),
            (of_campaign(CampaignEvent::StartChosen), "start_chosen", "{}"),
            (
                of_campaign(CampaignEvent::UpdatePublished { update }),
                "update_published",
                r#"{"update":"00000000-0000-0000-0000-000000000007"}"#,
            ),
            (of_campaign(CampaignEvent::QuestionAsked), "question_asked", "{}"),
            (of_campaign(CampaignEvent::QuestionAnswered), "question_answered", "{}"),
            (of_campaign(CampaignEvent::ClosesSoon), "closes_soon", "{}"),
            (of_campaign(CampaignEvent::StatementAsked), "statement_asked", "{}"),
            (of_campaign(CampaignEvent::UpdateDue), "update_due", "{}"),
            (of_campaign(CampaignEvent::UpdateMissed), "update_missed", "{}"),
            (
                of_pledge(placed),
                "placed",
                r#"{"campaign":"00000000-0000-0000-0000-000000000007","to":"secured"}"#,
            ),
            (
                of_pledge(moved),
                "moved",
                r#"{"campaign":"00000000-0000-0000-0000-000000000007","from":"secured","to":"charging"}"#,
            ),
        ]
    }

    #[test]
    fn events_are_stored_under_names_that_do_not_change() {
        for (event, name, body) in stored() {
            assert_eq!(event.stored(), (name.to_owned(), body.to_owned()));
            let kind = event.subject().kind.name();
            assert_eq!(Event::read(kind, ID, name, body), Some(event));
        }
    }

    #[test]
    fn what_a_later_version_wrote_is_not_guessed_at() {
        assert_eq!(Event::read("contest", ID, "moved", "{}"), None);
        assert_eq!(Event::read("campaign", ID, "renamed", "{}"), None);
        assert_eq!(Event::read("campaign", ID, "moved", r#"{"from":"live","to":"moon"}"#), None);
        assert_eq!(Event::read("campaign", ID, "closes_soon", "no JSON"), None);
    }
}
