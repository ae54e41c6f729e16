//! Which addresses each Kubernetes distribution gives to services and pods. Knows nothing of tunnels.

use ipnet::IpNet;

/// One distribution's default address ranges.
#[derive(Debug)]
pub struct Preset {
    pub name: &'static str,
    pub services: &'static [&'static str],
    pub pods: &'static [&'static str],
    /// What the defaults leave open; empty when there is nothing to add.
    pub note: &'static str,
    /// Repository and path, or page, that states the defaults.
    pub source: &'static str,
}

/// Every known distribution.
///
/// A range stands here only where a fresh cluster of that distribution uses it without being asked to. Dual-stack
/// k3s, RKE2, k0s, EKS and GKE take their IPv6 ranges from whoever creates the cluster, and so do Calico and Cilium on a
/// bare kubeadm: those clusters need `local` as well.
pub static PRESETS: [Preset; 15] = [
    Preset {
        name: "kubeadm",
        services: &["10.96.0.0/12"],
        pods: &["10.244.0.0/16"],
        note: "with flannel's pod range; kubeadm has none of its own",
        source: "kubernetes/kubernetes cmd/kubeadm/app/apis/kubeadm/v1beta4/defaults.go; \
                 flannel-io/flannel Documentation/kube-flannel.yml",
    },
    Preset {
        name: "k3s",
        services: &["10.43.0.0/16"],
        pods: &["10.42.0.0/16"],
        note: "",
        source: "k3s-io/k3s pkg/cli/cmds/server.go",
    },
    Preset {
        name: "rke2",
        services: &["10.43.0.0/16"],
        pods: &["10.42.0.0/16"],
        note: "",
        source: "rancher/rke2-docs docs/reference/server_config.md",
    },
    Preset {
        name: "k0s",
        services: &["10.96.0.0/12"],
        pods: &["10.244.0.0/16"],
        note: "",
        source: "k0sproject/k0s pkg/apis/k0s/v1beta1/network.go",
    },
    Preset {
        name: "microk8s",
        services: &["10.152.183.0/24"],
        pods: &["10.1.0.0/16"],
        note: "",
        source: "https://canonical.com/microk8s/docs/change-cidr",
    },
    Preset {
        name: "minikube",
        services: &["10.96.0.0/12"],
        pods: &["10.244.0.0/16"],
        note: "",
        source: "kubernetes/minikube pkg/minikube/constants/constants.go and pkg/minikube/cni/cni.go",
    },
    Preset {
        name: "kind",
        services: &["10.96.0.0/16", "fd00:10:96::/112"],
        pods: &["10.244.0.0/16", "fd00:10:244::/56"],
        note: "",
        source: "kubernetes-sigs/kind pkg/internal/apis/config/default.go",
    },
    Preset {
        name: "talos",
        services: &["10.96.0.0/12", "fc00:db8:20::/112"],
        pods: &["10.244.0.0/16", "fc00:db8:10::/56"],
        note: "",
        source: "siderolabs/talos pkg/machinery/constants/constants.go",
    },
    Preset {
        name: "openshift",
        services: &["172.30.0.0/16"],
        pods: &["10.128.0.0/14"],
        note: "",
        source: "openshift/installer pkg/types/defaults/installconfig.go",
    },
    Preset {
        name: "eks",
        services: &["10.100.0.0/16", "172.20.0.0/16"],
        pods: &[],
        note: "services get one of the two; pods have addresses of the VPC: add its range with `local`",
        source: "https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html",
    },
    Preset {
        name: "gke",
        services: &["34.118.224.0/20"],
        pods: &[],
        note: "from GKE 1.29 (Autopilot 1.27); pods have a range of the VPC: add it with `local`",
        source: "https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips",
    },
    Preset {
        name: "aks",
        services: &["10.0.0.0/16"],
        pods: &["10.244.0.0/16"],
        note: "with Azure CNI Overlay or kubenet; flat networks give pods addresses of the VNet",
        source: "https://learn.microsoft.com/en-us/azure/aks/azure-cni-overlay; cilium/cilium pull request 31504",
    },
    Preset {
        name: "doks",
        services: &["10.245.0.0/16"],
        pods: &["10.244.0.0/16"],
        note: "VPC-native clusters have ranges of their own: name them with `local`",
        source: "https://docs.digitalocean.com/products/networking/vpc/concepts/plan-your-network/",
    },
    Preset {
        name: "lke",
        services: &["10.128.0.0/16"],
        pods: &["10.2.0.0/16"],
        note: "",
        source: "linode/docs docs/products/compute/kubernetes/get-started/index.md",
    },
    Preset {
        name: "none",
        services: &[],
        pods: &[],
        note: "nothing stays on the cluster's network but what `local` names",
        source: "",
    },
];

/// The presets' names, in the table's order.
pub static NAMES: [&str; PRESETS.len()] = {
    let mut names = [""; PRESETS.len()];
    let mut row = 0;
    while row < names.len() {
        names[row] = PRESETS[row].name;
        row += 1;
    }
    names
};

/// The preset called `name`.
pub fn find(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

impl Preset {
    /// The ranges of services and pods, services first.
    pub fn cidrs(&self) -> impl Iterator<Item = IpNet> {
        let ranges = self.services.iter().chain(self.pods);
        ranges.map(|range| range.parse().expect("a test parses every range of the table"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_is_a_network_and_every_row_has_a_source() {
        for preset in &PRESETS {
            for cidr in preset.cidrs() {
                assert_eq!(cidr, cidr.trunc(), "{}", preset.name);
            }
            assert!(preset.name == "none" || !preset.source.is_empty(), "{}", preset.name);
        }
    }

    #[test]
    fn names_are_unique_and_found() {
        for (row, name) in NAMES.iter().enumerate() {
            assert!(!NAMES[..row].contains(name));
            assert_eq!(find(name).map(|preset| preset.name), Some(*name));
        }
    }
}
