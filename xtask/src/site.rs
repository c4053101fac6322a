//! The site that the server carries: module, script, styles and files, named by their content.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::install::{self, Consent};
use crate::sh;
use crate::wasm::{self, Toolchain};

/// What the compiler uses of WebAssembly, in every browser for years. With all that it knows, wasm-opt writes
/// modules that browsers refuse.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];
/// The face of every text on every page, which pages ask for before the styles do.
const TEXT_FONT: &str = "/atkinson-hyperlegible-next-latin-wght-normal.woff2";
/// Node knows what a browser of its year knows.
const COMPILES: &str = "new WebAssembly.Module(require('fs').readFileSync(process.argv[1]))";

/// For whom the site is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Quick to build.
    Development,
    /// Small to load.
    Release,
}

impl From<bool> for Kind {
    fn from(release: bool) -> Self {
        if release { Self::Release } else { Self::Development }
    }
}

impl Kind {
    const fn profile(self) -> &'static str {
        match self {
            Self::Development => "wasm-dev",
            Self::Release => "wasm",
        }
    }
}

/// Builds the site. What did not change keeps its name and is not written again.
pub(crate) fn build(consent: Consent, kind: Kind) -> Result<()> {
    let tools = install::npm()?;
    let toolchain = Toolchain::find(consent)?;
    let work = wasm::folder().join("bound").join(kind.profile());
    sh::step("the browser's half", || compile(&toolchain, kind))?;
    sh::step("its script", || bind(kind, &work, &tools))?;
    let css = work.join("main.css");
    sh::step("the styles", || bundle(&tools, kind, &css))?;
    sh::step("the site", || assemble(kind, &work, &css))
}

fn compile(toolchain: &Toolchain, kind: Kind) -> Result<()> {
    sh::run(
        toolchain
            .cargo()
            .args(["build", "-p", "multitude-frontend", "--target", "wasm32-unknown-unknown"])
            .args(["--profile", kind.profile()]),
    )
}

fn bind(kind: Kind, work: &Path, tools: &Path) -> Result<()> {
    let built =
        wasm::folder().join("wasm32-unknown-unknown").join(kind.profile()).join("multitude_frontend.wasm");
    let module = fs::read(&built).with_context(|| format!("{} was not built", built.display()))?;
    let digest = hash(&[module.as_slice(), FEATURES.concat().as_bytes()].concat());
    let stamp = work.join("bound.hash");
    if fs::read_to_string(&stamp).is_ok_and(|done| done == digest) {
        return Ok(());
    }
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&built).out_name("multitude").typescript(false).web(true)?;
    bindgen.generate(work)?;
    if kind == Kind::Release {
        let module = work.join("multitude_bg.wasm");
        fs::copy(&module, named_module())?;
        sh::run(
            sh::program(&tools.join("node_modules/.bin/wasm-opt").to_string_lossy())
                .args(["-Oz", "--strip-debug", "--strip-producers"])
                .args(FEATURES)
                .arg(&module)
                .arg("-o")
                .arg(&module),
        )?;
        sh::run(sh::program("node").args(["-e", COMPILES]).arg(&module))
            .context("the module is none that browsers compile")?;
        esbuild(
            tools,
            &[&work.join("multitude.js").to_string_lossy(), "--minify", "--format=esm", "--allow-overwrite"],
            &work.join("multitude.js"),
        )?;
    }
    fs::write(stamp, digest)?;
    Ok(())
}

/// The release's module as it was bound, with the names of its functions.
pub(crate) fn named_module() -> PathBuf {
    wasm::folder().join("named.wasm")
}

fn bundle(tools: &Path, kind: Kind, out: &Path) -> Result<()> {
    let main = sh::root().join("style/main.css");
    let main = main.to_string_lossy();
    let mut args = vec![main.as_ref(), "--bundle", "--external:/fonts/*", "--external:/images/*"];
    if kind == Kind::Release {
        args.push("--minify");
    }
    esbuild(tools, &args, out)
}

