//! Who may do what: deny by default. Use cases ask it; pages ask it before they offer.
//!
//! Each feature has a file with its deeds, with what somebody can be to its things, and with a rule for each
//! deed. Relations are found by the use case, as a set: one person may be a campaign's backer and of its
//! team.

pub mod accounts;
pub mod campaigns;
pub mod installation;
pub mod pledges;
mod rule;
pub mod settlement;

use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::states::UnknownState;
pub use rule::{DeedKind, Grounds, NoRelation, RelationKind, Relations, Rule};

/// What a person with an account may be trusted with beyond their own things. What belongs to a
/// contest or an organisation, such as judging, is no role but a relation ([`RelationKind`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reviews campaigns before they open.
    Coach,
    /// Pauses what harms.
    Moderator,
    /// Runs the installation.
    Operator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Coach, Self::Moderator, Self::Operator];

    /// The name in the database and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Coach => "coach",
            Self::Moderator => "moderator",
            Self::Operator => "operator",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or(UnknownState)
    }
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who has not signed in.
    Guest,
    /// A person with an account.
    Member {
        /// The account.
        user: UserId,
        /// What it is trusted with.
        roles: Vec<Role>,
    },
    /// The installation itself: jobs, the command line.
    System,
}

impl Actor {
    /// Whether this actor may do it, being all that to the thing.
    pub fn may<D: DeedKind>(&self, deed: D, relations: &Relations<D::Relation>) -> bool {
        self.grounds(deed, relations).is_some()
    }

    /// On what grounds this actor may do it, being all that to the thing; none where they may not.
    pub fn grounds<D: DeedKind>(&self, deed: D, relations: &Relations<D::Relation>) -> Option<Grounds> {
        match self {
            Self::System => Some(Grounds::Installation),
            Self::Guest => deed.rule().guests_grounds(relations),
            Self::Member { roles, .. } => deed.rule().members_grounds(roles, relations),
        }
    }

    /// The account, where there is one.
    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::Member { user, .. } => Some(*user),
            Self::Guest | Self::System => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::campaigns::Relation::Team;
    use super::pledges::Relation::Backer;
    use super::*;
    use uuid::Uuid;

    fn member(roles: &[Role]) -> Actor {
        Actor::Member { user: UserId::new(Uuid::nil()), roles: roles.to_vec() }
    }

    fn none<R: RelationKind>() -> Relations<R> {
        Relations::none()
    }

    fn only<R: RelationKind>(relation: R) -> Relations<R> {
        [relation].into_iter().collect()
    }

    /// Every set of relations, the smaller ones first.
    fn sets<R: RelationKind>() -> Vec<Vec<R>> {
        let mut sets = vec![Vec::new()];
        for relation in R::ALL {
            let with = |set: &Vec<R>| set.iter().chain([relation]).copied().collect();
            sets.extend(sets.iter().map(with).collect::<Vec<_>>());
        }
        sets.sort_by_key(Vec::len);
        sets
    }

    /// Who may do what in a feature, as text: a change of a rule is seen in its review.
    fn written_out<D: DeedKind>() -> String {
        let actors = [("guest", Actor::Guest), ("member", member(&[]))];
        let trusted = Role::ALL.map(|role| (role.name(), member(&[role])));
        let actors: Vec<_> = actors.into_iter().chain(trusted).chain([("system", Actor::System)]).collect();
        let mut lines = Vec::new();
        for deed in D::ALL {
            for set in sets::<D::Relation>() {
                let relations: Relations<_> = set.iter().copied().collect();
                let may = actors.iter().filter(|(_, actor)| actor.may(*deed, &relations));
                let may: Vec<&str> = may.map(|(name, _)| *name).collect();
                let names: Vec<&str> = set.iter().map(|one| one.name()).collect();
                let names = if names.is_empty() { "stranger".to_owned() } else { names.join(" and ") };
                lines.push(format!("{deed:?}, {names}: {}\n", may.join(" ")));
            }
        }
        lines.concat()
    }

    #[test]
    fn table_is_as_written_down() {
        let all = [
            written_out::<campaigns::Deed>(),
            written_out::<pledges::Deed>(),
            written_out::<settlement::Deed>(),
            written_out::<accounts::Deed>(),
            written_out::<installation::Deed>(),
        ];
        assert_eq!(all.concat(), include_str!("../../tests/golden/permissions.txt"));
    }

