//! What we write is an object that Kubernetes has: read into its own types and written again, nothing is lost.

use k8s_openapi::api::core::v1::{Container, PodDNSConfig, Secret, Volume};
use k8s_openapi::serde::Serialize;
use k8s_openapi::serde::de::DeserializeOwned;
use serde_json::Value;

use wgsidecar::wireguard::conf::parse;
use wgsidecar::wireguard::mark::Site;
use wgsidecar::wireguard::pod::{ALL_DNS, Block};
use wgsidecar::wireguard::secret::{Form, Options, build};
use wgsidecar::wireguard::settings::{SETTINGS, Settings, WorkloadRef, find};
use wgsidecar::wireguard::tunnel::Ordinal;

/// Fails where a field has a type of its own, and where there is no such field: that one would be left out.
fn assert_is<T: DeserializeOwned + Serialize>(value: &Value) {
    let typed: T = serde_json::from_value(value.clone()).unwrap_or_else(|error| {
        panic!("{error}: {value:#}");
    });
    assert_eq!(serde_json::to_value(typed).unwrap(), *value);
}

fn block(settings: &[(&str, &str)]) -> Block {
    let mut layer = Settings::default();
    for (name, value) in settings {
        layer.set(find(name).unwrap(), &[value]).unwrap();
    }
    let workload = WorkloadRef {
        kind: "StatefulSet",
        name: Some("web"),
        namespace: Some("shop"),
        ordinal: Some(Ordinal::Pod),
    };
    let resolved = layer.resolve(&workload).unwrap_or_else(|bad| panic!("{settings:?}: {bad:?}"));
    Block::new(&resolved.tunnel, &resolved.secret, &ALL_DNS)
}

#[test]
fn every_setting_gives_objects_of_kubernetes() {
    let mut fields = std::collections::BTreeSet::new();
    let values = SETTINGS.iter().flat_map(|setting| {
        let values = [setting.default, setting.example].into_iter().chain(setting.words.to_vec());
        values.filter(|value| !value.is_empty()).map(|value| (setting.name, value))
    });
    for (name, value) in values {
        // Some mean nothing but with another.
        let stays = ["unhealthy", "metrics"].contains(&name).then_some(("mode", "sidecar"));
        let block = block(&stays.into_iter().chain([(name, value)]).collect::<Vec<_>>());
        assert_is::<Container>(&block.container);
        assert_is::<Volume>(&block.volume);
        fields.extend(block.container.as_object().unwrap().keys().cloned());
        for (site, value) in &block.dns {
            match site {
                Site::DnsPolicy => assert_eq!(**value, "None"),
                _ => assert_is::<PodDNSConfig>(value),
            }
        }
    }
    let probes = ["startupProbe", "livenessProbe", "readinessProbe"];
    for optional in ["env", "imagePullPolicy", "restartPolicy", "ports"].into_iter().chain(probes) {
        assert!(fields.contains(optional), "no setting brought `{optional}`");
    }
    assert_eq!(block(&[("dns", "10.64.0.1")]).dns.len(), ALL_DNS.len());
}

#[test]
fn both_forms_of_a_secret_are_objects_of_kubernetes() {
    let conf = parse(include_str!("../../fixtures/wgquick/mullvad.conf"));
    for form in [Form::StringData, Form::Data] {
        for namespace in [None, Some("vpn")] {
            let mut options = Options::new("mullvad", namespace).unwrap();
            options.form = form;
            assert_is::<Secret>(&build(std::slice::from_ref(&conf), &options).secret.unwrap());
        }
    }
}
