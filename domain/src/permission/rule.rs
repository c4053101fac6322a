//! What a rule is made of. A feature's file has an enum of deeds, an enum of relations, and a rule for each
//! deed.

use core::fmt::Debug;

use super::Role;

/// What somebody can be to a thing of a feature: of its team, its backer. One person may be several at once.
pub trait RelationKind: Copy + Eq + Debug + 'static {
    /// Every relation.
    const ALL: &'static [Self];

    /// The name in the written table.
    fn name(self) -> &'static str;

    /// Whether only somebody with an account can be it.
    fn needs_account(self) -> bool;
}

/// What can be done in a feature.
pub trait DeedKind: Copy + Eq + Debug + 'static {
    /// What somebody can be to what it is done to.
    type Relation: RelationKind;

    /// Every deed.
    const ALL: &'static [Self];

    /// The name in the audit. It is kept there for ever.
    fn name(self) -> &'static str;

    /// Who may do it.
    fn rule(self) -> Rule<Self::Relation>;
}

/// A feature whose things are nobody's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRelation {}

impl RelationKind for NoRelation {
    const ALL: &'static [Self] = &[];

    fn name(self) -> &'static str {
        match self {}
    }

    fn needs_account(self) -> bool {
        match self {}
    }
}

/// All that one person is to one thing. The use case finds it; no caller says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relations<R>(Vec<R>);

impl<R: RelationKind> Relations<R> {
    /// Nothing in particular.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Whether the person is that, among others.
    pub fn contains(&self, relation: R) -> bool {
        self.0.contains(&relation)
    }

    /// Those of `of` that the person is.
    fn any_of<'a>(&'a self, of: &'a [R]) -> impl Iterator<Item = R> + 'a {
        self.0.iter().copied().filter(|one| of.contains(one))
    }
}

impl<R> FromIterator<R> for Relations<R> {
    fn from_iter<T: IntoIterator<Item = R>>(relations: T) -> Self {
        Self(relations.into_iter().collect())
    }
}

/// Which doings of a deed leave a row in the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audited {
    /// Every one: it moves a campaign's money or its end, or says who may.
    Always,
    /// What is not done by whose own thing it is.
    ByOthers,
}

/// Who may do a deed, and what is written down about it. Whom a rule does not name it refuses.
#[derive(Debug, Clone, Copy)]
pub struct Rule<R: 'static> {
    has_members: bool,
    roles: &'static [Role],
    relations: &'static [R],
    never: &'static [R],
    audited: Audited,
}

impl<R: RelationKind> Rule<R> {
    /// Nobody but the installation.
    pub const fn nobody() -> Self {
        Self { has_members: false, roles: &[], relations: &[], never: &[], audited: Audited::ByOthers }
    }

    /// Whoever has an account.
    #[must_use]
    pub const fn members(self) -> Self {
        Self { has_members: true, ..self }
    }

    /// Whoever is trusted with one of these.
    #[must_use]
    pub const fn roles(self, roles: &'static [Role]) -> Self {
        Self { roles, ..self }
    }

    /// Whoever is one of these to the thing.
    #[must_use]
    pub const fn relations(self, relations: &'static [R]) -> Self {
        Self { relations, ..self }
    }

    /// Whoever is one of these to the thing may not, whatever else they are. Nobody decides about their own.
    #[must_use]
    pub const fn never(self, never: &'static [R]) -> Self {
        Self { never, ..self }
    }

    /// Leaves a row in the audit also where it is done to one's own thing.
    #[must_use]
    pub const fn always_audited(self) -> Self {
        Self { audited: Audited::Always, ..self }
    }

    /// Whether what is allowed on these grounds leaves a row in the audit.
    pub const fn is_audited(&self, grounds: Grounds) -> bool {
        match (self.audited, grounds) {
            (Audited::Always, _) | (Audited::ByOthers, Grounds::Role | Grounds::Installation) => true,
            (Audited::ByOthers, Grounds::Own) => false,
        }
    }

    /// On what grounds somebody without an account may do it.
    pub(super) fn guests_grounds(&self, relations: &Relations<R>) -> Option<Grounds> {
        if relations.any_of(self.never).next().is_some() {
            return None;
        }
        relations.any_of(self.relations).any(|one| !one.needs_account()).then_some(Grounds::Own)
    }

    /// On what grounds somebody with an account and these roles may do it.
    pub(super) fn members_grounds(&self, roles: &[Role], relations: &Relations<R>) -> Option<Grounds> {
        if relations.any_of(self.never).next().is_some() {
            return None;
        }
        if self.has_members || relations.any_of(self.relations).next().is_some() {
            return Some(Grounds::Own);
        }
        roles.iter().any(|own| self.roles.contains(own)).then_some(Grounds::Role)
    }
}

/// On what grounds somebody may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grounds {
    /// The thing is their own, or everybody's with an account.
    Own,
    /// They are trusted with a role.
    Role,
    /// It is the installation itself.
    Installation,
}

impl Grounds {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Own, Self::Role, Self::Installation];

    /// The name in the audit.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Role => "role",
            Self::Installation => "installation",
        }
    }
}
