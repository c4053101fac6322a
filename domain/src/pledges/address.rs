//! Where a reward is sent to.

use serde::{Deserialize, Serialize};

use super::NAME_CHARS_MAX;
use crate::campaigns::check_text;

/// The longest line of an address.
pub const ADDRESS_LINE_CHARS_MAX: usize = 120;
/// The longest postcode.
pub const POSTCODE_CHARS_MAX: usize = 12;

/// An address as it stands on a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PostalAddress {
    /// Whose letterbox it is.
    pub name: String,
    /// Street and number, or what takes their place.
    pub street: String,
    /// The postcode.
    pub postcode: String,
    /// The town.
    pub town: String,
    /// The country, in the words of whoever lives there; empty where the region says it.
    pub country: String,
}

/// What is wrong with an address: one for each field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AddressFault {
    /// No name, or a longer one than [`NAME_CHARS_MAX`].
    #[error("no name, or longer than {NAME_CHARS_MAX} characters")]
    Name,
    /// No street, or a longer one than [`ADDRESS_LINE_CHARS_MAX`].
    #[error("no street, or longer than {ADDRESS_LINE_CHARS_MAX} characters")]
    Street,
    /// No postcode, or a longer one than [`POSTCODE_CHARS_MAX`].
    #[error("no postcode, or longer than {POSTCODE_CHARS_MAX} characters")]
    Postcode,
    /// A Swiss one that is not four digits.
    #[error("a Swiss postcode has four digits")]
    SwissPostcode,
    /// No town, or a longer one than [`ADDRESS_LINE_CHARS_MAX`].
    #[error("no town, or longer than {ADDRESS_LINE_CHARS_MAX} characters")]
    Town,
    /// No country where the region has several, or a longer one than [`NAME_CHARS_MAX`].
    #[error("no country, or longer than {NAME_CHARS_MAX} characters")]
    Country,
}

impl AddressFault {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "address.name",
            Self::Street => "address.street",
            Self::Postcode => "address.postcode",
            Self::SwissPostcode => "address.swiss_postcode",
            Self::Town => "address.town",
            Self::Country => "address.country",
        }
    }

    /// The field that it is about.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Street => "street",
            Self::Postcode | Self::SwissPostcode => "postcode",
            Self::Town => "town",
            Self::Country => "country",
        }
    }
}

/// Whether a delivery region is more than one country, so that an address has to say which.
pub fn has_countries(region: &str) -> bool {
    region != SWITZERLAND
}

const SWITZERLAND: &str = "CH";

impl PostalAddress {
    /// The address as a form has it.
    pub fn read(text: impl Fn(&str) -> String) -> Self {
        Self {
            name: text("name"),
            street: text("street"),
            postcode: text("postcode"),
            town: text("town"),
            country: text("country"),
        }
    }

    /// The address as it is kept, for a reward that is sent to `region`.
    ///
    /// # Errors
    /// Every [`AddressFault`] there is, in the order of the fields.
    pub fn checked(&self, region: &str) -> Result<Self, Vec<AddressFault>> {
        let mut faults = Vec::new();
        let mut line = |typed: &str, max, fault| {
            check_text(&typed.replace(['\r', '\n'], " "), max).unwrap_or_else(|_| {
                faults.push(fault);
                String::new()
            })
        };
        let name = line(&self.name, NAME_CHARS_MAX, AddressFault::Name);
        let street = line(&self.street, ADDRESS_LINE_CHARS_MAX, AddressFault::Street);
        let postcode = line(&self.postcode, POSTCODE_CHARS_MAX, AddressFault::Postcode);
        let town = line(&self.town, ADDRESS_LINE_CHARS_MAX, AddressFault::Town);
        let country = if has_countries(region) {
            line(&self.country, NAME_CHARS_MAX, AddressFault::Country)
        } else {
            String::new()
        };
        let is_swiss = postcode.len() == 4 && postcode.bytes().all(|digit| digit.is_ascii_digit());
        if region == SWITZERLAND && !postcode.is_empty() && !is_swiss {
            faults.push(AddressFault::SwissPostcode);
        }
        if faults.is_empty() { Ok(Self { name, street, postcode, town, country }) } else { Err(faults) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> PostalAddress {
        PostalAddress {
            name: " Lea Brunschwiler\u{200b}".to_owned(),
            street: "Gerechtigkeitsgasse 12\r\n".to_owned(),
            postcode: "\u{feff}3011".to_owned(),
            town: "Bern".to_owned(),
            country: String::new(),
        }
    }

    #[test]
    fn address_is_kept_without_what_surrounds_it() {
        let kept = typed().checked("CH").unwrap();
        assert_eq!(
            (kept.name.as_str(), kept.street.as_str()),
            ("Lea Brunschwiler", "Gerechtigkeitsgasse 12")
        );
    }

    #[test]
    fn region_says_which_fields_there_are() {
        assert_eq!(typed().checked("EU").unwrap_err(), [AddressFault::Country]);
        let german =
            PostalAddress { postcode: "D-10115".to_owned(), country: "Deutschland".to_owned(), ..typed() };
        assert_eq!(german.checked("EU").unwrap().country, "Deutschland");
        assert_eq!(german.checked("CH").unwrap_err(), [AddressFault::SwissPostcode]);
    }

    #[test]
    fn every_empty_field_is_told_at_once() {
        let faults = PostalAddress::default().checked("EU").unwrap_err();
        let fields: Vec<&str> = faults.into_iter().map(AddressFault::field).collect();
        assert_eq!(fields, ["name", "street", "postcode", "town", "country"]);
        let long = PostalAddress { town: "x".repeat(ADDRESS_LINE_CHARS_MAX + 1), ..typed() };
        assert_eq!(long.checked("CH").unwrap_err(), [AddressFault::Town]);
    }
}
