//! Addresses of this site that a form or a link names to lead back to.

/// The longest address that is led back to.
const BACK_CHARS_MAX: usize = 300;

/// The address, if it is this site's. Browsers leave out tabs and line ends and take `\\` for `/`: what
/// stands behind those could be another site.
pub fn own_path(back: &str) -> Option<&str> {
    let is_own = back.starts_with('/')
        && !back.starts_with("//")
        && !back.contains(|c: char| c == '\\' || c.is_control())
        && back.len() <= BACK_CHARS_MAX;
    is_own.then_some(back)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_site_is_led_back_to() {
        assert_eq!(own_path("/de/c/x?a=1"), Some("/de/c/x?a=1"));
        let long = format!("/{}", "x".repeat(BACK_CHARS_MAX));
        for other in [
            "",
            "de",
            "//evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\\evil.example",
            "https://evil.example",
            &long,
        ] {
            assert_eq!(own_path(other), None, "{other:?}");
        }
    }
}
