//! Whose code the module is: bytes of functions by crate, before `wasm-opt`.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context as _, Result};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

use super::report::Report;
use crate::site;

/// How many are printed.
const SHOWN: usize = 12;

/// Notes the crates with the most code.
pub(super) fn list(report: &mut Report) -> Result<()> {
    let module = std::fs::read(site::named_module()).context("no release of the browser's half was built")?;
    let mut bytes_of: BTreeMap<String, usize> = BTreeMap::new();
    let mut total = 0;
    for (name, bytes) in functions(&module)? {
        *bytes_of.entry(crate_of(&name)).or_default() += bytes;
        total += bytes;
    }
    let mut crates: Vec<(String, usize)> = bytes_of.into_iter().collect();
    crates.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    for (name, bytes) in crates.into_iter().take(SHOWN) {
        report.note(
            &format!("the module: {name}"),
            &format!("{:>9} KiB of code, {} %", bytes / 1_024, bytes * 100 / total),
        );
    }
    Ok(())
}

/// The functions that the module brings along: their names and the length of their code.
fn functions(module: &[u8]) -> Result<Vec<(String, usize)>> {
    let (mut imported, mut lengths, mut names) = (0_u32, Vec::new(), HashMap::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => lengths.push(body.range().len()),
            Payload::CustomSection(custom) => {
                if let KnownCustom::Name(sections) = custom.as_known() {
                    for section in sections {
                        if let Name::Function(all) = section? {
                            for one in all {
                                let one = one?;
                                names.insert(one.index, one.name.to_owned());
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    Ok((imported..)
        .zip(lengths)
        .map(|(index, length)| (names.remove(&index).unwrap_or_default(), length))
        .collect())
}

/// The crate that a function's name begins with; of an implementation the type's.
fn crate_of(name: &str) -> String {
    let plain = format!("{:#}", rustc_demangle::demangle(name));
    let start = plain.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(0);
    let path = plain.get(start..).unwrap_or_default();
    let path =
        ["mut ", "dyn ", "const "].iter().fold(path, |path, word| path.strip_prefix(word).unwrap_or(path));
    let end = path.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(path.len());
    path.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::crate_of;

    #[test]
    fn crate_is_the_first_part_of_a_path() {
        assert_eq!(crate_of("core::fmt::write"), "core");
        assert_eq!(crate_of("<alloc::string::String as core::fmt::Write>::write_str"), "alloc");
        assert_eq!(crate_of("<&mut tachys::html::Element as Render>::build"), "tachys");
        assert_eq!(crate_of("_ZN4core3fmt5write17h0123456789abcdefE"), "core");
    }
}
