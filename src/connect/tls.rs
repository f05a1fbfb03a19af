//! Makes rustls do what libpq's `sslmode` and its relatives ask.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::ssl::{Roots, SslMode, TlsSettings, TlsVersion};
use super::verifier::Verifier;
use crate::error::Failure;

/// The connectors of an endpoint, each made when first needed: to read the system's certificates
/// takes longer than to connect.
#[derive(Default)]
pub(super) struct Connectors {
    by_check: [OnceLock<MakeRustlsConnect>; 3],
}

/// How far a certificate is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    Nothing,
    Chain,
    ChainAndName,
}

impl Connectors {
    /// The connector for a mode.
    pub(super) fn get(
        &self,
        mode: SslMode,
        settings: &TlsSettings,
        home: Option<&Path>,
    ) -> anyhow::Result<MakeRustlsConnect> {
        let check = check_for(mode, settings, home);
        let cell = &self.by_check[check as usize];
        if let Some(connector) = cell.get() {
            return Ok(connector.clone());
        }
        let connector = MakeRustlsConnect::new(client_config(check, settings, home)?);
        Ok(cell.get_or_init(|| connector).clone())
    }
}

/// As in libpq, `require` with a root certificate at hand is `verify-ca`.
fn check_for(mode: SslMode, settings: &TlsSettings, home: Option<&Path>) -> Check {
    match mode {
        SslMode::VerifyFull => Check::ChainAndName,
        SslMode::VerifyCa => Check::Chain,
        SslMode::Require if root_file(settings, home).is_some() => Check::Chain,
        _ => Check::Nothing,
    }
}

fn client_config(
    check: Check,
    settings: &TlsSettings,
    home: Option<&Path>,
) -> anyhow::Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let versions = match settings.versions {
        (TlsVersion::V13, _) => &[&TLS13][..],
        (_, TlsVersion::V12) => &[&TLS12][..],
        _ => &[&TLS13, &TLS12][..],
    };
    let verifier = match check {
        Check::Nothing => Verifier::of_nothing(&provider),
        Check::Chain => Verifier::of_chain(roots(settings, home)?, false, &provider)?,
        Check::ChainAndName => Verifier::of_chain(roots(settings, home)?, true, &provider)?,
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match identity(settings, home) {
        Some((certificate, key)) => {
            let chain = certificates(&certificate, "client certificate")?;
            let private = private_key(&key)?;
            builder
                .with_client_auth_cert(chain, private)
                .map_err(|error| {
                    Failure::new("the client certificate cannot be used")
                        .detail(format!(
                            "{}, {}: {error}",
                            certificate.display(),
                            key.display()
                        ))
                        .hint("sslcert and sslkey must belong together, both as PEM files.")
                })?
        }
        None => builder.with_no_client_auth(),
    };
    config.enable_sni = settings.send_name;
    if settings.negotiation == tokio_postgres::config::SslNegotiation::Direct {
        config.alpn_protocols = vec![b"postgresql".to_vec()];
    }
    Ok(config)
}

/// The file with the root certificates, when one is named or at hand.
pub(super) fn root_file(settings: &TlsSettings, home: Option<&Path>) -> Option<PathBuf> {
    match &settings.roots {
        Roots::File(file) => Some(file.clone()),
        Roots::System => None,
        Roots::Default => in_home(home, "root.crt").filter(|file| file.exists()),
    }
}

fn in_home(home: Option<&Path>, name: &str) -> Option<PathBuf> {
    home.map(|home| home.join(".postgresql").join(name))
}

fn roots(
    settings: &TlsSettings,
    home: Option<&Path>,
) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    if let Some(file) = root_file(settings, home) {
        return certificates(&file, "root certificate");
    }
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        let reasons: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
        return Err(Failure::new("the system has no root certificates")
            .detail(if reasons.is_empty() {
                "none were found".to_owned()
            } else {
                reasons.join("\n")
            })
            .hint("Install them (`apt install ca-certificates`), or name a file with sslrootcert.")
            .into());
    }
    Ok(found.certs)
}

fn certificates(file: &Path, what: &str) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let wrong = |reason: String| {
        Failure::new(format!("the {what} `{}` cannot be read", file.display()))
            .detail(reason)
            .hint("It must be a PEM file, with BEGIN CERTIFICATE.")
    };
    let found: Result<Vec<_>, _> = match CertificateDer::pem_file_iter(file) {
        Ok(found) => found.collect(),
        Err(error) => Err(error),
    };
    match found {
        Ok(found) if found.is_empty() => Err(wrong("no certificate in it".to_owned()).into()),
        Ok(found) => Ok(found),
        Err(error) => Err(wrong(error.to_string()).into()),
    }
}

/// The client certificate and its key: named, or those of the home folder.
fn identity(settings: &TlsSettings, home: Option<&Path>) -> Option<(PathBuf, PathBuf)> {
    if settings.no_identity {
        return None;
    }
    if let Some(named) = &settings.identity {
        return Some(named.clone());
    }
    let certificate = in_home(home, "postgresql.crt")?;
    let key = in_home(home, "postgresql.key")?;
    (certificate.exists() && key.exists()).then_some((certificate, key))
}

fn private_key(file: &Path) -> anyhow::Result<PrivateKeyDer<'static>> {
    let name = file.display();
    if let Ok(metadata) = std::fs::metadata(file) {
        // As in libpq: root's key may be readable by its group, anyone else's by no one.
        let open = if metadata.uid() == 0 { 0o027 } else { 0o077 };
        if metadata.permissions().mode() & open != 0 {
            return Err(
                Failure::new(format!("the private key `{name}` is open to others"))
                    .hint(format!("Run `chmod 600 {name}`."))
                    .into(),
            );
        }
    }
    PrivateKeyDer::from_pem_file(file).map_err(|error| {
        Failure::new(format!("the private key `{name}` cannot be read"))
            .detail(error.to_string())
            .hint("It must be a PEM file without a passphrase.")
            .into()
    })
}
