//! What `--compress` may say to which version of `pg_dump`.

use crate::error::Failure;
use crate::server::Client;

/// The version of `pg_dump` that knows more than levels.
const METHODS_SINCE: u32 = 16;

const METHODS: [&str; 4] = ["none", "gzip", "lz4", "zstd"];

/// Refuses a compression that the program does not know.
///
/// # Errors
///
/// The refusal.
pub fn check_compress(how: &str, client: &Client) -> Result<(), Failure> {
    let is_level = how.len() == 1 && how.bytes().all(|byte| byte.is_ascii_digit());
    let (method, detail) = match how.split_once(':') {
        Some((method, detail)) => (method, Some(detail)),
        None => (how, None),
    };
    let has_methods = client.version.major >= METHODS_SINCE;
    let is_method = has_methods && METHODS.contains(&method) && detail != Some("");
    if is_level || is_method {
        return Ok(());
    }
    let full = &client.version.full;
    Err(Failure::new(format!(
        "`pg_dump` {full} does not know the compression `{how}`"
    ))
    .hint(if has_methods {
        "Give 0 to 9; or `gzip`, `lz4` or `zstd`, with a level as in `zstd:3`; or `none`."
    } else {
        "Give 0 to 9; methods such as `zstd:3` are known since `pg_dump` 16."
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Version;

    #[test]
    fn compressions_by_version() {
        let of = |major| Client {
            path: "pg_dump".into(),
            version: Version {
                major,
                full: format!("{major}.1"),
            },
        };
        let known = |how: &str| [15, 16].map(|major| check_compress(how, &of(major)).is_ok());
        for how in ["0", "9"] {
            assert_eq!(known(how), [true, true], "{how}");
        }
        for how in ["none", "gzip", "lz4:1", "zstd:level=3,long"] {
            assert_eq!(known(how), [false, true], "{how}");
        }
        for how in ["", "10", "-1", "zstd:", "nonsense", "ZSTD"] {
            assert_eq!(known(how), [false, false], "{how}");
        }
    }
}
