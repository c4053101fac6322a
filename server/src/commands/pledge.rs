//! `pledge`: what a moderator decides about pledges before the deadline, for whoever runs the installation.

use multitude_domain::id::PledgeId;
use multitude_domain::permission::Actor;
use multitude_platform::Desk;
use multitude_platform::pledges::{
    ChangePledgeError, UndecidedPledge, accept_transfer, cancel_pledge, list_undecided, return_transfer,
    review_pledge,
};

use crate::config::{PledgeCommand, PledgeOptions, StoreOptions};
use crate::error::ServeError;
use crate::store;

/// A decision about one pledge.
#[derive(Debug, Clone, Copy)]
enum Decision {
    Count,
    AcceptTransfer,
    ReturnTransfer,
    Cancel,
}

/// Lists what waits, or does what the command says to one pledge.
pub(crate) async fn decide(command: PledgeCommand) -> Result<(), ServeError> {
    match command {
        PledgeCommand::Waiting(options) => list(&options).await,
        PledgeCommand::Count(options) => act(options, Decision::Count).await,
        PledgeCommand::AcceptTransfer(options) => act(options, Decision::AcceptTransfer).await,
        PledgeCommand::ReturnTransfer(options) => act(options, Decision::ReturnTransfer).await,
        PledgeCommand::Cancel(options) => act(options, Decision::Cancel).await,
    }
}

#[expect(clippy::print_stdout, reason = "the answer is what the command is for")]
async fn list(options: &StoreOptions) -> Result<(), ServeError> {
    let desk = store::open_existing(options).await?;
    let found = desk.db.read(async |tx| list_undecided(tx, &Actor::System).await).await;
    desk.db.close().await;
    let found = found.map_err(why)?;
    if found.is_empty() {
        println!("nothing waits for a decision");
    }
    for one in found {
        println!("{}", line(&one));
    }
    Ok(())
}

fn line(one: &UndecidedPledge) -> String {
    let until = one.closes_at.map(|at| format!(", until {at}")).unwrap_or_default();
    let what = match one.arrived {
        Some(arrived) => {
            format!("{} pledged, {arrived} arrived: accept-transfer or return-transfer", one.amount)
        }
        None => format!("{}, large: count", one.amount),
    };
    format!("{}  {}  {what}{until}", one.id, one.slug)
}

#[expect(clippy::print_stdout, reason = "the answer is what the command is for")]
async fn act(options: PledgeOptions, decision: Decision) -> Result<(), ServeError> {
    let PledgeOptions { id, why: reason, store } = options;
    let desk = store::open_existing(&store).await?;
    let done = carry_out(&desk, id, decision, reason.why).await;
    desk.db.close().await;
    done.map_err(why)?;
    println!("{id}: done; its receipt shows it");
    Ok(())
}

async fn carry_out(
    desk: &Desk,
    id: PledgeId,
    decision: Decision,
    reason: Option<String>,
) -> Result<(), ChangePledgeError> {
    let payments = desk.payments.clone();
    let done = desk.db.write(async move |tx| {
        tx.explain(reason.as_deref());
        match decision {
            Decision::Count => review_pledge(tx, &Actor::System, id).await,
            Decision::AcceptTransfer => accept_transfer(tx, &Actor::System, id).await,
            Decision::ReturnTransfer => return_transfer(tx, &payments, &Actor::System, id).await,
            Decision::Cancel => cancel_pledge(tx, &payments, &Actor::System, id).await,
        }
    });
    done.await
}

fn why(error: ChangePledgeError) -> ServeError {
    match error {
        ChangePledgeError::Store(error) => error.into(),
        ChangePledgeError::Denied => ServeError::Denied,
        ChangePledgeError::Invalid(faults) => {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            ServeError::Refused(faults.join("; "))
        }
        other => ServeError::Refused(other.to_string()),
    }
}
