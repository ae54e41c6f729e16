//! Whatever a provider's file holds, no message of `secret` shows a key of it.

use super::{RULE_INFOS, shown};
use wgsidecar::report::{Format, Report, ShownSource};
use wgsidecar::run::secret::findings;
use wgsidecar::text::Source;
use wgsidecar::wireguard::conf::{decode, line_column, parse};
use wgsidecar::wireguard::secret::{Files, Form, Options, build};

pub fn holds(input: &[u8]) {
    let text = match decode(input) {
        Ok(text) => text,
        Err(problem) => {
            line_column(input, problem.span.start());
            return;
        }
    };
    let keys = shown::keys(text);
    let conf = parse(text);
    let mut options = Options::new("wireguard", Some("vpn")).unwrap();
    for (form, files) in [(Form::StringData, Files::Servers), (Form::Data, Files::Replicas)] {
        (options.form, options.files) = (form, files);
        let outcome = build(std::slice::from_ref(&conf), &options);
        assert!(outcome.hints.iter().all(|hint| !hint.contains('\n')), "{:?}", outcome.hints);
        shown::hides(&keys, &outcome.hints.concat(), text);
        // What `secret` cannot read as a source it does not report about either.
        let Ok(source) = Source::new("wg0.conf", input.to_vec()) else { continue };
        let sources = [ShownSource::parsed(&source, conf.masks.clone(), Vec::new())];
        let findings: Vec<_> = findings(&outcome).collect();
        for format in Format::all() {
            let mut out = Vec::new();
            Report::new(&findings, &sources, &RULE_INFOS).write(format, &mut out).unwrap();
            shown::hides(&keys, &String::from_utf8(out).unwrap(), text);
        }
    }
    if let Some(secret) = build(&[parse(text)], &options).secret {
        let canonical = conf.canonical();
        assert_eq!(parse(&canonical).canonical(), canonical, "{secret}");
    }
}
