//! Certificates and handshakes.

use rustls::{AlertDescription, CertificateError};

use super::{Place, causes};
use crate::connect::tls::root_file;
use crate::error::Failure;

/// rustls refuses the server, or the server refuses the client's certificate.
pub(super) fn tls_failure(
    place: &Place,
    error: &rustls::Error,
    whole: &tokio_postgres::Error,
) -> Failure {
    let cause = causes(whole);
    let failure = |what| place.failure(what, Some(&cause));
    let settings = &place.endpoint.settings.tls;
    match error {
        rustls::Error::InvalidCertificate(reason) => match reason {
            CertificateError::UnknownIssuer => {
                let known = match root_file(settings, place.endpoint.home.as_deref()) {
                    Some(file) => format!("`{}`", file.display()),
                    None => "the system's certificates".to_owned(),
                };
                failure("its certificate is from an authority that is not trusted").hint(format!(
                    "It was checked against {known}. Name the authority's certificate with sslrootcert=FILE \
                     (Supabase, RDS and others offer it for download); sslmode=require encrypts \
                     without checking who answers."
                ))
            }
            CertificateError::NotValidForName
            | CertificateError::NotValidForNameContext { .. } => failure(
                "its certificate is for another name",
            )
            .hint(
                "Connect by a name that is in the certificate; hostaddr=ADDRESS leads such a name \
                 elsewhere. sslmode=verify-ca does not check the name.",
            ),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                failure("its certificate has expired")
                    .hint("Renew the server's certificate; check the clock of this machine.")
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                failure("its certificate is not valid yet").hint("Check the clock of this machine.")
            }
            _ => failure("its certificate is not valid")
                .hint("Check the server's certificate; sslmode=require encrypts without checking it."),
        },
        rustls::Error::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::UnknownCA
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown,
        ) => failure("the server did not accept the client certificate")
            .hint("Give a certificate that the server's authority has signed: sslcert and sslkey."),
        _ => failure("the TLS handshake failed")
            .hint("Does the server speak TLS 1.2 or 1.3 on this port?"),
    }
}
