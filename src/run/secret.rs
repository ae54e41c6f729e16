//! Makes the files of a VPN provider into a Secret. Knows nothing of manifests.

use std::collections::{HashMap, HashSet};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::stderr::Stderr;
use super::{Exit, stdout};
use crate::cli::{General, SecretArgs};
use crate::lint::{self, Finding};
use crate::report::{Format, Report, ShownSource};
use crate::text::{Diagnostic, Level, Place, Source};
use crate::wireguard::conf::{self, Conf};
use crate::wireguard::secret::{self, Files, Form, Options, Outcome};
use crate::yaml::write::document;

/// What stands in `--name` for the name of the file.
const FILE: &str = "{file}";

/// Runs `secret`.
pub fn run(args: &SecretArgs) -> anyhow::Result<Exit> {
    let (paths, left_out) = paths(&args.files)?;
    for warning in left_out {
        writeln!(Stderr::new(&args.general.color), "warning: {warning}")?;
    }
    if args.name.contains("{name}") {
        bail!(
            "`--name {}`: a Secret is made of a file, so `{FILE}` stands for the name here: `--name '{}'`",
            args.name,
            args.name.replace("{name}", FILE)
        );
    }
    let makes_one = args.per_replica || args.servers;
    let is_named_by_file = !makes_one && args.name.contains(FILE);
    // Nothing is made where the files are only checked, and none needs a name.
    let makes_each = !makes_one && paths.len() > 1 && (is_named_by_file || args.check);
    if !makes_one && !makes_each && paths.len() > 1 {
        let count = paths.len();
        let given = match args.files.as_slice() {
            [folder] => format!("{} has {count} files", folder.display()),
            _ => format!("{count} files are given"),
        };
        bail!(
            "{given}, and a Secret holds one: choose `--name 'wg-{FILE}'` (a Secret per file), `--per-replica` (one Secret, a key per replica) or `--servers` (one Secret, fallback servers)"
        );
    }
    if makes_one && args.name.contains(FILE) {
        let flag = if args.servers { "--servers" } else { "--per-replica" };
        bail!("`{flag}` makes one Secret of all files: give it a `--name` without `{FILE}`");
    }
    let options = if is_named_by_file {
        options_of_each(args, &paths)?
    } else {
        vec![options(args, &args.name)?; if makes_each { paths.len() } else { 1 }]
    };
    if let Some(output) = args.output.as_ref().filter(|_| !args.check) {
        check_output(output, &paths, args.force)?;
    }
    let files = paths.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
    files.iter().try_for_each(|file| must_be_of_provider(file, "secret"))?;
    let confs: Vec<_> = files.iter().map(|source| conf::parse(source.text())).collect();
    let outcomes = if makes_each {
        let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
        secret::build_each(&confs, &options, &args.name.replace(FILE, "{name}"), &names)
    } else {
        vec![secret::build(&confs, &options[0])]
    };
    let secrets: Option<Vec<_>> = outcomes.iter().map(|it| it.secret.as_ref()).collect();
    let exit = match &secrets {
        None => Exit::Failed,
        Some(_) if args.check => Exit::Done,
        Some(secrets) => {
            let documents: Vec<_> = secrets.iter().map(|secret| document(secret)).collect();
            output(args.output.as_deref(), &documents.join("---\n"))?
        }
    };
    let purpose = match (args.check, &args.output) {
        (true, _) => Purpose::Check,
        (false, Some(_)) => Purpose::Write,
        (false, None) => Purpose::Print,
    };
    report(&args.general, &files, &confs, &outcomes, purpose)?;
    if let (Some(output), Exit::Done, false) =
        (&args.output, exit, args.check || args.general.quiet)
    {
        warn_of_commit(&mut Stderr::new(&args.general.color), output)?;
    }
    Ok(exit)
}

/// A file with a key in it is committed sooner or later.
fn warn_of_commit(out: &mut Stderr, output: &Path) -> io::Result<()> {
    let name = output.display();
    writeln!(
        out,
        "note: {name} holds private keys unencrypted: encrypt it before you commit it (`sops encrypt -i {name}` or `kubeseal -f {name} -w sealed.yaml`), or let external-secrets fetch the key"
    )
}

/// Fails for a manifest, of which a configuration's reader would have a mistake for each line to say.
pub(super) fn must_be_of_provider(file: &Source, command: &str) -> anyhow::Result<()> {
    if file.is_blank() {
        bail!("{} is empty: `{command}` reads the file that the VPN provider gave you", file.name);
    }
    let holds = |key| file.text().lines().any(|line| line.starts_with(key));
    if holds("apiVersion:") && holds("kind:") {
        bail!(
            "{} is a manifest of Kubernetes: `{command}` reads the file that the VPN provider gave you",
            file.name
        );
    }
    Ok(())
}

/// The files that are named, and those of each folder that is; what is left out of a folder is told.
fn paths(named: &[PathBuf]) -> anyhow::Result<(Vec<PathBuf>, Vec<String>)> {
    let (mut paths, mut left_out): (Vec<PathBuf>, _) = Default::default();
    for path in named {
        if path.is_dir() {
            paths.extend(files_of(path, &mut left_out)?);
        } else {
            paths.push(path.clone());
        }
    }
    // What is named twice, or lies in a folder that is named too, is one file.
    let mut seen = HashSet::new();
    paths.retain(|path| std::fs::canonicalize(path).map_or(true, |real| seen.insert(real)));
    Ok((paths, left_out))
}

