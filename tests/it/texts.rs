//! Short texts that a newcomer reads first: suggestions, and what is said where nothing happens.

use crate::support::{feed, run, wgsidecar};

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: web:1}]}\n";

fn said(args: &[&str], input: &str) -> (i32, String) {
    let ran = feed(wgsidecar().args(args), input.as_bytes());
    let texts = [ran.stdout, ran.stderr.into_bytes()].concat();
    (ran.code, String::from_utf8(texts).unwrap())
}

#[test]
fn the_likest_command_is_suggested_first() {
    for (typed, tip) in [
        ("injct", "similar subcommands exist: 'inject', 'uninject'"),
        ("lnt", "similar subcommands exist: 'lint'"),
        ("secrets", "similar subcommands exist: 'secret', "),
    ] {
        let ran = run(&[typed], b"");
        assert!(ran.stderr.contains(tip), "{}", ran.stderr);
    }
}

#[test]
fn a_slip_in_a_short_setting_is_noticed() {
    for (typed, meant) in [("dsn", "dns"), ("mut", "mtu"), ("clustr", "cluster"), ("dnss", "dns")] {
        let text = POD.replace(
            "{name: web}",
            &format!("{{name: web, annotations: {{wgsidecar.dev/{typed}: a}}}}"),
        );
        let (_, text) = said(&["inject", "--no-config", "--check"], &text);
        assert!(text.contains(&format!("did you mean `wgsidecar.dev/{meant}`?")), "{text}");
    }
}

#[test]
fn what_has_no_tunnel_is_called_so() {
    for args in
        [&["uninject", "--no-config"][..], &["uninject", "--no-config", "--target", "pod/web"]]
    {
        let (code, text) = said(args, POD);
        assert_eq!(code, 0);
        assert!(text.ends_with("1 without a tunnel\n"), "{text}");
    }
    let (_, text) = said(
        &["uninject", "--no-config", "-n", "other"],
        &POD.replace("{name: web}", "{name: web, namespace: media}"),
    );
    assert!(!text.contains("none of"), "{text}");
}

#[test]
fn only_who_could_write_hears_that_nothing_was_written() {
    let host = POD.replace("spec: {", "spec: {hostNetwork: true, ");
    for (args, last) in [
        (&["inject"][..], "\nrefused: nothing was written\n"),
        (&["inject", "--check"], "\nrefused\n"),
        (&["inject", "--diff"], "\nrefused\n"),
        (&["inject", "--check", "--mtu", "x"], "\nfailed\n"),
    ] {
        let (_, text) = said(&[args, &["--no-config"]].concat(), &host);
        assert!(text.ends_with(last), "{text}");
    }
    let (_, text) = said(&["secret", "-"], "[Interface]\n");
    assert!(text.ends_with("\nfailed\n"), "{text}");
    let (_, text) = said(&["lint", "--no-config"], "");
    assert_eq!(text.matches("error").count(), 1, "{text}");
}

#[test]
fn a_key_that_is_indented_too_far_is_called_so() {
    for (text, message) in [
        (
            "kind: Pod\n  name: web\n",
            "unexpected key: this line is indented more than the line above",
        ),
        (
            "a:\n  kind: Pod\n    name: web\n",
            "unexpected key: this line is indented more than the line above",
        ),
        ("kind: Pod: web\n", "unexpected key inside a value"),
        ("kind:\n  Pod\n  name: web\n", "unexpected key inside a value"),
    ] {
        let (code, said) = said(&["lint", "--no-config"], text);
        assert_eq!(code, 2);
        assert!(said.contains(message), "{text}{said}");
    }
}

#[test]
fn no_page_shows_a_whole_script() {
    for rule in ["weaker-tunnel", "edited-injection", "stale-injection", "port-taken"] {
        let (_, page) = said(&["explain", rule], "");
        assert!(page.lines().count() < 150 && !page.contains("# lint:"), "{page}");
    }
}

#[test]
fn an_edit_is_undone_overwritten_or_discarded() {
    let (_, whole) = said(&["inject", "--no-config", "-q", "--secret", "vpn"], POD);
    let edited = whole.replace("\"64Mi\"", "\"65Mi\"");
    assert_ne!(whole, edited);
    let (_, text) = said(&["inject", "--no-config", "--secret", "vpn"], &edited);
    assert!(text.contains("run `inject --allow edited-injection`"), "{text}");
    let (_, text) = said(&["uninject", "--no-config"], &edited);
    assert!(
        text.contains("to discard the edit, run `uninject --allow edited-injection`"),
        "{text}"
    );
}
