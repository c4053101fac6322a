//! Splitting an amount so that the parts add up to it exactly: the method of largest remainders (Hamilton).

/// There is no way to split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApportionError {
    /// Nobody has a weight, so nobody can receive anything.
    #[error("all weights are zero")]
    NoWeight,
}

/// Splits `total` in proportion to `weights`. Each part is the quota `total * weight / sum of weights`
/// rounded down; what is missing goes one unit each to the largest remainders, of equal ones to the lowest
/// index.
///
/// The parts always add up to `total`; a weight of zero receives nothing.
///
/// # Errors
/// [`ApportionError::NoWeight`] where all weights are zero, whatever the total.
pub fn apportion(total: u64, weights: &[u64]) -> Result<Vec<u64>, ApportionError> {
    let sum: u128 = weights.iter().copied().map(u128::from).sum();
    if sum == 0 {
        return Err(ApportionError::NoWeight);
    }
    let product = |weight: u64| u128::from(total).saturating_mul(u128::from(weight));
    // A quota is at most the total, so it fits.
    let mut parts: Vec<u64> =
        weights.iter().map(|w| u64::try_from(product(*w) / sum).unwrap_or(total)).collect();
    let given: u64 = parts.iter().sum();
    let missing = usize::try_from(total.saturating_sub(given)).unwrap_or(usize::MAX);
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|i| core::cmp::Reverse(weights.get(*i).map(|w| product(*w) % sum)));
    for index in by_remainder.into_iter().take(missing) {
        if let Some(part) = parts.get_mut(index) {
            *part = part.saturating_add(1);
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_units_go_to_the_largest_remainders_then_to_the_first() {
        assert_eq!(apportion(100, &[1, 1, 1]), Ok(vec![34, 33, 33]));
        assert_eq!(apportion(7, &[1, 2, 2]), Ok(vec![1, 3, 3]));
        assert_eq!(apportion(2, &[1, 5, 5]), Ok(vec![0, 1, 1]));
        assert_eq!(apportion(u64::MAX, &[u64::MAX, u64::MAX]).map(|p| p.len()), Ok(2));
    }

    #[test]
    fn weights_of_zero_receive_nothing_and_alone_are_refused() {
        assert_eq!(apportion(100, &[0, 1, 1]), Ok(vec![0, 50, 50]));
        assert_eq!(apportion(0, &[0, 0]), Err(ApportionError::NoWeight));
        assert_eq!(apportion(5, &[]), Err(ApportionError::NoWeight));
    }
}
