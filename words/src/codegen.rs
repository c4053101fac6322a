//! For build scripts: locale files in, one typed method for each text out. English is the reference.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use multitude_domain::locale::Locale;

/// One text with its forms: one, or two for plurals.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Text {
    Plain(String),
    Plural { one: String, other: String },
}

type Catalogue = BTreeMap<String, Text>;

/// Reads `locales/<language>/*.toml` and writes into `out`: `words.rs` with the methods, `files.rs` for
/// whoever carries every language, and for each language `words.<code>.txt`.
///
/// # Errors
/// A sentence that names the language, the file's key and what is wrong with it.
pub fn generate(locales: &Path, out: &Path) -> Result<(), String> {
    let english = read(&locales.join(Locale::En.code()))?;
    let mut tables = String::new();
    for locale in Locale::ALL {
        let catalogue = read(&locales.join(locale.code()))?;
        compare(locale, &english, &catalogue)?;
        let mut file = String::new();
        for text in catalogue.values().flat_map(Text::forms) {
            file.push_str(&spaced(locale, text));
            file.push('\n');
        }
        write(&out.join(format!("words.{}.txt", locale.code())), &file)?;
        let _ = writeln!(
            tables,
            "        Locale::{locale:?} => include_str!(concat!(env!(\"OUT_DIR\"), \"/words.{}.txt\")),",
            locale.code()
        );
    }
    write(&out.join("files.rs"), &files(&tables))?;
    write(&out.join("words.rs"), &code(&english))
}

/// French sets a blank before some marks, on which a line must not break: a no-break space before the colon,
/// a thin one before the others (Imprimerie nationale, "Lexique des règles typographiques"). French and
/// Italian elide with a curly apostrophe, whatever was typed.
fn spaced(locale: Locale, text: &str) -> String {
    match locale {
        Locale::Fr => [(" :", "\u{a0}:"), (" ;", "\u{202f};"), (" ?", "\u{202f}?"), (" !", "\u{202f}!")]
            .into_iter()
            .fold(elided(text), |text, (plain, kept)| text.replace(plain, kept)),
        Locale::It => elided(text),
        Locale::De | Locale::En => text.to_owned(),
    }
}

/// With a curly apostrophe wherever a straight one follows a letter.
fn elided(text: &str) -> String {
    let mut before = ' ';
    text.chars()
        .map(|typed| {
            let shown = if typed == '\'' && before.is_alphabetic() { '’' } else { typed };
            before = typed;
            shown
        })
        .collect()
}

impl Text {
    fn forms(&self) -> Vec<&str> {
        match self {
            Self::Plain(text) => vec![text],
            Self::Plural { one, other } => vec![one, other],
        }
    }