    /// What is audited whoever does it. Everything else is where a role or the installation does it.
    #[test]
    fn own_deeds_about_money_ends_and_teams_are_audited() {
        fn always<D: DeedKind>() -> Vec<&'static str> {
            let own = D::ALL.iter().filter(|deed| deed.rule().is_audited(Grounds::Own));
            assert!(D::ALL.iter().all(|deed| deed.rule().is_audited(Grounds::Role)));
            assert!(D::ALL.iter().all(|deed| deed.rule().is_audited(Grounds::Installation)));
            own.map(|deed| deed.name()).collect()
        }
        assert_eq!(always::<campaigns::Deed>(), ["manage_team", "cancel_campaign"]);
        assert_eq!(always::<pledges::Deed>(), Vec::<&str>::new());
        assert_eq!(always::<settlement::Deed>(), ["state_delivery"]);
    }

    #[test]
    fn names_are_told_apart() {
        fn names<D: DeedKind>() -> Vec<&'static str> {
            D::ALL.iter().map(|deed| deed.name()).collect()
        }
        let mut all = names::<campaigns::Deed>();
        all.extend(names::<pledges::Deed>());
        all.extend(names::<settlement::Deed>());
        all.extend(names::<accounts::Deed>());
        all.extend(names::<installation::Deed>());
        let told: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(told.len(), all.len());
    }

    #[test]
    fn guests_hold_receipts_and_nothing_else() {
        assert!(Actor::Guest.may(pledges::Deed::ManagePledge, &only(Backer)));
        assert!(!Actor::Guest.may(pledges::Deed::ManagePledge, &none()));
        assert!(
            !Actor::Guest.may(campaigns::Deed::EditCampaign, &only(Team)),
            "a team member has an account"
        );
    }

    #[test]
    fn nobody_reviews_their_own_campaign_by_being_its_team() {
        use campaigns::Deed;
        assert!(!member(&[]).may(Deed::ReviewCampaign, &only(Team)));
        assert!(member(&[Role::Coach]).may(Deed::ReviewCampaign, &none()));
        assert!(!member(&[Role::Coach]).may(Deed::SuspendCampaign, &none()));
    }

    #[test]
    fn no_role_decides_about_what_is_its_own() {
        let all = member(&Role::ALL);
        for deed in [campaigns::Deed::ReviewCampaign, campaigns::Deed::SuspendCampaign] {
            assert!(all.may(deed, &none()) && !all.may(deed, &only(Team)), "{deed:?}");
            assert!(Actor::System.may(deed, &only(Team)), "{deed:?}");
        }
        let review = pledges::Deed::ReviewPledge;
        for own in sets::<pledges::Relation>() {
            assert_eq!(all.may(review, &own.iter().copied().collect()), own.is_empty(), "{own:?}");
        }
        assert!(all.may(settlement::Deed::PayOut, &none()));
        assert!(!all.may(settlement::Deed::PayOut, &only(Team)));
        assert!(all.may(campaigns::Deed::CancelCampaign, &only(Team)), "a team may always give up");
    }

    #[test]
    fn members_begin_campaigns_and_teams_write_them() {
        assert!(member(&[]).may(campaigns::Deed::CreateCampaign, &none()));
        assert!(!Actor::Guest.may(campaigns::Deed::CreateCampaign, &none()));
        assert!(!member(&Role::ALL).may(campaigns::Deed::EditCampaign, &none()));
    }

    #[test]
    fn members_ask_and_teams_answer() {
        use campaigns::Deed;
        assert!(member(&[]).may(Deed::AskQuestion, &none()));
        assert!(!member(&[]).may(Deed::AskQuestion, &only(Team)));
        assert!(!Actor::Guest.may(Deed::AskQuestion, &none()));
        assert!(member(&[]).may(Deed::AnswerQuestion, &only(Team)));
        assert!(!member(&[Role::Operator]).may(Deed::AnswerQuestion, &none()));
    }

    #[test]
    fn operators_do_not_touch_other_peoples_pledges() {
        assert!(!member(&[Role::Operator]).may(pledges::Deed::ManagePledge, &none()));
        assert!(member(&[Role::Operator]).may(accounts::Deed::GrantRole, &none()));
        assert!(!member(&[Role::Moderator]).may(accounts::Deed::GrantRole, &none()));
    }

    /// A feature in which one relation allows what another forbids.
    mod essays {
        use crate::permission::{DeedKind, RelationKind, Role, Rule};

        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Relation {
            Judge,
            Author,
        }

        impl RelationKind for Relation {
            const ALL: &'static [Self] = &[Self::Judge, Self::Author];

            fn name(self) -> &'static str {
                "essays"
            }

            fn needs_account(self) -> bool {
                false
            }
        }

        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) struct Rate;

        impl DeedKind for Rate {
            type Relation = Relation;

            const ALL: &'static [Self] = &[Self];

            fn name(self) -> &'static str {
                "rate"
            }

            fn rule(self) -> Rule<Relation> {
                let by = Rule::nobody().members().roles(&[Role::Operator]).relations(&[Relation::Judge]);
                by.never(&[Relation::Author])
            }
        }
    }

    #[test]
    fn never_of_one_relation_wins_over_what_all_others_allow() {
        use essays::{Rate, Relation};
        for actor in [Actor::Guest, member(&[]), member(&Role::ALL)] {
            assert!(actor.may(Rate, &only(Relation::Judge)));
            for both in [[Relation::Judge, Relation::Author], [Relation::Author, Relation::Judge]] {
                assert!(!actor.may(Rate, &both.into_iter().collect()), "{actor:?}, {both:?}");
            }
            assert!(!actor.may(Rate, &only(Relation::Author)));
        }
    }
}
