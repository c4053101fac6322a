//! What a feature is given to write a letter, and who writes which.

use multitude_domain::locale::Locale;
use uuid::Uuid;

use super::kind::LetterKind;
use super::letter::Letter;
use super::post::Post;
use crate::db::{StoreError, Tx};
use crate::keys::Keys;
use crate::{accounts, campaigns, followers, pledges};

/// One letter to write.
#[derive(Debug)]
pub(crate) struct Writing<'a> {
    pub(crate) keys: &'a Keys,
    pub(super) post: &'a Post,
    /// What it is about.
    pub(crate) subject: Uuid,
    /// The part of that, where it is about one.
    pub(crate) detail: Option<Uuid>,
    /// To whom.
    pub(crate) email: &'a str,
}

impl Writing<'_> {
    /// The whole address of a page.
    pub(crate) fn address(&self, locale: Locale, path: &str) -> String {
        format!("{}/{locale}/{path}", self.post.public_url)
    }

    /// The site, as people call it: its address without the scheme.
    pub(crate) fn site(&self) -> &str {
        self.post.public_url.split_once("://").map_or(&*self.post.public_url, |(_, host)| host)
    }

    /// Writes the letter; nothing where what it would say is no longer so.
    pub(super) async fn write(&self, tx: &mut Tx, kind: LetterKind) -> Result<Option<Letter>, StoreError> {
        match kind {
            LetterKind::Account(kind) => accounts::letters::write(tx, self, kind).await,
            LetterKind::Follower(kind) => followers::letters::write(tx, self, kind).await,
            LetterKind::News(kind) => campaigns::letters::write_news(tx, self, kind).await,
            LetterKind::Pledge(kind) => pledges::letters::write(tx, self, kind).await,
            LetterKind::Team(kind) => campaigns::letters::write_team(tx, self, kind).await,
        }
    }
}
