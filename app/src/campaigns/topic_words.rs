//! What campaigns are about, in the words of the reader.

use multitude_words::Words;

use crate::i18n::Texts;
use crate::kit::Topic;

/// A topic's name. One that is not of ours, as those of recorded campaigns, is called as it is written.
pub(crate) fn topic_name(w: Words, code: &str) -> String {
    let known = Topic::ALL.into_iter().find(|topic| topic.slug() == code);
    known.map_or_else(|| code.to_owned(), |topic| own_name(w, topic).to_owned())
}

fn own_name(w: Words, topic: Topic) -> &'static str {
    match topic {
        Topic::Water => w.topic_water(),
        Topic::Heat => w.topic_heat(),
        Topic::Energy => w.topic_energy(),
        Topic::Repair => w.topic_repair(),
        Topic::Mobility => w.topic_mobility(),
        Topic::Food => w.topic_food(),
        Topic::Nature => w.topic_nature(),
        Topic::Care => w.topic_care(),
        Topic::City => w.topic_city(),
        Topic::Warning => w.topic_warning(),
        Topic::Growing => w.topic_growing(),
        Topic::Learning => w.topic_learning(),
        Topic::Neutral => w.topic_neutral(),
    }
}
