// SPDX-License-Identifier: GPL-2.0

//! Carrier of the bond (spec/dataplane.md 5.1).

use super::types::LinkState;

/// Whether a bond with these members has carrier, in every mode but 802.3ad.
///
/// The monitor's state counts, not the live carrier; a link on its way down or up does not count,
/// and a bond without members has none.
pub(crate) fn has_carrier(links: impl IntoIterator<Item = LinkState>) -> bool {
    links.into_iter().any(|link| link == LinkState::Up)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_that_are_up_count() {
        assert!(!has_carrier([]));
        assert!(!has_carrier([
            LinkState::Fail,
            LinkState::Back,
            LinkState::Down
        ]));
        assert!(has_carrier([LinkState::Down, LinkState::Up]));
    }
}
