//! The demo world's people, and who of them stands for which role.

use multitude_domain::id::UserId;
use multitude_domain::locale::Locale;
use multitude_domain::permission::{Actor, Role};
use multitude_domain::view::DemoRole;
use serde::Deserialize;

use super::{DemoError, WorldError};
use crate::accounts::{GrantRoleError, NewUser, create_user, find_user, grant_role};
use crate::db::{StoreError, Tx};

/// Who stands for a role.
const fn email_of(role: DemoRole) -> &'static str {
    match role {
        DemoRole::Backer => "ivo.marti@demo.example",
        DemoRole::Creator => "lea.brunschwiler@demo.example",
        DemoRole::Coach => "samira.hosseini@demo.example",
        DemoRole::Moderator => "beatrix.lang@demo.example",
        DemoRole::Operator => "chiara.lombris@demo.example",
    }
}

/// The person who stands for a role.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn find_person(tx: &mut Tx, role: DemoRole) -> Result<Option<UserId>, StoreError> {
    find_user(tx, email_of(role)).await
}

#[derive(Debug, Deserialize)]
struct PeopleText {
    person: Vec<PersonText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonText {
    name: String,
    email: String,
    locale: Locale,
    role: Option<String>,
}

/// A person with an account.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) user: UserId,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) locale: Locale,
    role: Option<Role>,
}

/// Gives everybody an account and what they are trusted with.
pub(super) async fn settle_in(tx: &mut Tx) -> Result<Vec<Person>, DemoError> {
    let text: PeopleText = toml::from_str(include_str!("people.toml")).map_err(WorldError::from)?;
    let mut people = Vec::new();
    for person in text.person {
        let new = NewUser { email: person.email.clone(), name: person.name.clone(), locale: person.locale };
        let user = create_user(tx, &new).await?;
        let role = person.role.as_deref().and_then(|name| name.parse::<Role>().ok());
        if let Some(role) = role {
            grant_role(tx, &Actor::System, &person.email, role).await.map_err(|error| match error {
                GrantRoleError::Store(error) => error,
                GrantRoleError::Denied => StoreError::ChangedMeanwhile { what: "the system's own rights" },
            })?;
        }
        people.push(Person { user, name: person.name, email: person.email, locale: person.locale, role });
    }
    Ok(people)
}

/// Who answers for a campaign: the first of its team.
pub(super) fn owner(people: &[Person], team: &str) -> Option<UserId> {
    let first = team.split(", ").next()?;
    people.iter().find(|person| person.name == first).map(|person| person.user)
}

/// The others of its team.
pub(super) fn members<'a>(people: &'a [Person], team: &'a str) -> impl Iterator<Item = UserId> + 'a {
    let others = team.split(", ").skip(1);
    others.filter_map(|name| people.iter().find(|person| person.name == name).map(|person| person.user))
}

/// Somebody of this world, with what they are trusted with; a guest where nobody has that name.
pub(super) fn actor(people: &[Person], name: &str) -> Actor {
    let found = people.iter().find(|person| person.name == name);
    found.map_or(Actor::Guest, |person| Actor::Member {
        user: person.user,
        roles: person.role.into_iter().collect(),
    })
}

/// Who backs the `nth` of `count` campaigns: everybody backs two, and none their own.
pub(super) fn backers_of<'a>(people: &'a [Person], team: &str, nth: usize, count: usize) -> Vec<&'a Person> {
    let is_own = |person: &Person| team.split(", ").any(|name| name == person.name);
    let chosen = |n: usize| [n % count.max(1), n.saturating_add(1) % count.max(1)];
    people
        .iter()
        .enumerate()
        .filter(|(n, person)| chosen(*n).contains(&nth) && !is_own(person))
        .map(|(_, person)| person)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn everybody_backs_two_campaigns_of_others() {
        let text: PeopleText = toml::from_str(include_str!("people.toml")).unwrap();
        assert_eq!(text.person.len(), 30);
        let people: Vec<Person> = text
            .person
            .into_iter()
            .map(|one| Person {
                user: UserId::new(Uuid::nil()),
                name: one.name,
                email: one.email,
                locale: one.locale,
                role: None,
            })
            .collect();
        let backed: usize = (0..7).map(|nth| backers_of(&people, "", nth, 7).len()).sum();
        assert_eq!(backed, 60);
        assert!(
            backers_of(&people, "Lea Brunschwiler", 0, 7).iter().all(|one| one.name != "Lea Brunschwiler")
        );
    }

    #[test]
    fn roles_stand_for_people_of_this_world() {
        let text: PeopleText = toml::from_str(include_str!("people.toml")).unwrap();
        for role in DemoRole::ALL {
            assert!(text.person.iter().any(|person| person.email == email_of(role)), "{}", role.name());
        }
    }
}
