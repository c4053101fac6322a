//! `user grant`: trusts a person with a role; that is how a new installation gets its first operator.

use multitude_domain::permission::Actor;
use multitude_platform::accounts::{GrantRoleError, grant_role};
use multitude_platform::mail::Post;

use crate::config::GrantOptions;
use crate::error::ServeError;
use crate::store;

/// Grants the role; an address without an account gets one.
#[expect(clippy::print_stdout, reason = "the answer is what the command is for")]
pub(crate) async fn grant(options: GrantOptions) -> Result<(), ServeError> {
    let email = multitude_domain::pledge::check_email(&options.email)
        .map_err(|_| ServeError::Email(options.email.clone()))?;
    let desk = store::open(&options.store, Post::off("")).await?;
    let (role, address) = (options.role, email.clone());
    let granted = desk.db.write(async move |tx| grant_role(tx, &Actor::System, &address, role).await).await;
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
