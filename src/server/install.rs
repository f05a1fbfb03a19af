//! Names the command that installs PostgreSQL on this system.

use super::env::Env;

/// Package managers by their program, with the command for the server and with it for a version.
const MANAGERS: [(&str, &str, &str); 7] = [
    (
        "apt-get",
        "sudo apt-get install postgresql",
        "sudo apt-get install postgresql-{}",
    ),
    (
        "dnf",
        "sudo dnf install postgresql-server postgresql-contrib",
        "sudo dnf install postgresql{}-server postgresql{}-contrib",
    ),
    (
        "yum",
        "sudo yum install postgresql-server postgresql-contrib",
        "sudo yum install postgresql{}-server postgresql{}-contrib",
    ),
    (
        "apk",
        "apk add postgresql postgresql-contrib",
        "apk add postgresql{} postgresql{}-contrib",
    ),
    (
        "zypper",
        "sudo zypper install postgresql-server postgresql-contrib",
        "sudo zypper install postgresql{}-server postgresql{}-contrib",
    ),
    (
        "pacman",
        "sudo pacman -S postgresql",
        "sudo pacman -S postgresql",
    ),
    (
        "brew",
        "brew install postgresql@18",
        "brew install postgresql@{}",
    ),
];

/// Returns a sentence that says how to install PostgreSQL, of that major version if one is given.
pub(super) fn hint(env: &Env, major: Option<u32>) -> String {
    let manager = MANAGERS
        .iter()
        .find(|(program, ..)| env.program(program).is_some());
    match (manager, major) {
        (Some((_, any, _)), None) => format!("Install it: `{any}`."),
        (Some((_, _, exact)), Some(major)) => {
            format!("Install it: `{}`.", exact.replace("{}", &major.to_string()))
        }
        (None, None) => "Install a PostgreSQL server, 15 or newer.".to_owned(),
        (None, Some(major)) => format!("Install a PostgreSQL {major} server."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::names;

    #[test]
    fn the_package_manager_that_is_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_path_buf();
        let env = Env::from_lookup(|name| (name == names::PATH).then(|| path.clone().into()));
        assert_eq!(
            hint(&env, None),
            "Install a PostgreSQL server, 15 or newer."
        );
        std::fs::write(folder.path().join("apk"), "").unwrap();
        assert_eq!(
            hint(&env, Some(17)),
            "Install it: `apk add postgresql17 postgresql17-contrib`."
        );
        std::fs::write(folder.path().join("apt-get"), "").unwrap();
        assert_eq!(
            hint(&env, None),
            "Install it: `sudo apt-get install postgresql`."
        );
    }
}
