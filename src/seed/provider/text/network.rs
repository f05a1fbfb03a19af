//! Addresses of the network and of the telephone, all from what is reserved for examples.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rand_chacha::ChaCha8Rng;

use super::{chance, code, words};

/// How many numbers there are.
pub(super) const PHONES: u64 = 10_000_000;

/// How many addresses there are in the three networks for documentation.
pub(super) const ADDRESSES: u64 = 3 * 254;

/// Writes a telephone number by its index.
pub(super) fn phone(index: u64, out: &mut String) {
    out.push_str("+1555");
    code::push_padded(index, 7, out);
}

/// Draws an address.
pub(in crate::seed::provider) fn address(rng: &mut ChaCha8Rng) -> IpAddr {
    nth_address(chance::below(rng, ADDRESSES))
}

/// Returns an address by its index: of version 4 as long as there are any, then of version 6.
pub(in crate::seed::provider) fn nth_address(n: u64) -> IpAddr {
    if n < ADDRESSES {
        let [a, b, c] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]][(n % 3) as usize];
        return Ipv4Addr::new(a, b, c, (n / 3 + 1) as u8).into();
    }
    let prefix = 0x2001_0db8_u128 << 96;
    Ipv6Addr::from_bits(prefix | u128::from(chance::mix(n))).into()
}

/// Draws the name of a host.
pub(super) fn domain(rng: &mut ChaCha8Rng, out: &mut String) {
    out.push_str(chance::pick(rng, words::HOSTS));
    out.push_str(chance::pick(
        rng,
        &[".example.com", ".example.org", ".example.net"],
    ));
}

/// Draws an address of the web.
pub(super) fn url(rng: &mut ChaCha8Rng, out: &mut String) {
    out.push_str("https://");
    domain(rng, out);
    out.push('/');
    code::slug(rng, '-', out);
}
