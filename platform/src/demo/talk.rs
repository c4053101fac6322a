//! What the demo world's teams and readers have told each other.

use multitude_domain::id::CampaignId;
use multitude_domain::permission::Actor;
use multitude_domain::time::Timestamp;
use serde::Deserialize;

use super::DemoError;
use crate::campaigns::{NewUpdate, NewWords, answer_question, ask_question, publish_update};
use crate::db::Tx;

/// An update, so many days before the day of seeding.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateText {
    days_ago: i64,
    author: String,
    title: String,
    text: String,
}

/// A question, so many days before the day of seeding.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QuestionText {
    days_ago: i64,
    author: String,
    text: String,
    answer: Option<AnswerText>,
}

/// Its answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerText {
    days_ago: i64,
    author: String,
    text: String,
}

/// What was said about one campaign.
#[derive(Debug)]
pub(super) struct Talk {
    pub(super) updates: Vec<UpdateText>,
    pub(super) questions: Vec<QuestionText>,
}

impl Talk {
    /// Lets everything be said at its time of day: people write in the evening and ask at noon.
    pub(super) async fn seed(
        &self,
        tx: &mut Tx,
        campaign: CampaignId,
        now: Timestamp,
    ) -> Result<(), DemoError> {
        let today = now.in_zurich().day;
        let noon = |days_ago: i64| today.plus_days(-days_ago).at_in_zurich(12, 5, 0);
        let evening = |days_ago: i64| today.plus_days(-days_ago).at_in_zurich(19, 40, 0);
        for one in &self.updates {
            tx.tell_time(evening(one.days_ago));
            let new =
                NewUpdate { author: one.author.clone(), title: one.title.clone(), body: one.text.clone() };
            publish_update(tx, &Actor::System, campaign, &new).await?;
        }
        for one in &self.questions {
            tx.tell_time(noon(one.days_ago));
            let new = NewWords { author: one.author.clone(), body: one.text.clone() };
            let question = ask_question(tx, &Actor::System, campaign, &new).await?;
            if let Some(answer) = &one.answer {
                tx.tell_time(evening(answer.days_ago));
                let new = NewWords { author: answer.author.clone(), body: answer.text.clone() };
                answer_question(tx, &Actor::System, question, &new).await?;
            }
        }
        tx.tell_time(now);
        Ok(())
    }
}
