// SPDX-License-Identifier: GPL-2.0

//! A table of another size.

use super::{more, part, Bucket, Share};

/// Fills `new` with what `old` says of the same hashes, so that nothing moves by the change itself.
///
/// Both lengths are powers of two. A bucket that unites several is like one of them: at the home
/// that has got the fewest so far, then of the owner that has, since which one it is must not follow
/// the order in which they were dealt.
pub(crate) fn inherit(old: &[Bucket], new: &mut [Bucket], shares: &mut [Share]) {
    for share in shares.iter_mut() {
        (share.homes, share.held) = (0, 0);
    }
    // Buckets are the top bits of a hash: either size is a multiple of the other.
    let united = old.len().checked_div(new.len()).unwrap_or(0);
    let split = new.len().checked_div(old.len()).unwrap_or(0);
    let mut at = 0usize;
    for bucket in new.iter_mut() {
        let first = match united {
            0 => at.checked_div(split).unwrap_or(0),
            _ => at.saturating_mul(united),
        };
        at = at.wrapping_add(1);
        let candidates = old.iter().skip(first).take(united.max(1));
        let rank = |bucket: &&Bucket| {
            let homes = part(shares, bucket.home).map(|share| share.homes);
            let held = part(shares, bucket.owner).map(|share| share.held);
            (homes, held)
        };
        let Some(heir) = candidates.min_by_key(rank) else {
            continue;
        };
        *bucket = *heir;
        if let Some(share) = part(shares, heir.home) {
            more(&mut share.homes);
        }
        if let Some(share) = part(shares, heir.owner) {
            more(&mut share.held);
        }
    }
}