fn esbuild(tools: &Path, args: &[&str], out: &Path) -> Result<()> {
    sh::run(
        sh::program(&tools.join("node_modules/.bin/esbuild").to_string_lossy())
            .args(args)
            .arg("--log-level=warning")
            .arg(format!("--outfile={}", out.display())),
    )
}

fn assemble(kind: Kind, work: &Path, css: &Path) -> Result<()> {
    let mut files: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
    let mut manifest = serde_json::Map::new();
    let mut all = Sha256::new();
    let public = sh::root().join("public");
    let mut styles = fs::read_to_string(css).with_context(|| format!("{} is missing", css.display()))?;
    for path in walk(&public)? {
        let (name, bytes) = (path.strip_prefix(&public)?.to_owned(), fs::read(&path)?);
        let name = if path.extension().is_some_and(|ending| ending == "woff2") {
            let hashed = name.with_extension(format!("{}.woff2", hash(&bytes)));
            let (plain, named) = (format!("/{}", name.display()), format!("/{}", hashed.display()));
            styles = styles.replace(&plain, &named);
            if plain.ends_with(TEXT_FONT) {
                manifest.insert("text_font".to_owned(), named.into());
            }
            hashed
        } else {
            name
        };
        files.insert(name, bytes);
    }
    let read = |name| fs::read(work.join(name)).with_context(|| format!("{name} is missing"));
    for (key, bytes, ending) in [
        ("css", styles.into_bytes(), "css"),
        ("js", read("multitude.js")?, "js"),
        ("wasm", read("multitude_bg.wasm")?, "wasm"),
    ] {
        all.update(&bytes);
        let name = format!("pkg/multitude.{}.{ending}", hash(&bytes));
        manifest.insert(key.to_owned(), format!("/{name}").into());
        files.insert(name.into(), bytes);
    }
    manifest.insert("build_id".to_owned(), short(&all.finalize()).into());
    files.insert("manifest.json".into(), serde_json::to_vec_pretty(&manifest)?);
    if kind == Kind::Release {
        pack(&mut files)?;
    }
    write(&sh::site(), &files)
}

/// Adds a brotli and a gzip twin to every file that profits.
fn pack(files: &mut BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    let mut twins = Vec::new();
    for (path, bytes) in files.iter() {
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        if !matches!(ending.as_ref(), "css" | "js" | "wasm" | "svg" | "txt" | "json") {
            continue;
        }
        let mut small = Vec::new();
        let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, ..Default::default() };
        brotli::BrotliCompress(&mut bytes.as_slice(), &mut small, &params)?;
        twins.push((twin(path, "br"), small));
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(bytes)?;
        twins.push((twin(path, "gz"), gzip.finish()?));
    }
    files.extend(twins);
    Ok(())
}

fn twin(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// Makes the folder hold exactly these files; what is there already keeps its date.
fn write(folder: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    fs::create_dir_all(folder)?;
    for old in walk(folder)? {
        if !files.contains_key(old.strip_prefix(folder)?) {
            fs::remove_file(old)?;
        }
    }
    for (name, bytes) in files {
        let path = folder.join(name);
        if fs::read(&path).is_ok_and(|there| there == *bytes) {
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}

fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

fn hash(bytes: &[u8]) -> String {
    short(&Sha256::digest(bytes))
}

fn short(digest: &[u8]) -> String {
    digest.iter().take(8).fold(String::new(), |name, byte| name + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_files_go_and_the_same_ones_stay() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("site");
        let files =
            |names: &[&str]| names.iter().map(|n| (PathBuf::from(n), n.as_bytes().to_vec())).collect();
        write(&folder, &files(&["pkg/a.css", "b.txt"])).unwrap();
        write(&folder, &files(&["b.txt"])).unwrap();

        assert_eq!(walk(&folder).unwrap(), [folder.join("b.txt")]);
    }
}