/// The providers' files of a folder, and a word of each kind of others that look like some.
fn files_of(folder: &Path, left_out: &mut Vec<String>) -> anyhow::Result<Vec<PathBuf>> {
    let name = folder.display();
    let fails = |error| anyhow::anyhow!("cannot read {name}: {}", super::read::reason(&error));
    let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut files: Vec<_> = entries.map_err(fails)?.into_iter().map(|entry| entry.path()).collect();
    // A key for each replica goes by this order: 2.conf stands before 10.conf.
    files.sort_by_cached_key(|path| by_number(&path.to_string_lossy()));
    let skipped: Vec<_> = files.iter().map(|path| why_skipped(path)).collect();
    for kind in Skipped::ALL {
        let of_kind = files.iter().zip(&skipped).filter(|(_, why)| **why == Some(kind));
        let mut names = of_kind.filter_map(|(path, _)| path.file_name()).map(Path::new);
        let Some(first) = names.next() else { continue };
        let (one, several, way_out) = kind.words();
        left_out.push(match names.count() {
            0 => format!("{name}: {one} is left out, `{}`: {way_out}", first.display()),
            more => format!(
                "{name}: {} {several} are left out, the first is `{}`: {way_out}",
                more + 1,
                first.display()
            ),
        });
    }
    let mut taken = skipped.iter().map(Option::is_none);
    files.retain(|path| taken.next() == Some(true) && is_conf(path) && path.is_file());
    if files.is_empty() {
        // What was left out says why.
        let left_out: String = left_out.drain(..).map(|line| format!("\n{line}")).collect();
        bail!("{name} holds no file whose name ends in .conf{left_out}");
    }
    Ok(files)
}

/// Why something in a folder that looks like a provider's file is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Skipped {
    Hidden,
    DeadLink,
    Irregular,
    Folder,
}

impl Skipped {
    const ALL: [Self; 4] = [Self::Hidden, Self::DeadLink, Self::Irregular, Self::Folder];

    /// What one and several are called, and the way out.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Hidden => ("a hidden file", "hidden files", "name it to have it read"),
            Self::DeadLink => ("a link to nothing", "links to nothing", "mend or delete it"),
            Self::Irregular => (
                "something that is not a regular file",
                "entries that are not regular files",
                "name it to have it read",
            ),
            Self::Folder => (
                "a subfolder with .conf files",
                "subfolders with .conf files",
                "name it to have its files read",
            ),
        }
    }
}

fn why_skipped(path: &Path) -> Option<Skipped> {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        return entries.map(|entry| entry.path()).any(|it| is_conf(&it)).then_some(Skipped::Folder);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match () {
        () if !is_conf(path) => None,
        () if name.starts_with('.') => Some(Skipped::Hidden),
        () if path.is_file() => None,
        () if path.is_symlink() && !path.exists() => Some(Skipped::DeadLink),
        () => Some(Skipped::Irregular),
    }
}

fn is_conf(path: &Path) -> bool {
    path.extension().is_some_and(|it| it.eq_ignore_ascii_case("conf"))
}

/// Orders names by the numbers in them: a number of more digits is the larger one.
fn by_number(name: &str) -> Vec<(usize, String)> {
    let letters: Vec<_> = name.chars().collect();
    let parts = letters.chunk_by(|one, other| one.is_ascii_digit() == other.is_ascii_digit());
    let key = |part: &[char]| {
        let text: String = part.iter().collect();
        if part[0].is_ascii_digit() {
            (text.trim_start_matches('0').len(), text)
        } else {
            (usize::MAX, text)
        }
    };
    parts.map(key).collect()
}

/// A name for the Secret of each file.
fn options_of_each(args: &SecretArgs, paths: &[PathBuf]) -> anyhow::Result<Vec<Options>> {
    let mut names = HashMap::new();
    let named = paths.iter().map(|path| {
        let is_file = path.as_os_str() != "-";
        let Some(stem) = path.file_stem().filter(|_| is_file) else {
            bail!("standard input has no name for `{FILE}`: give the Secret a name of its own");
        };
        let stem = name_of(&stem.to_string_lossy());
        if stem.is_empty() {
            bail!(
                "{}: no letter of the file's name may stand in the name of a Secret, which takes a-z, 0-9 and `-`: rename the file, or give `--name` without `{FILE}`",
                path.display()
            );
        }
        let name = args.name.replace(FILE, &stem);
        if let Some(earlier) = names.insert(name.clone(), path) {
            bail!(
                "{} and {} would both become the Secret `{name}`: rename one of them",
                earlier.display(),
                path.display()
            );
        }
        options(args, &name).with_context(|| format!("the Secret of {}", path.display()))
    });
    named.collect()
}

