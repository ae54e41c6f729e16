//! Makes the files of a VPN provider into a Secret. Knows nothing of manifests.

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
use crate::wireguard::secret::{self, Form, Options, Outcome};
use crate::yaml::write::document;

/// Runs `secret`.
pub fn run(args: &SecretArgs) -> anyhow::Result<Exit> {
    let options = options(args)?;
    if !args.per_replica && args.files.len() > 1 {
        bail!(
            "one Secret is made of one file; `--per-replica` makes one of several, a key for each replica"
        );
    }
    if let Some(output) = args.output.as_ref().filter(|_| !args.check) {
        check_output(output, args)?;
    }
    let files = args.files.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
    if let Some(manifest) = files.iter().find(|source| is_manifest(source.text())) {
        bail!(
            "{} is a manifest of Kubernetes: `secret` reads the file that the VPN provider gave you",
            manifest.name
        );
    }
    let confs: Vec<_> = files.iter().map(|source| conf::parse(source.text())).collect();
    let outcome = secret::build(&confs, &options);
    let exit = match &outcome.secret {
        None => Exit::Failed,
        Some(_) if args.check => Exit::Done,
        Some(value) => output(args.output.as_deref(), &document(value))?,
    };
    report(&args.general, &files, &confs, &outcome)?;
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
        "note: {name} holds a private key in clear: encrypt it before you commit it (`sops encrypt -i {name}` or `kubeseal -f {name} -w sealed.yaml`), or let external-secrets fetch the key"
    )
}

fn is_manifest(text: &str) -> bool {
    let holds = |key| text.lines().any(|line| line.starts_with(key));
    holds("apiVersion:") && holds("kind:")
}

fn options(args: &SecretArgs) -> anyhow::Result<Options> {
    let mut options =
        Options::new(&args.name, args.namespace.as_deref()).map_err(anyhow::Error::msg)?;
    options.form = if args.data { Form::Data } else { Form::StringData };
    options.keep_prefix = args.keep_prefix;
    options.per_replica = args.per_replica;
    Ok(options)
}

fn read(path: &PathBuf) -> anyhow::Result<Source> {
    let (name, bytes) = match path.as_os_str() == "-" {
        true => {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
            if bytes.trim_ascii().is_empty() {
                bail!(super::read::EMPTY);
            }
            ("<stdin>".to_owned(), bytes)
        }
        false => {
            let name = path.display().to_string();
            let bytes = std::fs::read(path).map_err(|error| {
                anyhow::anyhow!("cannot read {name}: {}", super::read::reason(&error))
            })?;
            (name, bytes)
        }
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
fn check_output(output: &Path, args: &SecretArgs) -> anyhow::Result<()> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let name = output.display();
    if real(output).is_some() && args.files.iter().any(|file| real(file) == real(output)) {
        bail!("{name} is the provider's file: give the Secret another name");
    }
    match std::fs::metadata(output) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Ok(found) if found.is_file() && args.force => Ok(()),
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
        return stdout::data(|out| out.write_all(text.as_bytes())).map(|()| Exit::Done);
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

fn report(
    general: &General,
    files: &[Source],
    confs: &[Conf],
    outcome: &Outcome,
) -> io::Result<()> {
    let mut out = Stderr::new(&general.color);
    let sources: Vec<_> = files
        .iter()
        .zip(confs)
        .map(|(file, conf)| ShownSource::parsed(file, conf.masks.clone(), Vec::new()))
        .collect();
    let shown: Vec<_> = findings(outcome)
        .filter(|finding| general.verbose || finding.diagnostic.level > Level::Info)
        .collect();
    let look = out.look(general.verbose);
    Report::new(&shown, &sources, &lint::infos()).look(look).write(Format::Human, &mut out)?;
    for hint in outcome.hints.iter().filter(|_| !general.quiet) {
        writeln!(out, "hint: {hint}")?;
    }
    if outcome.secret.is_none() {
        writeln!(out, "failed: nothing was written")?;
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
