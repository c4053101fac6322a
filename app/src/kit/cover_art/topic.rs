//! What a campaign is about, as far as its cover is concerned.

macro_rules! topics {
    ($($(#[$doc:meta])* $name:ident $slug:literal)+) => {
        /// A topic with a drawing grammar of its own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Topic { $($(#[$doc])* $name),+ }

        impl Topic {
            /// All of them.
            pub const ALL: [Self; 13] = [$(Self::$name),+];

            /// The topic's name in addresses and in `data-topic`.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug),+ }
            }
        }
    };
}

topics! {
    /// Flat rhombi drift along two waves.
    Water "water"
    /// Tiles pulse outward from one source.
    Heat "heat"
    /// Columns charge up to a level.
    Energy "energy"
    /// Rings interlock; one joint holds.
    Repair "repair"
    /// Streaks run in lanes.
    Mobility "mobility"
    /// Stars of six shares, one taken.
    Food "food"
    /// A horizon of layers with reeds.
    Nature "nature"
    /// Homes joined by a line of calls.
    Care "care"
    /// Cubes stand in the street.
    City "city"
    /// Outlines spread as a signal does.
    Warning "warning"
    /// Stems rise from left to right.
    Growing "growing"
    /// Open pages in rows.
    Learning "learning"
    /// A marked trail: every category without a grammar.
    Neutral "neutral"
}

impl Topic {
    /// The topic of a category's slug; [`Topic::Neutral`] where it has no grammar.
    pub fn from_slug(slug: &str) -> Self {
        Self::ALL.into_iter().find(|topic| topic.slug() == slug).unwrap_or(Self::Neutral)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_lead_back_to_their_topic_and_others_are_neutral() {
        for topic in Topic::ALL {
            assert_eq!(Topic::from_slug(topic.slug()), topic);
        }
        assert_eq!(Topic::from_slug("Film & Video"), Topic::Neutral);
        assert_eq!(Topic::from_slug(""), Topic::Neutral);
    }
}
