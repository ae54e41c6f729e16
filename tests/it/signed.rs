//! Files that are signed: what a change would break is refused, and what changes nothing is not.

use crate::support::{Ran, feed, run, wgsidecar};

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - {name: app, image: \"nginx:1.29\"}\n";
const MAC: &str = "sops:\n  mac: ENC[AES256_GCM,data:bWFj,iv:aXY=,tag:dGFn,type:str]\n  encrypted_regex: ^(value)$\n";

fn inject(input: &str, args: &[&str]) -> Ran {
    run(&[&["inject", "--no-config", "--secret", "vpn"], args].concat(), input.as_bytes())
}

fn assert_refused(ran: &Ran) {
    assert_eq!((ran.code, ran.stdout.len()), (1, 0), "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("error[signed-file]").count(), 1, "{}", ran.stderr);
}

/// Whoever injects first and encrypts then can run everything again.
#[test]
fn what_stays_as_it_is_breaks_no_signature() {
    let injected = String::from_utf8(inject(POD, &[]).stdout).unwrap();
    for signed in [
        format!("{injected}{MAC}"),
        injected.replace(
            "  annotations:\n",
            "  annotations:\n    cosign.sigstore.dev/signature: MEUCIQDs\n",
        ),
    ] {
        assert!(signed != injected);
        for args in [&[][..], &["--check"], &["--diff"]] {
            assert_eq!(inject(&signed, args).code, 0, "{args:?}");
        }
        let ran = run(&["lint", "--no-config", "--secret", "vpn"], signed.as_bytes());
        assert_eq!(ran.code, 0, "{}", String::from_utf8_lossy(&ran.stdout));
        assert_refused(&inject(&signed, &["--mtu", "1400"]));
        assert_refused(&run(&["uninject", "--no-config"], signed.as_bytes()));
        let edited = signed.replace("64Mi", "65Mi");
        assert_refused(&inject(&edited, &["--allow", "edited-injection"]));
    }
    let open = format!("{injected}{MAC}  mac_only_encrypted: true\n");
    assert_eq!(inject(&open, &["--mtu", "1400"]).code, 0);
    let ran = run(&["uninject", "--no-config"], open.as_bytes());
    assert_eq!(
        String::from_utf8(ran.stdout).unwrap(),
        format!("{POD}{MAC}  mac_only_encrypted: true\n")
    );
}

#[test]
fn nothing_allows_it_and_nothing_else_is_hidden_by_it() {
    let signed = format!("{POD}{MAC}");
    let ran = inject(&signed, &["--allow", "signed-file"]);
    assert!(ran.code == 2 && ran.stderr.contains("can never be allowed"), "{}", ran.stderr);
    let ignored = signed.replace(
        "  name: web\n",
        "  name: web\n  annotations: {ignore.wgsidecar.dev/signed-file: \"why not\"}\n",
    );
    assert_eq!(inject(&ignored, &[]).code, 1);
    let host = signed.replace("spec:\n", "spec:\n  hostNetwork: true\n");
    let ran = inject(&host, &[]);
    assert_refused(&ran);
    assert!(ran.stderr.contains("error[host-network]"), "{}", ran.stderr);
    // Who is not asked for is not looked at.
    let other = POD.replace("name: web", "name: other");
    let ran = inject(&format!("{signed}---\n{other}"), &["--target", "pod/other"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn a_mending_would_break_it_too() {
    let overlaps = POD.replace("v1\nkind: Pod", "apps/v1\nkind: Deployment").replace(
        "spec:\n  containers:\n  -",
        "spec:\n  template:\n    spec:\n      containers:\n      -",
    );
    let folder = tempfile::tempdir().unwrap();
    for (end, is_mended) in
        [(MAC.to_owned(), false), (format!("{MAC}  mac_only_encrypted: true\n"), true)]
    {
        let file = folder.path().join("a.yaml");
        let signed = format!("{overlaps}{end}");
        std::fs::write(&file, &signed).unwrap();
        let mut command = wgsidecar();
        command.args(["lint", "--no-config", "--secret", "vpn", "--fix", "a.yaml"]);
        let ran = feed(command.current_dir(&folder), b"");
        assert_eq!(ran.code, i32::from(!is_mended), "{}", ran.stderr);
        assert_eq!(std::fs::read_to_string(&file).unwrap() != signed, is_mended, "{}", ran.stderr);
    }
}
