//! What is wrong with what a form sent, as it crosses the browser's border: stable codes and what they speak
//! of, never words. Each reader's language makes words of them where they are shown.

use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::pledges::{AddressFault, PledgeFault, check_email};

/// The address in a form's field `email`, or what is wrong with it: `none` where it is none at all.
///
/// # Errors
/// The fault.
pub fn read_email_field(typed: &str, none: &str) -> Result<String, Fault> {
    check_email(typed).map_err(|fault| match fault {
        PledgeFault::Email => Fault::plain("email", none),
        other => Fault::from(&other),
    })
}

/// What a code speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arg {
    /// An amount.
    Money(Money),
    /// A number of things, or of seconds.
    Number(u64),
    /// A title, a name.
    Text(String),
    /// An address of this site.
    Path(String),
}

/// A code and what it speaks of, in the code's own order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The stable code.
    pub code: String,
    /// What it speaks of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<Arg>,
}

/// One thing to put right, at its field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The field's name in the form.
    pub field: String,
    /// What is wrong with it.
    #[serde(flatten)]
    pub said: Said,
}

impl Said {
    /// A code that speaks of nothing.
    pub fn plain(code: &str) -> Self {
        Self { code: code.to_owned(), args: Vec::new() }
    }

    /// A code with what it speaks of.
    pub fn of(code: &str, args: Vec<Arg>) -> Self {
        Self { code: code.to_owned(), args }
    }

    /// The amounts it speaks of.
    pub fn amounts(&self) -> impl Iterator<Item = Money> {
        self.args.iter().filter_map(|arg| match arg {
            Arg::Money(money) => Some(*money),
            Arg::Number(_) | Arg::Text(_) | Arg::Path(_) => None,
        })
    }

    /// The first amount it speaks of.
    pub fn money(&self) -> Option<Money> {
        self.amounts().next()
    }

    /// The first number it speaks of.
    pub fn number(&self) -> Option<u64> {
        self.args.iter().find_map(|arg| match arg {
            Arg::Number(number) => Some(*number),
            Arg::Money(_) | Arg::Text(_) | Arg::Path(_) => None,
        })
    }

    /// The first text it speaks of.
    pub fn text(&self) -> Option<&str> {
        self.args.iter().find_map(|arg| match arg {
            Arg::Text(text) => Some(text.as_str()),
            Arg::Money(_) | Arg::Number(_) | Arg::Path(_) => None,
        })
    }

    /// The first address it speaks of.
    pub fn path(&self) -> Option<&str> {
        self.args.iter().find_map(|arg| match arg {
            Arg::Path(path) => Some(path.as_str()),
            Arg::Money(_) | Arg::Number(_) | Arg::Text(_) => None,
        })
    }
}

impl Fault {
    /// A fault whose code speaks of nothing.
    pub fn plain(field: &str, code: &str) -> Self {
        Self { field: field.to_owned(), said: Said::plain(code) }
    }
}

impl From<&PledgeFault> for Fault {
    fn from(fault: &PledgeFault) -> Self {
        Self { field: fault.field().to_owned(), said: Said::of(fault.code(), fault.args()) }
    }
}

impl From<&AddressFault> for Fault {
    fn from(fault: &AddressFault) -> Self {
        Self::plain(fault.field(), fault.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    #[test]
    fn fault_is_one_flat_object() {
        let min = Money::new(500, Currency::CHF);
        let fault = Fault::from(&PledgeFault::TooSmall { min });
        let json = serde_json::to_value(&fault).unwrap();
        assert_eq!((&json["field"], &json["code"]), (&"amount".into(), &"pledge.too_small".into()));
        assert_eq!(fault.said.money(), Some(min));
        assert_eq!(serde_json::from_value::<Fault>(json).unwrap(), fault);
        let plain = serde_json::to_string(&Fault::plain("email", "account.email")).unwrap();
        assert_eq!(plain, r#"{"field":"email","code":"account.email"}"#);
    }
}
