//! Codes that are mailed and typed in again.

use crate::typed::is_invisible;

/// Digits of a mailed code.
pub const CODE_DIGITS: usize = 6;

/// The code that somebody typed, with blanks or hyphens wherever they like; none where it is not six digits,
/// so that it cannot be anybody's.
pub fn read_code(typed: &str) -> Option<String> {
    let code: String =
        typed.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c) && *c != '-').collect();
    (code.len() == CODE_DIGITS && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_six_digits_however_they_are_set() {
        for typed in ["042917", " 042 917 ", "04-29-17", "042\u{a0}917", "\u{200b}042\u{ad}917\u{feff}"] {
            assert_eq!(read_code(typed).as_deref(), Some("042917"), "{typed}");
        }
        for typed in ["", "04291", "0429170", "04291a", "٠٤٢٩١٧"] {
            assert_eq!(read_code(typed), None, "{typed}");
        }
    }
}
