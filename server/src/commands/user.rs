//! `user grant` trusts a person with a role: that is how a new installation gets its first operator. `user
//! erase` forgets one.

use multitude_domain::email::{EmailFault, read_email, with_one_domain};
use multitude_domain::permission::Actor;
use multitude_domain::typed::trim_typed;
use multitude_platform::accounts::{ErasePersonError, Erased, GrantRoleError, erase_person, grant_role};

use crate::config::{EraseOptions, GrantOptions};
use crate::error::ServeError;
use crate::store;

/// Addresses of earlier times go beyond what a mail is sent to now, and belong to people all the same.
fn kept_address(typed: &str) -> Result<String, ServeError> {
    match read_email(typed) {
        Err(EmailFault::LocalPart) => Ok(with_one_domain(trim_typed(typed))),
        Err(EmailFault::NotOne) => Err(ServeError::Email(typed.to_owned())),
        Ok(email) => Ok(email),
    }
}

fn address(typed: &str) -> Result<String, ServeError> {
    read_email(typed).map_err(|_| ServeError::Email(typed.to_owned()))
}

/// Grants the role; an address without an account gets one.
#[expect(clippy::print_stdout, reason = "the answer is what the command is for")]
pub(crate) async fn grant(options: GrantOptions) -> Result<(), ServeError> {
    let email = address(&options.email)?;
    let desk = store::open_existing(&options.store).await?;
    let (role, address, why) = (options.role, email.clone(), options.why.why);
    let granted = desk.db.write(async move |tx| {
        tx.explain(why.as_deref());
        grant_role(tx, &Actor::System, &address, role).await
    });
    let granted = granted.await;
    desk.db.close().await;
    match granted {
        Ok(_) => {
            println!("{email} is {} from the next request on", role.name());
            Ok(())
        }
        Err(GrantRoleError::Store(error)) => Err(error.into()),
        Err(GrantRoleError::Denied) => Err(ServeError::Denied),
    }
}

/// Erases whoever has the address.
#[expect(clippy::print_stdout, reason = "the answer is what the command is for")]
pub(crate) async fn erase(options: EraseOptions) -> Result<(), ServeError> {
    let email = kept_address(&options.email)?;
    let desk = store::open_existing(&options.store).await?;
    let erased = desk.db.write(async move |tx| erase_person(tx, &Actor::System, &email).await).await;
    desk.db.close().await;
    match erased {
        Ok(Erased { pledges, had_account }) => {
            let account = if had_account { "the account and its sessions" } else { "no account" };
            println!("erased: {account}, the names and addresses of {pledges} pledges");
            Ok(())
        }
        Err(ErasePersonError::Store(error)) => Err(error.into()),
        Err(error) => Err(ServeError::NotErased(error)),
    }
}
