//! The rows of `seed dev` as files for `psql \copy`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use crmdb::project::Project;
use crmdb::seed::draft::{Draft, Wish};
use crmdb::seed::recipe::Recipe;
use crmdb::seed::{copy, moment, tables};

/// The rows of a project, a file for each table.
pub struct Files {
    /// Where they are, with the start of their statement, parents first.
    files: Vec<(PathBuf, String)>,
    /// How many rows there are in all.
    pub rows: u64,
}

impl Files {
    /// How many tables there are.
    pub fn tables(&self) -> usize {
        self.files.len()
    }

    /// What `psql` runs.
    pub fn script(&self) -> String {
        let mut script = String::new();
        for (path, target) in &self.files {
            let _ = writeln!(
                script,
                "\\copy {target} FROM '{}' WITH (FORMAT binary)",
                path.display()
            );
        }
        script
    }
}

/// Writes the rows that `seed dev` would send to this database.
pub fn write(project: &Path, url: &str, scale: f64, folder: &Path) -> Files {
    std::fs::create_dir_all(folder).expect("a folder");
    let files = Project::discover(project, Some(project)).expect("a project");
    let mut recipes = BTreeMap::new();
    for module in &files.modules {
        let path = format!("schema/{}/seeds/dev.toml", module.name);
        if let Ok(text) = files.read_file(&path) {
            let text = String::from_utf8(text).expect("a text");
            recipes.insert(
                module.name.clone(),
                Recipe::parse(&text, &path).expect("a recipe"),
            );
        }
    }
    let schemas: Vec<&str> = files.modules.iter().map(|module| &*module.name).collect();
    let wish = Wish {
        seed: 1,
        scale,
        now: moment::of(std::time::SystemTime::now()),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let generator = runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
            .await
            .expect("a connection");
        tokio::spawn(connection);
        let tables = tables::read(&client, &schemas).await.expect("tables");
        let draft = Draft::new(tables, &recipes).expect("a draft");
        let nothing = (BTreeMap::new(), BTreeMap::new());
        draft
            .finish(&client, &wish, &nothing.0, &nothing.1)
            .await
            .expect("a generator")
    });
    let mut written = Files {
        files: Vec::new(),
        rows: 0,
    };
    for (table, rows) in generator.layout.rows.iter().enumerate() {
        if rows.generated > 0 {
            let path = folder.join(format!("{table}.copy"));
            let mut file = BufWriter::new(File::create(&path).expect("a file"));
            copy::write(&generator, table, &mut file).expect("rows");
            let design = &generator.designs[table];
            written
                .files
                .push((path, copy::target(design, &design.table.relation)));
            written.rows += rows.generated;
        }
    }
    written
}
