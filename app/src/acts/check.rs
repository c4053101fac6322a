//! What a browser finds wrong with a form before it is sent, by the server's rules.

use multitude_domain::code::read_code;
use multitude_domain::fault::{Fault, read_email_field};
use multitude_domain::pledges::{PledgeDraft, PostalAddress};

use super::{Act, Given, Pairs};

/// Everything that is wrong with it; nothing where only the server can know.
pub(crate) fn check(act: Act, pairs: &Pairs, given: &Given) -> Vec<Fault> {
    let text = |name: &str| {
        pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let one = |field, code, is_wrong: bool| is_wrong.then(|| Fault::plain(field, code)).into_iter().collect();
    match (act, given) {
        (Act::AskSignIn, _) => read_email_field(&text("email"), "account.email").err().into_iter().collect(),
        (Act::Follow, _) => read_email_field(&text("email"), "follow.email").err().into_iter().collect(),
        (Act::TypeCode | Act::ConfirmByCode, _) => {
            one("code", "code.digits", read_code(&text("code")).is_none())
        }
        (Act::GiveAddress, Given::Region(region)) => {
            let faults = PostalAddress::read(text).checked(region).err().unwrap_or_default();
            faults.iter().map(Fault::from).collect()
        }
        (Act::Support | Act::ChangePledge, Given::Choice(offer)) => {
            let mut draft = PledgeDraft::default();
            draft.take(pairs.clone());
            draft.wish(offer).err().map(|faults| draft.faults(&faults)).unwrap_or_default()
        }
        (Act::Contact, Given::Contact(known)) => {
            let (offer, mut draft) = (&known.0, known.1.clone());
            draft.take_contact(text);
            // Where the first screen is missing the server leads back to it.
            let Ok(wish) = draft.wish(offer) else { return Vec::new() };
            draft.contact(offer, &wish).err().map(|faults| draft.faults(&faults)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}
