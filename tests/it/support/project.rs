//! A project in a temporary folder.

use std::path::{Path, PathBuf};

/// A project that a test writes.
pub struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    /// Makes a project with these modules, each requiring the one before it.
    pub fn new(modules: &[&str]) -> Self {
        let project = Self {
            folder: tempfile::tempdir().expect("a folder for the project"),
        };
        let mut manifest = "[project]\nname = \"test\"\n".to_owned();
        for (index, module) in modules.iter().enumerate() {
            manifest += &format!("\n[[module]]\nname = \"{module}\"\ndescription = \"test\"\n");
            if index > 0 {
                manifest += &format!("requires = [\"{}\"]\n", modules[index - 1]);
            }
        }
        project.file("migrations.toml", &manifest);
        project
    }

    /// Writes a file, making its folder.
    pub fn file(&self, path: &str, text: &str) -> &Self {
        let path = self.path(path);
        let parent = path.parent().expect("a path within the project");
        std::fs::create_dir_all(parent).expect("the file's folder");
        std::fs::write(&path, text).expect("the file");
        self
    }

    /// Writes the two files of a migration: `stem` is `a/V1__x` or `a/R__x`.
    pub fn migration(&self, stem: &str, up: &str, down: &str) -> &Self {
        self.file(&format!("schema/{stem}.sql"), up);
        self.file(&format!("schema/{stem}.down.sql"), down)
    }

    /// Adds lines to migrations.toml.
    pub fn manifest(&self, lines: &str) -> &Self {
        let text = std::fs::read_to_string(self.path("migrations.toml")).expect("the manifest");
        self.file("migrations.toml", &format!("{text}\n{lines}\n"))
    }

    /// Removes the two files of a migration.
    pub fn remove(&self, stem: &str) -> &Self {
        for ending in ["sql", "down.sql"] {
            let path = self.path(&format!("schema/{stem}.{ending}"));
            std::fs::remove_file(path).expect("a file to remove");
        }
        self
    }

    /// The project's folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A path within it.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }
}
