//! How many things one address has at the same time: connections, streams.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What is left is for so many more.
const SHARES: usize = 3;

/// Places that are taken, by address. Clones count together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places(Arc<Mutex<HashMap<String, usize>>>);

/// One of them; free again when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Places,
    address: String,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    /// This address has its fill.
    OfAddress,
    /// There is none for anybody.
    InAll,
}

impl Places {
    /// One more for an address, as long as neither it nor all together have theirs. Of what is left nobody
    /// has more than one part in [`SHARES`] beside their first: however many come at once, there is one for
    /// whoever comes new.
    pub(crate) fn take(&self, address: String, of_address: usize, in_all: usize) -> Result<Place, Full> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = in_all.saturating_sub(taken.values().sum::<usize>());
        if left == 0 {
            return Err(Full::InAll);
        }
        let own = taken.entry(address.clone()).or_default();
        if *own >= of_address || (*own > 0 && *own >= left / SHARES) {
            return Err(Full::OfAddress);
        }
        *own = own.saturating_add(1);
        Ok(Place { places: self.clone(), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = taken.get_mut(&self.address).map(|own| {
            *own = own.saturating_sub(1);
            *own
        });
        if left == Some(0) {
            taken.remove(&self.address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_limited_by_address_and_in_all_and_come_back() {
        let places = Places::default();
        let take = |address: &str| places.take(address.to_owned(), 2, 9);
        let own = [take("a").unwrap(), take("a").unwrap()];
        assert_eq!(take("a").unwrap_err(), Full::OfAddress);
        let others: Vec<Place> = (0..7).map(|n| take(&format!("b{n}")).unwrap()).collect();
        assert_eq!(take("c").unwrap_err(), Full::InAll);
        drop(others);
        assert!(take("c").is_ok());
        drop(own);
        assert!(places.0.lock().unwrap().is_empty(), "nobody is remembered");
    }

    #[test]
    fn many_who_take_all_they_can_leave_one_for_whoever_comes_new() {
        let places = Places::default();
        let mut held = Vec::new();
        for n in 0..40 {
            let more = std::iter::from_fn(|| places.take(format!("198.51.100.{n}"), 24, 800).ok());
            held.extend(more);
        }
        assert!(held.len() < 800, "{}", held.len());
        assert!(places.take("192.0.2.7".to_owned(), 24, 800).is_ok());
    }
}