    /// The names in braces, in order of first appearance; the count of a plural is not one of them.
    fn arguments(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for form in self.forms() {
            for part in form.split('{').skip(1) {
                let name = part.split('}').next().unwrap_or_default().to_owned();
                let is_count = name == "n" && matches!(self, Self::Plural { .. });
                if !is_count && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }
}

fn read(folder: &Path) -> Result<Catalogue, String> {
    let mut catalogue = Catalogue::new();
    let files = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for file in files.flatten() {
        let path = file.path();
        let feature = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let table: toml::Table = text.parse().map_err(|e| format!("{}: {e}", path.display()))?;
        for (key, value) in table {
            let text = parse(&value).ok_or_else(|| {
                format!("{}: `{key}` is neither a text nor {{ one, other }}", path.display())
            })?;
            if text.forms().iter().any(|form| form.is_empty() || form.contains('\n') || form.trim() != *form)
            {
                return Err(format!(
                    "{}: `{key}` is empty, has several lines, or begins or ends with a blank",
                    path.display()
                ));
            }
            add(&mut catalogue, &feature, &key, text).map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    Ok(catalogue)
}

/// Adds a text under its method's name, which two texts must not share: `list_title` in `pledge.toml`
/// and `title` in `pledge_list.toml` would.
fn add(catalogue: &mut Catalogue, feature: &str, key: &str, text: Text) -> Result<(), String> {
    let name = format!("{feature}_{key}");
    if catalogue.contains_key(&name) {
        return Err(format!("`{key}` would be the method `{name}`, which another text is already"));
    }
    catalogue.insert(name, text);
    Ok(())
}

fn parse(value: &toml::Value) -> Option<Text> {
    match value {
        toml::Value::String(text) => Some(Text::Plain(text.clone())),
        toml::Value::Table(forms) if forms.len() == 2 => Some(Text::Plural {
            one: forms.get("one")?.as_str()?.to_owned(),
            other: forms.get("other")?.as_str()?.to_owned(),
        }),
        _ => None,
    }
}

fn compare(locale: Locale, english: &Catalogue, other: &Catalogue) -> Result<(), String> {
    if let Some(key) = english.keys().find(|key| !other.contains_key(*key)) {
        return Err(format!("{locale}: the text `{key}` is missing"));
    }
    for (key, text) in other {
        let Some(reference) = english.get(key) else {
            return Err(format!("{locale}: the text `{key}` does not exist in English"));
        };
        let sorted = |text: &Text| {
            let mut names = text.arguments();
            names.sort();
            names
        };
        if sorted(text) != sorted(reference) || text.forms().len() != reference.forms().len() {
            return Err(format!("{locale}: `{key}` has other arguments or forms than in English"));
        }
    }
    Ok(())
}

fn files(tables: &str) -> String {
    format!(
        "/// A language's texts as the file that browsers load: one a line.\n\
         pub const fn file(locale: Locale) -> &'static str {{\n    match locale {{\n{tables}    }}\n}}\n"
    )
}

fn code(english: &Catalogue) -> String {
    let mut methods = String::new();
    let mut at = 0_usize;
    for (key, text) in english {
        let doc = text.forms().join(" / ");
        let names = text.arguments();
        let params = names.iter().fold(String::new(), |all, name| all + &format!(", {name}: impl Display"));
        let pairs = |extra: &str| {
            let pairs: Vec<String> = names.iter().map(|name| format!("(\"{name}\", &{name})")).collect();
            format!("&[{extra}{}]", pairs.join(", "))
        };
        let _ = writeln!(methods, "    /// `{doc}`");
        let _ = match text {
            Text::Plain(_) if names.is_empty() => {
                writeln!(methods, "    fn {key}(&self) -> &'static str {{ self.words().text({at}) }}")
            }
            Text::Plain(_) => writeln!(
                methods,
                "    fn {key}(&self{params}) -> String {{ fill(self.words().text({at}), {}) }}",
                pairs("")
            ),
            Text::Plural { .. } => writeln!(
                methods,
                "    fn {key}(&self, n: u64{params}) -> String {{ \
                 let at = match plural(self.words().locale, n) {{ Plural::One => {at}, Plural::Other => {} }}; \
                 let n = number(self.words().locale, i64::try_from(n).unwrap_or(i64::MAX)); \
                 fill(self.words().text(at), {}) }}",
                at.saturating_add(1),
                pairs("(\"n\", &n), ")
            ),
        };
        at = at.saturating_add(text.forms().len());
    }
    format!(
        "/// How many texts a language has.\npub const TEXTS: usize = {at};\n\n\
         /// Every text as a method; arguments are named as in the English text.\n\
         pub trait Texts {{\n    /// The words that the texts come from.\n    fn words(&self) -> &Words;\n\n{methods}}}\n\n\
         impl Texts for Words {{\n    fn words(&self) -> &Words {{ self }}\n}}\n"
    )
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue(key: &str, text: &str) -> Catalogue {
        BTreeMap::from([(key.to_owned(), Text::Plain(text.to_owned()))])
    }

    #[test]
    fn french_marks_stay_with_their_words() {
        assert_eq!(spaced(Locale::Fr, "Envoi : où ?"), "Envoi\u{a0}: où\u{202f}?");
        assert_eq!(spaced(Locale::En, "Sent : where ?"), "Sent : where ?");
    }

    #[test]
    fn french_and_italian_elide_with_a_curly_apostrophe() {
        assert_eq!(spaced(Locale::Fr, "l'objectif n'est pas 'tel'"), "l’objectif n’est pas 'tel’");
        assert_eq!(spaced(Locale::It, "l'obiettivo, un po' d'acqua"), "l’obiettivo, un po’ d’acqua");
        assert_eq!(spaced(Locale::En, "don't"), "don't");
    }

    #[test]
    fn same_texts_with_same_arguments_pass() {
        assert!(compare(Locale::De, &catalogue("k", "at {time}"), &catalogue("k", "um {time}")).is_ok());
    }

    #[test]
    fn two_texts_are_not_one_method() {
        let text = |text: &str| Text::Plain(text.to_owned());
        let mut all = Catalogue::new();
        add(&mut all, "pledge", "list_title", text("one")).unwrap();
        add(&mut all, "pledge_list", "intro", text("two")).unwrap();
        let refusal = add(&mut all, "pledge_list", "title", text("three")).unwrap_err();
        assert!(refusal.contains("pledge_list_title"), "{refusal}");
        assert_eq!(all.get("pledge_list_title"), Some(&text("one")));
    }

    #[test]
    fn missing_foreign_and_different_texts_fail_the_build() {
        let english = catalogue("k", "at {time}");
        assert!(compare(Locale::De, &english, &Catalogue::new()).unwrap_err().contains("missing"));
        assert!(
            compare(Locale::De, &english, &catalogue("k", "um {zeit}")).unwrap_err().contains("arguments")
        );
        let mut more = english.clone();
        more.extend(catalogue("other", "x"));
        assert!(compare(Locale::De, &english, &more).unwrap_err().contains("does not exist"));
    }
}
