//! What a team and its readers tell each other, as pages show it.

use serde::{Deserialize, Serialize};

use crate::id::{QuestionId, UpdateId};
use crate::locale::Locale;
use crate::time::Timestamp;

/// How much stands behind the tabs of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TalkCounts {
    /// Updates.
    pub updates: i64,
    /// Questions, answered or not.
    pub questions: i64,
}

/// Somebody who wants to hear that a campaign opens, as the mailed link's page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowView {
    /// The campaign's slug.
    pub slug: String,
    /// The campaign's title.
    pub campaign_title: String,
    /// The campaign's language.
    pub campaign_locale: Locale,
    /// Whether it is about to open.
    pub is_ahead: bool,
    /// When it opens.
    pub opens_at: Option<Timestamp>,
    /// Where is written to.
    pub email: String,
    /// Whether that address was proved.
    pub is_confirmed: bool,
}

/// What a team told its backers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateView {
    /// The update.
    pub id: UpdateId,
    /// Who wrote it.
    pub author: String,
    /// Its title, in the campaign's language.
    pub title: String,
    /// Its text, in the campaign's language; an empty line parts paragraphs.
    pub body: String,
    /// When.
    pub at: Timestamp,
}

/// A question to a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionView {
    /// The question.
    pub id: QuestionId,
    /// Who asks.
    pub author: String,
    /// What is asked.
    pub body: String,
    /// When.
    pub at: Timestamp,
    /// What the team said.
    pub answer: Option<AnswerView>,
}

/// What a team said to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerView {
    /// Who answers.
    pub author: String,
    /// The answer.
    pub body: String,
    /// When.
    pub at: Timestamp,
}