/// A file's name as the name of an object: in small letters, with dashes for what the API refuses.
fn name_of(stem: &str) -> String {
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let letters = stem.chars().map(|letter| letter.to_ascii_lowercase());
    let parts = letters.map(|letter| if allowed(letter) { letter } else { '-' });
    let name: String = parts.collect();
    let words = name.split('-').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

fn options(args: &SecretArgs, name: &str) -> anyhow::Result<Options> {
    let mut options = Options::new(name, args.namespace.as_deref()).map_err(anyhow::Error::msg)?;
    options.form = if args.data { Form::Data } else { Form::StringData };
    options.keep_prefix = args.keep_prefix;
    options.files = if args.per_replica { Files::Replicas } else { Files::Servers };
    Ok(options)
}

pub(super) fn read(path: &PathBuf) -> anyhow::Result<Source> {
    let (name, bytes) = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
        if bytes.trim_ascii().is_empty() {
            bail!(super::read::EMPTY);
        }
        ("<stdin>".to_owned(), bytes)
    } else {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| {
            anyhow::anyhow!("cannot read {name}: {}", super::read::reason(&error))
        })?;
        (name, bytes)
    };
    if let Err(problem) = conf::decode(&bytes) {
        let (line, column) = conf::line_column(&bytes, problem.span.start());
        bail!(
            "{name}:{line}:{column}: {}{}",
            problem.message,
            if problem.help.is_empty() { String::new() } else { format!(": {}", problem.help) }
        );
    }
    Source::new(name.clone(), bytes).map_err(|_| anyhow::anyhow!("{name} cannot be read as text"))
}

/// Refuses to write over what exists: it may be the provider's file, or a Secret that somebody has encrypted.
fn check_output(output: &Path, files: &[PathBuf], force: bool) -> anyhow::Result<()> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let name = output.display();
    if real(output).is_some() && files.iter().any(|file| real(file) == real(output)) {
        bail!("{name} is the provider's file: give the Secret another name");
    }
    match std::fs::metadata(output) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Ok(found) if found.is_file() && force => Ok(()),
        Ok(found) if found.is_file() => bail!(
            "{name} exists, and may be an encrypted Secret: give another name, or write over it with `--force`"
        ),
        _ => bail!("{name} exists and is not a file: give another name"),
    }
}

/// The file behind symbolic links, whether it exists or not.
fn behind_links(path: &Path) -> PathBuf {
    const MOST: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST {
        let Ok(target) = std::fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    path
}

/// A file is made anew, readable by its owner alone, or not at all.
fn output(path: Option<&Path>, text: &str) -> anyhow::Result<Exit> {
    let Some(path) = path else {
        // Whoever appends it to a file that ends in another object must not join the two.
        return stdout::data(|out| write!(out, "---\n{text}")).map(|()| Exit::Done);
    };
    let real = behind_links(path);
    let folder =
        real.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".wgsidecar-").tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&real).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| {
        anyhow::anyhow!("cannot write {}: {}", path.display(), super::read::reason(&error))
    })?;
    Ok(Exit::Done)
}

/// What a run is for, which decides what is said at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Check,
    Print,
    Write,
}

pub(super) fn report(
    general: &General,
    files: &[Source],
    confs: &[Conf],
    outcomes: &[Outcome],
    purpose: Purpose,
) -> io::Result<()> {
    let mut out = Stderr::new(&general.color);
    let sources: Vec<_> = files
        .iter()
        .zip(confs)
        .map(|(file, conf)| ShownSource::parsed(file, conf.masks.clone(), Vec::new()))
        .collect();
    let shown: Vec<_> = outcomes
        .iter()
        .flat_map(findings)
        .filter(|finding| general.verbose || finding.diagnostic.level > Level::Info)
        .collect();
    let look = out.look(general.verbose);
    Report::new(&shown, &sources, &lint::infos()).look(look).write(Format::Human, &mut out)?;
    if purpose == Purpose::Check {
        let found: HashSet<_> =
            shown.iter().filter_map(|finding| Some(finding.diagnostic.place?.source)).collect();
        let good = files.iter().enumerate().filter(|(number, _)| !found.contains(number));
        for (_, file) in good.filter(|_| !general.quiet) {
            writeln!(out, "{}: no problems found", file.name)?;
        }
    }
    if outcomes.iter().any(|outcome| outcome.secret.is_none()) {
        let writes = purpose == Purpose::Write;
        return writeln!(out, "{}", if writes { "failed: nothing was written" } else { "failed" });
    }
    if purpose == Purpose::Check {
        return Ok(());
    }
    for hint in outcomes.iter().flat_map(|it| &it.hints).filter(|_| !general.quiet) {
        writeln!(out, "{hint}")?;
    }
    Ok(())
}

/// The problems as findings; each file is a source.
pub fn findings(outcome: &Outcome) -> impl Iterator<Item = Finding> + '_ {
    outcome.problems.iter().map(|found| {
        let problem = &found.problem;
        let place = Place { source: found.file, span: problem.span };
        let mut diagnostic =
            Diagnostic::new(problem.kind.id(), problem.level, place, &problem.message);
        diagnostic.help = (!problem.help.is_empty()).then(|| problem.help.clone());
        Finding::from(diagnostic)
    })
}
