# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_wgsidecar_global_optspecs
    string join \n config= no-config color= q/quiet v/verbose h/help V/version
end

function __fish_wgsidecar_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_wgsidecar_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_wgsidecar_using_subcommand
    set -l cmd (__fish_wgsidecar_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -l config -d 'Settings file to read instead of wgsidecar.yaml' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -l no-config -d 'Read no settings file'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -s q -l quiet -d 'Hide the report of each workload, but no warning or error'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -s v -l verbose -d 'Show each finding in full, infos, and what was left out'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -s h -l help -d 'Print help'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -s V -l version -d 'Print version'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -f -a "inject" -d 'Add the tunnel to the pods of the manifests'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -f -a "uninject" -d 'Take the tunnel out of the manifests again, to the byte'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -f -a "lint" -d 'Check manifests for what breaks or leaks a tunnel'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -f -a "secret" -d 'Make the file of a VPN provider into a Secret'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -f -a "list" -d 'List what has a tunnel, what will get one, and with which settings'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -f -a "init" -d 'Print a commented wgsidecar.yaml, with what the provider\'s file asks for'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -f -a "explain" -d 'Show one rule\'s page, or the list of rules'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -f -a "patch" -d 'Print what inject would add as patches, for tools that cannot run wgsidecar'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -f -a "script" -d 'Print the ConfigMap that --script configmap needs'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -f -a "policy" -d 'Print admission policies, so that the API server adds the tunnel to pods'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -f -a "krm" -d 'Read a ResourceList and write one, as kustomize and kpt ask a KRM function to'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -f -a "completions" -d 'Print the completions for a shell'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -f -a "man" -d 'Print the man page of a command, or of the program'
complete -c wgsidecar -n "__fish_wgsidecar_needs_command" -f -a "help" -d 'Show the help of a command, with every flag'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -s f -l filename -d 'The same as FILE, as in kubectl' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l stdin-filename -d 'Name of standard input in reports' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -s l -l selector -d 'Workloads whose labels match, as in kubectl' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l target -d 'One workload, such as deploy/web' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -s n -l namespace -d 'Objects in this namespace or without one' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l only-enabled -d 'Workloads with the label or annotation wgsidecar.dev/inject: "enabled"' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l workload -d 'Another kind and where its pod template is, such as example.com/Widget=spec.template' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l secret -d 'Secret that holds wg0.conf; {name}, {namespace} and {kind} are the workload\'s own [default: wireguard]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l cluster -d 'Distribution whose service and pod ranges stay on the cluster\'s network: kubeadm, k3s, rke2, k0s, microk8s, minikube, kind, talos, openshift, eks, gke, aks, doks, lke, none [default: kubeadm]' -r -f -a "kubeadm\t''
k3s\t''
rke2\t''
k0s\t''
microk8s\t''
minikube\t''
kind\t''
talos\t''
openshift\t''
eks\t''
gke\t''
aks\t''
doks\t''
lke\t''
none\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l local -d 'Range that stays on the cluster\'s network beside the preset\'s, such as a LAN' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l inbound -d 'Server ports whose replies may leave by the cluster\'s network: all, none, tcp:PORT[-PORT], udp:PORT[-PORT] [default: all]' -r -f -a "all\t''
none\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l dns -d 'Resolvers of the pod: the cluster\'s, or up to three inside the tunnel [default: cluster]' -r -f -a "cluster\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l kill-switch -d 'Whether the pod is cut off while the tunnel is down; auto is on for a full tunnel [default: auto]' -r -f -a "auto\t''
on\t''
off\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l mtu -d 'MTU of the interface in bytes; auto fits the path to the endpoint [default: auto]' -r -f -a "auto\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l handshake-timeout -d 'How long to wait for the first handshake: 30, 30s, 1m; 0 does not wait [default: 30s]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l interface -d 'Name of the network interface in the pod [default: wg0]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l rule-priority -d 'Priority of the first of wgsidecar\'s ten routing rules [default: 100]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l image -d 'Image of the init container: busybox, iproute2 and wireguard-tools, or apk with --install-tools [default: docker.io/linuxserver/wireguard:1.0.20250521-r1-ls116]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l pull-policy -d 'imagePullPolicy of the init container; without it the cluster decides' -r -f -a "Always\t''
IfNotPresent\t''
Never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l install-tools -d 'Install the tools with apk at every start; the image is alpine:3.22 unless --image names one' -r -f -a "true\t''
false\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l requests -d 'Resources that the init container requests [default: cpu=10m,memory=32Mi]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l limits -d 'Resources that the init container may use [default: cpu=1,memory=64Mi]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l container-name -d 'Name of the init container and of its volume [default: wireguard]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l key-per-replica -d 'Give each ordinal of a StatefulSet or an indexed Job its own file of the Secret' -r -f -a "true\t''
false\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l mode -d 'Whether the container exits once the tunnel is up, or stays as a native sidecar that looks after it [default: init]' -r -f -a "init\t''
sidecar\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l unhealthy -d 'What a sidecar does about a tunnel that stays dead: log it, mark the pod unready, or restart [default: keep]' -r -f -a "keep\t''
unready\t''
restart\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l metrics -d 'Port where a sidecar serves the tunnel\'s metrics to Prometheus, over the cluster\'s network [default: off]' -r -f -a "off\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l script -d 'Whether the manifest holds the script, or a ConfigMap that `wgsidecar script` prints, checked before it runs [default: inline]' -r -f -a "inline\t''
configmap\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l keep -d 'Reuse the recorded settings for everything not given now, except image, install-tools and container-name' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l allow -d 'Ignore this rule, even where it would refuse' -r -f -a "address-shared\t''
amnezia-config\t''
app-can-undo\t''
app-reads-key\t''
autoscaled\t''
bad-config\t''
bad-endpoint\t''
bad-key\t''
bad-selector\t''
bad-setting\t''
bare-pod\t''
blocked-probe\t''
cidr-overlap\t''
cronjob-overlap\t''
daemonset-shares-key\t''
disruption-budget\t''
dns-leak\t''
dns-none-empty\t''
dns-taken\t''
dns-without-services\t''
double-base64\t''
duplicate-object\t''
edited-injection\t''
endpoint-name\t''
external-probe\t''
extra-networks\t''
floating-image\t''
host-port\t''
image-replaced\t''
injected-twice\t''
install-needs-names\t''
job-immutable\t''
key-in-the-open\t''
kill-switch-off\t''
knative-features\t''
limit-range\t''
missing-resources\t''
name-taken\t''
network-policy\t''
no-allowed-ips\t''
no-keepalive\t''
no-native-sidecars\t''
no-peer\t''
node-dns\t''
not-injected\t''
not-selected\t''
one-family\t''
other-vpn\t''
outside-service\t''
parallel-job\t''
patch-matches-nothing\t''
pod-security\t''
pod-security-unset\t''
policy-reach\t''
port-taken\t''
quota\t''
rendered-elsewhere\t''
replicas-share-key\t''
rollout-overlap\t''
run-as-non-root\t''
runs-before-tunnel\t''
same-route\t''
sandboxed-runtime\t''
script-config-map\t''
secret-absent\t''
secret-elsewhere\t''
secret-incomplete\t''
secret-mode\t''
secret-optional\t''
secret-replaced\t''
secret-shared\t''
service-mesh\t''
shared-processes\t''
split-tunnel\t''
stale-injection\t''
swapped-keys\t''
template-left-out\t''
too-few-keys\t''
unknown-workload\t''
unsafe-sysctl\t''
unused-servers\t''
unused-suppression\t''
user-namespace\t''
weaker-tunnel\t''
wg-quick-hook\t''
wide-prefix\t''
yaml-1-1\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l kube-version -d 'Release of the cluster, such as 1.29: report what an older one refuses' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l config -d 'Settings file to read instead of wgsidecar.yaml' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -s i -l in-place -d 'Change the files themselves: all of them or none'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l check -d 'Change nothing; exit with 1 if something would change'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l diff -d 'Print what would change as a unified diff; exit with 1 if there is any'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -l no-config -d 'Read no settings file'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -s q -l quiet -d 'Hide the report of each workload, but no warning or error'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -s v -l verbose -d 'Show each finding in full, infos, and what was left out'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand inject" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -s f -l filename -d 'The same as FILE, as in kubectl' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -l stdin-filename -d 'Name of standard input in reports' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -s l -l selector -d 'Workloads whose labels match, as in kubectl' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -l target -d 'One workload, such as deploy/web' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -s n -l namespace -d 'Objects in this namespace or without one' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -l only-enabled -d 'Workloads with the label or annotation wgsidecar.dev/inject: "enabled"' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -l workload -d 'Another kind and where its pod template is, such as example.com/Widget=spec.template' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -l allow -d 'Ignore this rule, even where it would refuse' -r -f -a "address-shared\t''
amnezia-config\t''
app-can-undo\t''
app-reads-key\t''
autoscaled\t''
bad-config\t''
bad-endpoint\t''
bad-key\t''
bad-selector\t''
bad-setting\t''
bare-pod\t''
blocked-probe\t''
cidr-overlap\t''
cronjob-overlap\t''
daemonset-shares-key\t''
disruption-budget\t''
dns-leak\t''
dns-none-empty\t''
dns-taken\t''
dns-without-services\t''
double-base64\t''
duplicate-object\t''
edited-injection\t''
endpoint-name\t''
external-probe\t''
extra-networks\t''
floating-image\t''
host-port\t''
image-replaced\t''
injected-twice\t''
install-needs-names\t''
job-immutable\t''
key-in-the-open\t''
kill-switch-off\t''
knative-features\t''
limit-range\t''
missing-resources\t''
name-taken\t''
network-policy\t''
no-allowed-ips\t''
no-keepalive\t''
no-native-sidecars\t''
no-peer\t''
node-dns\t''
not-injected\t''
not-selected\t''
one-family\t''
other-vpn\t''
outside-service\t''
parallel-job\t''
patch-matches-nothing\t''
pod-security\t''
pod-security-unset\t''
policy-reach\t''
port-taken\t''
quota\t''
rendered-elsewhere\t''
replicas-share-key\t''
rollout-overlap\t''
run-as-non-root\t''
runs-before-tunnel\t''
same-route\t''
sandboxed-runtime\t''
script-config-map\t''
secret-absent\t''
secret-elsewhere\t''
secret-incomplete\t''
secret-mode\t''
secret-optional\t''
secret-replaced\t''
secret-shared\t''
service-mesh\t''
shared-processes\t''
split-tunnel\t''
stale-injection\t''
swapped-keys\t''
template-left-out\t''
too-few-keys\t''
unknown-workload\t''
unsafe-sysctl\t''
unused-servers\t''
unused-suppression\t''
user-namespace\t''
weaker-tunnel\t''
wg-quick-hook\t''
wide-prefix\t''
yaml-1-1\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -l config -d 'Settings file to read instead of wgsidecar.yaml' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -s i -l in-place -d 'Change the files themselves: all of them or none'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -l check -d 'Change nothing; exit with 1 if something would change'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -l diff -d 'Print what would change as a unified diff; exit with 1 if there is any'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -l no-config -d 'Read no settings file'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -s q -l quiet -d 'Hide the report of each workload, but no warning or error'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -s v -l verbose -d 'Show each finding in full, infos, and what was left out'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand uninject" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -s f -l filename -d 'The same as FILE, as in kubectl' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l stdin-filename -d 'Name of standard input in reports' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l format -d 'Form of the report' -r -f -a "human\t''
concise\t''
json\t''
sarif\t''
github\t''
gitlab\t''
junit\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l fail-on -d 'Exit with 1 from this level on' -r -f -a "error\t''
warning\t''
info\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l select -d 'Look for these rules only' -r -f -a "address-shared\t''
after-document-end\t''
amnezia-config\t''
app-can-undo\t''
app-reads-key\t''
autoscaled\t''
bad-config\t''
bad-endpoint\t''
bad-key\t''
bad-selector\t''
bad-separator\t''
bad-setting\t''
bare-pod\t''
blocked-probe\t''
cidr-overlap\t''
cronjob-overlap\t''
daemonset-shares-key\t''
directive\t''
disruption-budget\t''
dns-leak\t''
dns-none-empty\t''
dns-taken\t''
dns-without-services\t''
double-base64\t''
duplicate-key\t''
duplicate-object\t''
edited-injection\t''
endpoint-name\t''
explicit-key\t''
external-probe\t''
extra-networks\t''
floating-image\t''
helm-template\t''
host-network\t''
host-port\t''
image-replaced\t''
injected-twice\t''
install-needs-names\t''
job-immutable\t''
key-in-the-open\t''
kill-switch-off\t''
knative-features\t''
limit-range\t''
merge-key\t''
missing-resources\t''
name-taken\t''
network-policy\t''
newer-injection\t''
no-allowed-ips\t''
no-containers\t''
no-keepalive\t''
no-native-sidecars\t''
no-peer\t''
node-dns\t''
not-injected\t''
not-selected\t''
not-utf8\t''
one-family\t''
other-vpn\t''
outside-service\t''
parallel-job\t''
partial-injection\t''
patch-matches-nothing\t''
pod-security\t''
pod-security-unset\t''
policy-reach\t''
port-taken\t''
quota\t''
rendered-elsewhere\t''
replicas-share-key\t''
rollout-overlap\t''
run-as-non-root\t''
runs-before-tunnel\t''
same-route\t''
sandboxed-runtime\t''
script-config-map\t''
secret-absent\t''
secret-elsewhere\t''
secret-incomplete\t''
secret-mode\t''
secret-optional\t''
secret-replaced\t''
secret-shared\t''
service-mesh\t''
shared-anchor\t''
shared-processes\t''
signed-file\t''
split-tunnel\t''
stale-injection\t''
swapped-keys\t''
syntax\t''
template-left-out\t''
too-few-keys\t''
unknown-workload\t''
unsafe-sysctl\t''
unused-servers\t''
unused-suppression\t''
user-namespace\t''
weaker-tunnel\t''
wg-quick-hook\t''
wide-prefix\t''
windows-pod\t''
yaml-1-1\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l ignore -d 'Look for all but these rules' -r -f -a "address-shared\t''
after-document-end\t''
amnezia-config\t''
app-can-undo\t''
app-reads-key\t''
autoscaled\t''
bad-config\t''
bad-endpoint\t''
bad-key\t''
bad-selector\t''
bad-separator\t''
bad-setting\t''
bare-pod\t''
blocked-probe\t''
cidr-overlap\t''
cronjob-overlap\t''
daemonset-shares-key\t''
directive\t''
disruption-budget\t''
dns-leak\t''
dns-none-empty\t''
dns-taken\t''
dns-without-services\t''
double-base64\t''
duplicate-key\t''
duplicate-object\t''
edited-injection\t''
endpoint-name\t''
explicit-key\t''
external-probe\t''
extra-networks\t''
floating-image\t''
helm-template\t''
host-network\t''
host-port\t''
image-replaced\t''
injected-twice\t''
install-needs-names\t''
job-immutable\t''
key-in-the-open\t''
kill-switch-off\t''
knative-features\t''
limit-range\t''
merge-key\t''
missing-resources\t''
name-taken\t''
network-policy\t''
newer-injection\t''
no-allowed-ips\t''
no-containers\t''
no-keepalive\t''
no-native-sidecars\t''
no-peer\t''
node-dns\t''
not-injected\t''
not-selected\t''
not-utf8\t''
one-family\t''
other-vpn\t''
outside-service\t''
parallel-job\t''
partial-injection\t''
patch-matches-nothing\t''
pod-security\t''
pod-security-unset\t''
policy-reach\t''
port-taken\t''
quota\t''
rendered-elsewhere\t''
replicas-share-key\t''
rollout-overlap\t''
run-as-non-root\t''
runs-before-tunnel\t''
same-route\t''
sandboxed-runtime\t''
script-config-map\t''
secret-absent\t''
secret-elsewhere\t''
secret-incomplete\t''
secret-mode\t''
secret-optional\t''
secret-replaced\t''
secret-shared\t''
service-mesh\t''
shared-anchor\t''
shared-processes\t''
signed-file\t''
split-tunnel\t''
stale-injection\t''
swapped-keys\t''
syntax\t''
template-left-out\t''
too-few-keys\t''
unknown-workload\t''
unsafe-sysctl\t''
unused-servers\t''
unused-suppression\t''
user-namespace\t''
weaker-tunnel\t''
wg-quick-hook\t''
wide-prefix\t''
windows-pod\t''
yaml-1-1\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l suppress -d 'Suppress what is found now: in the settings file, or by annotations where there is none; an error that is suppressed no longer stops inject' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -s l -l selector -d 'Workloads whose labels match, as in kubectl' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l target -d 'One workload, such as deploy/web' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -s n -l namespace -d 'Objects in this namespace or without one' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l only-enabled -d 'Workloads with the label or annotation wgsidecar.dev/inject: "enabled"' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l workload -d 'Another kind and where its pod template is, such as example.com/Widget=spec.template' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l secret -d 'Secret that holds wg0.conf; {name}, {namespace} and {kind} are the workload\'s own [default: wireguard]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l cluster -d 'Distribution whose service and pod ranges stay on the cluster\'s network: kubeadm, k3s, rke2, k0s, microk8s, minikube, kind, talos, openshift, eks, gke, aks, doks, lke, none [default: kubeadm]' -r -f -a "kubeadm\t''
k3s\t''
rke2\t''
k0s\t''
microk8s\t''
minikube\t''
kind\t''
talos\t''
openshift\t''
eks\t''
gke\t''
aks\t''
doks\t''
lke\t''
none\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l local -d 'Range that stays on the cluster\'s network beside the preset\'s, such as a LAN' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l inbound -d 'Server ports whose replies may leave by the cluster\'s network: all, none, tcp:PORT[-PORT], udp:PORT[-PORT] [default: all]' -r -f -a "all\t''
none\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l dns -d 'Resolvers of the pod: the cluster\'s, or up to three inside the tunnel [default: cluster]' -r -f -a "cluster\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l kill-switch -d 'Whether the pod is cut off while the tunnel is down; auto is on for a full tunnel [default: auto]' -r -f -a "auto\t''
on\t''
off\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l mtu -d 'MTU of the interface in bytes; auto fits the path to the endpoint [default: auto]' -r -f -a "auto\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l handshake-timeout -d 'How long to wait for the first handshake: 30, 30s, 1m; 0 does not wait [default: 30s]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l interface -d 'Name of the network interface in the pod [default: wg0]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l rule-priority -d 'Priority of the first of wgsidecar\'s ten routing rules [default: 100]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l image -d 'Image of the init container: busybox, iproute2 and wireguard-tools, or apk with --install-tools [default: docker.io/linuxserver/wireguard:1.0.20250521-r1-ls116]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l pull-policy -d 'imagePullPolicy of the init container; without it the cluster decides' -r -f -a "Always\t''
IfNotPresent\t''
Never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l install-tools -d 'Install the tools with apk at every start; the image is alpine:3.22 unless --image names one' -r -f -a "true\t''
false\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l requests -d 'Resources that the init container requests [default: cpu=10m,memory=32Mi]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l limits -d 'Resources that the init container may use [default: cpu=1,memory=64Mi]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l container-name -d 'Name of the init container and of its volume [default: wireguard]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l key-per-replica -d 'Give each ordinal of a StatefulSet or an indexed Job its own file of the Secret' -r -f -a "true\t''
false\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l mode -d 'Whether the container exits once the tunnel is up, or stays as a native sidecar that looks after it [default: init]' -r -f -a "init\t''
sidecar\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l unhealthy -d 'What a sidecar does about a tunnel that stays dead: log it, mark the pod unready, or restart [default: keep]' -r -f -a "keep\t''
unready\t''
restart\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l metrics -d 'Port where a sidecar serves the tunnel\'s metrics to Prometheus, over the cluster\'s network [default: off]' -r -f -a "off\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l script -d 'Whether the manifest holds the script, or a ConfigMap that `wgsidecar script` prints, checked before it runs [default: inline]' -r -f -a "inline\t''
configmap\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l keep -d 'Reuse the recorded settings for everything not given now, except image, install-tools and container-name' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l allow -d 'Ignore this rule, even where it would refuse' -r -f -a "address-shared\t''
amnezia-config\t''
app-can-undo\t''
app-reads-key\t''
autoscaled\t''
bad-config\t''
bad-endpoint\t''
bad-key\t''
bad-selector\t''
bad-setting\t''
bare-pod\t''
blocked-probe\t''
cidr-overlap\t''
cronjob-overlap\t''
daemonset-shares-key\t''
disruption-budget\t''
dns-leak\t''
dns-none-empty\t''
dns-taken\t''
dns-without-services\t''
double-base64\t''
duplicate-object\t''
edited-injection\t''
endpoint-name\t''
external-probe\t''
extra-networks\t''
floating-image\t''
host-port\t''
image-replaced\t''
injected-twice\t''
install-needs-names\t''
job-immutable\t''
key-in-the-open\t''
kill-switch-off\t''
knative-features\t''
limit-range\t''
missing-resources\t''
name-taken\t''
network-policy\t''
no-allowed-ips\t''
no-keepalive\t''
no-native-sidecars\t''
no-peer\t''
node-dns\t''
not-injected\t''
not-selected\t''
one-family\t''
other-vpn\t''
outside-service\t''
parallel-job\t''
patch-matches-nothing\t''
pod-security\t''
pod-security-unset\t''
policy-reach\t''
port-taken\t''
quota\t''
rendered-elsewhere\t''
replicas-share-key\t''
rollout-overlap\t''
run-as-non-root\t''
runs-before-tunnel\t''
same-route\t''
sandboxed-runtime\t''
script-config-map\t''
secret-absent\t''
secret-elsewhere\t''
secret-incomplete\t''
secret-mode\t''
secret-optional\t''
secret-replaced\t''
secret-shared\t''
service-mesh\t''
shared-processes\t''
split-tunnel\t''
stale-injection\t''
swapped-keys\t''
template-left-out\t''
too-few-keys\t''
unknown-workload\t''
unsafe-sysctl\t''
unused-servers\t''
unused-suppression\t''
user-namespace\t''
weaker-tunnel\t''
wg-quick-hook\t''
wide-prefix\t''
yaml-1-1\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l kube-version -d 'Release of the cluster, such as 1.29: report what an older one refuses' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l config -d 'Settings file to read instead of wgsidecar.yaml' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l fix -d 'Fix in the files what can be fixed safely'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l diff -d 'With --fix or --suppress, print what would change and change nothing'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -l no-config -d 'Read no settings file'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -s q -l quiet -d 'Hide the report of each workload, but no warning or error'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -s v -l verbose -d 'Show each finding in full, infos, and what was left out'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand lint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand secret" -l name -d 'Name of the Secret; {file} is the name of the file, and makes a Secret of each of several' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand secret" -s n -l namespace -d 'Namespace of the Secret' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand secret" -s o -l output -d 'Write to a file that only you can read, instead of standard output' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand secret" -l config -d 'Settings file to read instead of wgsidecar.yaml' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand secret" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand secret" -l force -d 'Let -o write over a file that exists, although it may be an encrypted Secret'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand secret" -l data -d 'Write data in base64 instead of stringData'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand secret" -l keep-prefix -d 'Keep addresses that stand for a whole network as they are'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand secret" -l per-replica -d 'Make one Secret of several files, a key for each replica: 0.conf, 1.conf and so on'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand secret" -l servers -d 'Make one Secret of several files, servers that a sidecar tries in turn: wg0.conf, wg1.conf and so on'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand secret" -l check -d 'Print no Secret, only what is wrong with the file'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand secret" -l no-config -d 'Read no settings file'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand secret" -s q -l quiet -d 'Hide the report of each workload, but no warning or error'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand secret" -s v -l verbose -d 'Show each finding in full, infos, and what was left out'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand secret" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -s f -l filename -d 'The same as FILE, as in kubectl' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l stdin-filename -d 'Name of standard input in reports' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l format -d 'Form of the list' -r -f -a "human\t''
json\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -s l -l selector -d 'Workloads whose labels match, as in kubectl' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l target -d 'One workload, such as deploy/web' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -s n -l namespace -d 'Objects in this namespace or without one' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l only-enabled -d 'Workloads with the label or annotation wgsidecar.dev/inject: "enabled"' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l workload -d 'Another kind and where its pod template is, such as example.com/Widget=spec.template' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l secret -d 'Secret that holds wg0.conf; {name}, {namespace} and {kind} are the workload\'s own [default: wireguard]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l cluster -d 'Distribution whose service and pod ranges stay on the cluster\'s network: kubeadm, k3s, rke2, k0s, microk8s, minikube, kind, talos, openshift, eks, gke, aks, doks, lke, none [default: kubeadm]' -r -f -a "kubeadm\t''
k3s\t''
rke2\t''
k0s\t''
microk8s\t''
minikube\t''
kind\t''
talos\t''
openshift\t''
eks\t''
gke\t''
aks\t''
doks\t''
lke\t''
none\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l local -d 'Range that stays on the cluster\'s network beside the preset\'s, such as a LAN' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l inbound -d 'Server ports whose replies may leave by the cluster\'s network: all, none, tcp:PORT[-PORT], udp:PORT[-PORT] [default: all]' -r -f -a "all\t''
none\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l dns -d 'Resolvers of the pod: the cluster\'s, or up to three inside the tunnel [default: cluster]' -r -f -a "cluster\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l kill-switch -d 'Whether the pod is cut off while the tunnel is down; auto is on for a full tunnel [default: auto]' -r -f -a "auto\t''
on\t''
off\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l mtu -d 'MTU of the interface in bytes; auto fits the path to the endpoint [default: auto]' -r -f -a "auto\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l handshake-timeout -d 'How long to wait for the first handshake: 30, 30s, 1m; 0 does not wait [default: 30s]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l interface -d 'Name of the network interface in the pod [default: wg0]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l rule-priority -d 'Priority of the first of wgsidecar\'s ten routing rules [default: 100]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l image -d 'Image of the init container: busybox, iproute2 and wireguard-tools, or apk with --install-tools [default: docker.io/linuxserver/wireguard:1.0.20250521-r1-ls116]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l pull-policy -d 'imagePullPolicy of the init container; without it the cluster decides' -r -f -a "Always\t''
IfNotPresent\t''
Never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l install-tools -d 'Install the tools with apk at every start; the image is alpine:3.22 unless --image names one' -r -f -a "true\t''
false\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l requests -d 'Resources that the init container requests [default: cpu=10m,memory=32Mi]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l limits -d 'Resources that the init container may use [default: cpu=1,memory=64Mi]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l container-name -d 'Name of the init container and of its volume [default: wireguard]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l key-per-replica -d 'Give each ordinal of a StatefulSet or an indexed Job its own file of the Secret' -r -f -a "true\t''
false\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l mode -d 'Whether the container exits once the tunnel is up, or stays as a native sidecar that looks after it [default: init]' -r -f -a "init\t''
sidecar\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l unhealthy -d 'What a sidecar does about a tunnel that stays dead: log it, mark the pod unready, or restart [default: keep]' -r -f -a "keep\t''
unready\t''
restart\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l metrics -d 'Port where a sidecar serves the tunnel\'s metrics to Prometheus, over the cluster\'s network [default: off]' -r -f -a "off\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l script -d 'Whether the manifest holds the script, or a ConfigMap that `wgsidecar script` prints, checked before it runs [default: inline]' -r -f -a "inline\t''
configmap\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l keep -d 'Reuse the recorded settings for everything not given now, except image, install-tools and container-name' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l config -d 'Settings file to read instead of wgsidecar.yaml' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -l no-config -d 'Read no settings file'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -s q -l quiet -d 'Hide the report of each workload, but no warning or error'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -s v -l verbose -d 'Show each finding in full, infos, and what was left out'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l secret -d 'Secret that holds wg0.conf; {name}, {namespace} and {kind} are the workload\'s own [default: wireguard]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l cluster -d 'Distribution whose service and pod ranges stay on the cluster\'s network: kubeadm, k3s, rke2, k0s, microk8s, minikube, kind, talos, openshift, eks, gke, aks, doks, lke, none [default: kubeadm]' -r -f -a "kubeadm\t''
k3s\t''
rke2\t''
k0s\t''
microk8s\t''
minikube\t''
kind\t''
talos\t''
openshift\t''
eks\t''
gke\t''
aks\t''
doks\t''
lke\t''
none\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l local -d 'Range that stays on the cluster\'s network beside the preset\'s, such as a LAN' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l inbound -d 'Server ports whose replies may leave by the cluster\'s network: all, none, tcp:PORT[-PORT], udp:PORT[-PORT] [default: all]' -r -f -a "all\t''
none\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l dns -d 'Resolvers of the pod: the cluster\'s, or up to three inside the tunnel [default: cluster]' -r -f -a "cluster\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l kill-switch -d 'Whether the pod is cut off while the tunnel is down; auto is on for a full tunnel [default: auto]' -r -f -a "auto\t''
on\t''
off\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l mtu -d 'MTU of the interface in bytes; auto fits the path to the endpoint [default: auto]' -r -f -a "auto\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l handshake-timeout -d 'How long to wait for the first handshake: 30, 30s, 1m; 0 does not wait [default: 30s]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l interface -d 'Name of the network interface in the pod [default: wg0]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l rule-priority -d 'Priority of the first of wgsidecar\'s ten routing rules [default: 100]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l image -d 'Image of the init container: busybox, iproute2 and wireguard-tools, or apk with --install-tools [default: docker.io/linuxserver/wireguard:1.0.20250521-r1-ls116]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l pull-policy -d 'imagePullPolicy of the init container; without it the cluster decides' -r -f -a "Always\t''
IfNotPresent\t''
Never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l install-tools -d 'Install the tools with apk at every start; the image is alpine:3.22 unless --image names one' -r -f -a "true\t''
false\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l requests -d 'Resources that the init container requests [default: cpu=10m,memory=32Mi]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l limits -d 'Resources that the init container may use [default: cpu=1,memory=64Mi]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l container-name -d 'Name of the init container and of its volume [default: wireguard]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l key-per-replica -d 'Give each ordinal of a StatefulSet or an indexed Job its own file of the Secret' -r -f -a "true\t''
false\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l mode -d 'Whether the container exits once the tunnel is up, or stays as a native sidecar that looks after it [default: init]' -r -f -a "init\t''
sidecar\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l unhealthy -d 'What a sidecar does about a tunnel that stays dead: log it, mark the pod unready, or restart [default: keep]' -r -f -a "keep\t''
unready\t''
restart\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l metrics -d 'Port where a sidecar serves the tunnel\'s metrics to Prometheus, over the cluster\'s network [default: off]' -r -f -a "off\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l script -d 'Whether the manifest holds the script, or a ConfigMap that `wgsidecar script` prints, checked before it runs [default: inline]' -r -f -a "inline\t''
configmap\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l config -d 'Settings file to read instead of wgsidecar.yaml' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -l no-config -d 'Read no settings file'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -s q -l quiet -d 'Hide the report of each workload, but no warning or error'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -s v -l verbose -d 'Show each finding in full, infos, and what was left out'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand explain" -l config -d 'Settings file to read instead of wgsidecar.yaml' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand explain" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand explain" -l no-config -d 'Read no settings file'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand explain" -s q -l quiet -d 'Hide the report of each workload, but no warning or error'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand explain" -s v -l verbose -d 'Show each finding in full, infos, and what was left out'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l for -d 'A Component of kustomize, or what belongs in an object of Flux or Argo CD' -r -f -a "component\t''
kustomization\t''
helmrelease\t''
application\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -s l -l selector -d 'Workloads whose labels match, as in kubectl' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l target -d 'One workload, such as deploy/web' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l only-enabled -d 'Workloads with the label or annotation wgsidecar.dev/inject: "enabled"' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l into -d 'Write the patches into the HelmRelease, the Kustomization or the Application in FILE' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l object -d 'Which object of FILE, where there are several: KIND/NAME or NAMESPACE/KIND/NAME, such as helmrelease/web' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l source -d 'Which of an Application\'s sources, where several could be meant; the first is 1' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l allow -d 'Drop the findings of this rule; daemonset-shares-key brings the tunnel to DaemonSets too' -r -f -a "address-shared\t''
amnezia-config\t''
app-can-undo\t''
app-reads-key\t''
autoscaled\t''
bad-config\t''
bad-endpoint\t''
bad-key\t''
bad-selector\t''
bad-setting\t''
bare-pod\t''
blocked-probe\t''
cidr-overlap\t''
cronjob-overlap\t''
daemonset-shares-key\t''
disruption-budget\t''
dns-leak\t''
dns-none-empty\t''
dns-taken\t''
dns-without-services\t''
double-base64\t''
duplicate-object\t''
edited-injection\t''
endpoint-name\t''
external-probe\t''
extra-networks\t''
floating-image\t''
host-port\t''
image-replaced\t''
injected-twice\t''
install-needs-names\t''
job-immutable\t''
key-in-the-open\t''
kill-switch-off\t''
knative-features\t''
limit-range\t''
missing-resources\t''
name-taken\t''
network-policy\t''
no-allowed-ips\t''
no-keepalive\t''
no-native-sidecars\t''
no-peer\t''
node-dns\t''
not-injected\t''
not-selected\t''
one-family\t''
other-vpn\t''
outside-service\t''
parallel-job\t''
patch-matches-nothing\t''
pod-security\t''
pod-security-unset\t''
policy-reach\t''
port-taken\t''
quota\t''
rendered-elsewhere\t''
replicas-share-key\t''
rollout-overlap\t''
run-as-non-root\t''
runs-before-tunnel\t''
same-route\t''
sandboxed-runtime\t''
script-config-map\t''
secret-absent\t''
secret-elsewhere\t''
secret-incomplete\t''
secret-mode\t''
secret-optional\t''
secret-replaced\t''
secret-shared\t''
service-mesh\t''
shared-processes\t''
split-tunnel\t''
stale-injection\t''
swapped-keys\t''
template-left-out\t''
too-few-keys\t''
unknown-workload\t''
unsafe-sysctl\t''
unused-servers\t''
unused-suppression\t''
user-namespace\t''
weaker-tunnel\t''
wg-quick-hook\t''
wide-prefix\t''
yaml-1-1\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l secret -d 'Secret that holds wg0.conf; {name}, {namespace} and {kind} are the workload\'s own [default: wireguard]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l cluster -d 'Distribution whose service and pod ranges stay on the cluster\'s network: kubeadm, k3s, rke2, k0s, microk8s, minikube, kind, talos, openshift, eks, gke, aks, doks, lke, none [default: kubeadm]' -r -f -a "kubeadm\t''
k3s\t''
rke2\t''
k0s\t''
microk8s\t''
minikube\t''
kind\t''
talos\t''
openshift\t''
eks\t''
gke\t''
aks\t''
doks\t''
lke\t''
none\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l local -d 'Range that stays on the cluster\'s network beside the preset\'s, such as a LAN' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l inbound -d 'Server ports whose replies may leave by the cluster\'s network: all, none, tcp:PORT[-PORT], udp:PORT[-PORT] [default: all]' -r -f -a "all\t''
none\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l dns -d 'Resolvers of the pod: the cluster\'s, or up to three inside the tunnel [default: cluster]' -r -f -a "cluster\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l kill-switch -d 'Whether the pod is cut off while the tunnel is down; auto is on for a full tunnel [default: auto]' -r -f -a "auto\t''
on\t''
off\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l mtu -d 'MTU of the interface in bytes; auto fits the path to the endpoint [default: auto]' -r -f -a "auto\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l handshake-timeout -d 'How long to wait for the first handshake: 30, 30s, 1m; 0 does not wait [default: 30s]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l interface -d 'Name of the network interface in the pod [default: wg0]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l rule-priority -d 'Priority of the first of wgsidecar\'s ten routing rules [default: 100]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l image -d 'Image of the init container: busybox, iproute2 and wireguard-tools, or apk with --install-tools [default: docker.io/linuxserver/wireguard:1.0.20250521-r1-ls116]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l pull-policy -d 'imagePullPolicy of the init container; without it the cluster decides' -r -f -a "Always\t''
IfNotPresent\t''
Never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l install-tools -d 'Install the tools with apk at every start; the image is alpine:3.22 unless --image names one' -r -f -a "true\t''
false\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l requests -d 'Resources that the init container requests [default: cpu=10m,memory=32Mi]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l limits -d 'Resources that the init container may use [default: cpu=1,memory=64Mi]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l container-name -d 'Name of the init container and of its volume [default: wireguard]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l key-per-replica -d 'Give each ordinal of a StatefulSet or an indexed Job its own file of the Secret' -r -f -a "true\t''
false\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l mode -d 'Whether the container exits once the tunnel is up, or stays as a native sidecar that looks after it [default: init]' -r -f -a "init\t''
sidecar\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l unhealthy -d 'What a sidecar does about a tunnel that stays dead: log it, mark the pod unready, or restart [default: keep]' -r -f -a "keep\t''
unready\t''
restart\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l metrics -d 'Port where a sidecar serves the tunnel\'s metrics to Prometheus, over the cluster\'s network [default: off]' -r -f -a "off\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l script -d 'Whether the manifest holds the script, or a ConfigMap that `wgsidecar script` prints, checked before it runs [default: inline]' -r -f -a "inline\t''
configmap\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l config -d 'Settings file to read instead of wgsidecar.yaml' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l remove -d 'Take the patches out again, to the byte: those for --target, or all'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l check -d 'Change nothing; exit with 1 if something would change'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l diff -d 'Print what would change as a unified diff; exit with 1 if there is any'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -l no-config -d 'Read no settings file'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -s q -l quiet -d 'Hide the report of each workload, but no warning or error'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -s v -l verbose -d 'Show each finding in full, infos, and what was left out'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand patch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -s n -l namespace -d 'Namespace of the ConfigMap: that of the workloads' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l secret -d 'Secret that holds wg0.conf; {name}, {namespace} and {kind} are the workload\'s own [default: wireguard]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l cluster -d 'Distribution whose service and pod ranges stay on the cluster\'s network: kubeadm, k3s, rke2, k0s, microk8s, minikube, kind, talos, openshift, eks, gke, aks, doks, lke, none [default: kubeadm]' -r -f -a "kubeadm\t''
k3s\t''
rke2\t''
k0s\t''
microk8s\t''
minikube\t''
kind\t''
talos\t''
openshift\t''
eks\t''
gke\t''
aks\t''
doks\t''
lke\t''
none\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l local -d 'Range that stays on the cluster\'s network beside the preset\'s, such as a LAN' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l inbound -d 'Server ports whose replies may leave by the cluster\'s network: all, none, tcp:PORT[-PORT], udp:PORT[-PORT] [default: all]' -r -f -a "all\t''
none\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l dns -d 'Resolvers of the pod: the cluster\'s, or up to three inside the tunnel [default: cluster]' -r -f -a "cluster\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l kill-switch -d 'Whether the pod is cut off while the tunnel is down; auto is on for a full tunnel [default: auto]' -r -f -a "auto\t''
on\t''
off\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l mtu -d 'MTU of the interface in bytes; auto fits the path to the endpoint [default: auto]' -r -f -a "auto\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l handshake-timeout -d 'How long to wait for the first handshake: 30, 30s, 1m; 0 does not wait [default: 30s]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l interface -d 'Name of the network interface in the pod [default: wg0]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l rule-priority -d 'Priority of the first of wgsidecar\'s ten routing rules [default: 100]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l image -d 'Image of the init container: busybox, iproute2 and wireguard-tools, or apk with --install-tools [default: docker.io/linuxserver/wireguard:1.0.20250521-r1-ls116]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l pull-policy -d 'imagePullPolicy of the init container; without it the cluster decides' -r -f -a "Always\t''
IfNotPresent\t''
Never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l install-tools -d 'Install the tools with apk at every start; the image is alpine:3.22 unless --image names one' -r -f -a "true\t''
false\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l requests -d 'Resources that the init container requests [default: cpu=10m,memory=32Mi]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l limits -d 'Resources that the init container may use [default: cpu=1,memory=64Mi]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l container-name -d 'Name of the init container and of its volume [default: wireguard]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l key-per-replica -d 'Give each ordinal of a StatefulSet or an indexed Job its own file of the Secret' -r -f -a "true\t''
false\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l mode -d 'Whether the container exits once the tunnel is up, or stays as a native sidecar that looks after it [default: init]' -r -f -a "init\t''
sidecar\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l unhealthy -d 'What a sidecar does about a tunnel that stays dead: log it, mark the pod unready, or restart [default: keep]' -r -f -a "keep\t''
unready\t''
restart\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l metrics -d 'Port where a sidecar serves the tunnel\'s metrics to Prometheus, over the cluster\'s network [default: off]' -r -f -a "off\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l script -d 'Whether the manifest holds the script, or a ConfigMap that `wgsidecar script` prints, checked before it runs [default: inline]' -r -f -a "inline\t''
configmap\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l config -d 'Settings file to read instead of wgsidecar.yaml' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -l no-config -d 'Read no settings file'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -s q -l quiet -d 'Hide the report of each workload, but no warning or error'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -s v -l verbose -d 'Show each finding in full, infos, and what was left out'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand script" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -s l -l selector -d 'Pods whose labels match, as in kubectl' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l namespace-selector -d 'Namespaces whose labels match [default: wgsidecar.dev/policy=enabled]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l allow -d 'Leave out the warnings of this rule; secret-shared lets pods share a Secret' -r -f -a "address-shared\t''
amnezia-config\t''
app-can-undo\t''
app-reads-key\t''
autoscaled\t''
bad-config\t''
bad-endpoint\t''
bad-key\t''
bad-selector\t''
bad-setting\t''
bare-pod\t''
blocked-probe\t''
cidr-overlap\t''
cronjob-overlap\t''
daemonset-shares-key\t''
disruption-budget\t''
dns-leak\t''
dns-none-empty\t''
dns-taken\t''
dns-without-services\t''
double-base64\t''
duplicate-object\t''
edited-injection\t''
endpoint-name\t''
external-probe\t''
extra-networks\t''
floating-image\t''
host-port\t''
image-replaced\t''
injected-twice\t''
install-needs-names\t''
job-immutable\t''
key-in-the-open\t''
kill-switch-off\t''
knative-features\t''
limit-range\t''
missing-resources\t''
name-taken\t''
network-policy\t''
no-allowed-ips\t''
no-keepalive\t''
no-native-sidecars\t''
no-peer\t''
node-dns\t''
not-injected\t''
not-selected\t''
one-family\t''
other-vpn\t''
outside-service\t''
parallel-job\t''
patch-matches-nothing\t''
pod-security\t''
pod-security-unset\t''
policy-reach\t''
port-taken\t''
quota\t''
rendered-elsewhere\t''
replicas-share-key\t''
rollout-overlap\t''
run-as-non-root\t''
runs-before-tunnel\t''
same-route\t''
sandboxed-runtime\t''
script-config-map\t''
secret-absent\t''
secret-elsewhere\t''
secret-incomplete\t''
secret-mode\t''
secret-optional\t''
secret-replaced\t''
secret-shared\t''
service-mesh\t''
shared-processes\t''
split-tunnel\t''
stale-injection\t''
swapped-keys\t''
template-left-out\t''
too-few-keys\t''
unknown-workload\t''
unsafe-sysctl\t''
unused-servers\t''
unused-suppression\t''
user-namespace\t''
weaker-tunnel\t''
wg-quick-hook\t''
wide-prefix\t''
yaml-1-1\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l secret -d 'Secret that holds wg0.conf; {name}, {namespace} and {kind} are the workload\'s own [default: wireguard]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l cluster -d 'Distribution whose service and pod ranges stay on the cluster\'s network: kubeadm, k3s, rke2, k0s, microk8s, minikube, kind, talos, openshift, eks, gke, aks, doks, lke, none [default: kubeadm]' -r -f -a "kubeadm\t''
k3s\t''
rke2\t''
k0s\t''
microk8s\t''
minikube\t''
kind\t''
talos\t''
openshift\t''
eks\t''
gke\t''
aks\t''
doks\t''
lke\t''
none\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l local -d 'Range that stays on the cluster\'s network beside the preset\'s, such as a LAN' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l inbound -d 'Server ports whose replies may leave by the cluster\'s network: all, none, tcp:PORT[-PORT], udp:PORT[-PORT] [default: all]' -r -f -a "all\t''
none\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l dns -d 'Resolvers of the pod: the cluster\'s, or up to three inside the tunnel [default: cluster]' -r -f -a "cluster\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l kill-switch -d 'Whether the pod is cut off while the tunnel is down; auto is on for a full tunnel [default: auto]' -r -f -a "auto\t''
on\t''
off\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l mtu -d 'MTU of the interface in bytes; auto fits the path to the endpoint [default: auto]' -r -f -a "auto\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l handshake-timeout -d 'How long to wait for the first handshake: 30, 30s, 1m; 0 does not wait [default: 30s]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l interface -d 'Name of the network interface in the pod [default: wg0]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l rule-priority -d 'Priority of the first of wgsidecar\'s ten routing rules [default: 100]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l image -d 'Image of the init container: busybox, iproute2 and wireguard-tools, or apk with --install-tools [default: docker.io/linuxserver/wireguard:1.0.20250521-r1-ls116]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l pull-policy -d 'imagePullPolicy of the init container; without it the cluster decides' -r -f -a "Always\t''
IfNotPresent\t''
Never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l install-tools -d 'Install the tools with apk at every start; the image is alpine:3.22 unless --image names one' -r -f -a "true\t''
false\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l requests -d 'Resources that the init container requests [default: cpu=10m,memory=32Mi]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l limits -d 'Resources that the init container may use [default: cpu=1,memory=64Mi]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l container-name -d 'Name of the init container and of its volume [default: wireguard]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l key-per-replica -d 'Give each ordinal of a StatefulSet or an indexed Job its own file of the Secret' -r -f -a "true\t''
false\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l mode -d 'Whether the container exits once the tunnel is up, or stays as a native sidecar that looks after it [default: init]' -r -f -a "init\t''
sidecar\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l unhealthy -d 'What a sidecar does about a tunnel that stays dead: log it, mark the pod unready, or restart [default: keep]' -r -f -a "keep\t''
unready\t''
restart\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l metrics -d 'Port where a sidecar serves the tunnel\'s metrics to Prometheus, over the cluster\'s network [default: off]' -r -f -a "off\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l script -d 'Whether the manifest holds the script, or a ConfigMap that `wgsidecar script` prints, checked before it runs [default: inline]' -r -f -a "inline\t''
configmap\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l config -d 'Settings file to read instead of wgsidecar.yaml' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l all-pods -d 'All pods of the chosen namespaces, but for those with the label wgsidecar.dev/inject=disabled'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l strict -d 'Refuse any other tunnel than this one'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -l no-config -d 'Read no settings file'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -s q -l quiet -d 'Hide the report of each workload, but no warning or error'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -s v -l verbose -d 'Show each finding in full, infos, and what was left out'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand policy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l fail-on -d 'Exit with 1 from this level on' -r -f -a "error\t''
warning\t''
info\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -s l -l selector -d 'Workloads whose labels match, as in kubectl' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l target -d 'One workload, such as deploy/web' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -s n -l namespace -d 'Objects in this namespace or without one' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l only-enabled -d 'Workloads with the label or annotation wgsidecar.dev/inject: "enabled"' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l workload -d 'Another kind and where its pod template is, such as example.com/Widget=spec.template' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l secret -d 'Secret that holds wg0.conf; {name}, {namespace} and {kind} are the workload\'s own [default: wireguard]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l cluster -d 'Distribution whose service and pod ranges stay on the cluster\'s network: kubeadm, k3s, rke2, k0s, microk8s, minikube, kind, talos, openshift, eks, gke, aks, doks, lke, none [default: kubeadm]' -r -f -a "kubeadm\t''
k3s\t''
rke2\t''
k0s\t''
microk8s\t''
minikube\t''
kind\t''
talos\t''
openshift\t''
eks\t''
gke\t''
aks\t''
doks\t''
lke\t''
none\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l local -d 'Range that stays on the cluster\'s network beside the preset\'s, such as a LAN' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l inbound -d 'Server ports whose replies may leave by the cluster\'s network: all, none, tcp:PORT[-PORT], udp:PORT[-PORT] [default: all]' -r -f -a "all\t''
none\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l dns -d 'Resolvers of the pod: the cluster\'s, or up to three inside the tunnel [default: cluster]' -r -f -a "cluster\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l kill-switch -d 'Whether the pod is cut off while the tunnel is down; auto is on for a full tunnel [default: auto]' -r -f -a "auto\t''
on\t''
off\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l mtu -d 'MTU of the interface in bytes; auto fits the path to the endpoint [default: auto]' -r -f -a "auto\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l handshake-timeout -d 'How long to wait for the first handshake: 30, 30s, 1m; 0 does not wait [default: 30s]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l interface -d 'Name of the network interface in the pod [default: wg0]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l rule-priority -d 'Priority of the first of wgsidecar\'s ten routing rules [default: 100]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l image -d 'Image of the init container: busybox, iproute2 and wireguard-tools, or apk with --install-tools [default: docker.io/linuxserver/wireguard:1.0.20250521-r1-ls116]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l pull-policy -d 'imagePullPolicy of the init container; without it the cluster decides' -r -f -a "Always\t''
IfNotPresent\t''
Never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l install-tools -d 'Install the tools with apk at every start; the image is alpine:3.22 unless --image names one' -r -f -a "true\t''
false\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l requests -d 'Resources that the init container requests [default: cpu=10m,memory=32Mi]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l limits -d 'Resources that the init container may use [default: cpu=1,memory=64Mi]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l container-name -d 'Name of the init container and of its volume [default: wireguard]' -r
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l key-per-replica -d 'Give each ordinal of a StatefulSet or an indexed Job its own file of the Secret' -r -f -a "true\t''
false\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l mode -d 'Whether the container exits once the tunnel is up, or stays as a native sidecar that looks after it [default: init]' -r -f -a "init\t''
sidecar\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l unhealthy -d 'What a sidecar does about a tunnel that stays dead: log it, mark the pod unready, or restart [default: keep]' -r -f -a "keep\t''
unready\t''
restart\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l metrics -d 'Port where a sidecar serves the tunnel\'s metrics to Prometheus, over the cluster\'s network [default: off]' -r -f -a "off\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l script -d 'Whether the manifest holds the script, or a ConfigMap that `wgsidecar script` prints, checked before it runs [default: inline]' -r -f -a "inline\t''
configmap\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l allow -d 'Ignore this rule, even where it would refuse' -r -f -a "address-shared\t''
amnezia-config\t''
app-can-undo\t''
app-reads-key\t''
autoscaled\t''
bad-config\t''
bad-endpoint\t''
bad-key\t''
bad-selector\t''
bad-setting\t''
bare-pod\t''
blocked-probe\t''
cidr-overlap\t''
cronjob-overlap\t''
daemonset-shares-key\t''
disruption-budget\t''
dns-leak\t''
dns-none-empty\t''
dns-taken\t''
dns-without-services\t''
double-base64\t''
duplicate-object\t''
edited-injection\t''
endpoint-name\t''
external-probe\t''
extra-networks\t''
floating-image\t''
host-port\t''
image-replaced\t''
injected-twice\t''
install-needs-names\t''
job-immutable\t''
key-in-the-open\t''
kill-switch-off\t''
knative-features\t''
limit-range\t''
missing-resources\t''
name-taken\t''
network-policy\t''
no-allowed-ips\t''
no-keepalive\t''
no-native-sidecars\t''
no-peer\t''
node-dns\t''
not-injected\t''
not-selected\t''
one-family\t''
other-vpn\t''
outside-service\t''
parallel-job\t''
patch-matches-nothing\t''
pod-security\t''
pod-security-unset\t''
policy-reach\t''
port-taken\t''
quota\t''
rendered-elsewhere\t''
replicas-share-key\t''
rollout-overlap\t''
run-as-non-root\t''
runs-before-tunnel\t''
same-route\t''
sandboxed-runtime\t''
script-config-map\t''
secret-absent\t''
secret-elsewhere\t''
secret-incomplete\t''
secret-mode\t''
secret-optional\t''
secret-replaced\t''
secret-shared\t''
service-mesh\t''
shared-processes\t''
split-tunnel\t''
stale-injection\t''
swapped-keys\t''
template-left-out\t''
too-few-keys\t''
unknown-workload\t''
unsafe-sysctl\t''
unused-servers\t''
unused-suppression\t''
user-namespace\t''
weaker-tunnel\t''
wg-quick-hook\t''
wide-prefix\t''
yaml-1-1\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l config -d 'Settings file to read instead of wgsidecar.yaml' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l lint -d 'Check the items and change none'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -l no-config -d 'Read no settings file'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -s q -l quiet -d 'Hide the report of each workload, but no warning or error'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -s v -l verbose -d 'Show each finding in full, infos, and what was left out'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand krm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand completions" -l config -d 'Settings file to read instead of wgsidecar.yaml' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand completions" -l no-config -d 'Read no settings file'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand completions" -s q -l quiet -d 'Hide the report of each workload, but no warning or error'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand completions" -s v -l verbose -d 'Show each finding in full, infos, and what was left out'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand man" -l config -d 'Settings file to read instead of wgsidecar.yaml' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand man" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand man" -l no-config -d 'Read no settings file'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand man" -s q -l quiet -d 'Hide the report of each workload, but no warning or error'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand man" -s v -l verbose -d 'Show each finding in full, infos, and what was left out'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand help" -l config -d 'Settings file to read instead of wgsidecar.yaml' -r -F
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand help" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand help" -l no-config -d 'Read no settings file'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand help" -s q -l quiet -d 'Hide the report of each workload, but no warning or error'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand help" -s v -l verbose -d 'Show each finding in full, infos, and what was left out'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c wgsidecar -n "__fish_wgsidecar_using_subcommand explain" -f -a "address-shared after-document-end amnezia-config app-can-undo app-reads-key autoscaled bad-config bad-endpoint bad-key bad-selector bad-separator bad-setting bare-pod blocked-probe cidr-overlap cronjob-overlap daemonset-shares-key directive disruption-budget dns-leak dns-none-empty dns-taken dns-without-services double-base64 duplicate-key duplicate-object edited-injection endpoint-name explicit-key external-probe extra-networks floating-image helm-template host-network host-port image-replaced injected-twice install-needs-names job-immutable key-in-the-open kill-switch-off knative-features limit-range merge-key missing-resources name-taken network-policy newer-injection no-allowed-ips no-containers no-keepalive no-native-sidecars no-peer node-dns not-injected not-selected not-utf8 one-family other-vpn outside-service parallel-job partial-injection patch-matches-nothing pod-security pod-security-unset policy-reach port-taken quota rendered-elsewhere replicas-share-key rollout-overlap run-as-non-root runs-before-tunnel same-route sandboxed-runtime script-config-map secret-absent secret-elsewhere secret-incomplete secret-mode secret-optional secret-replaced secret-shared service-mesh shared-anchor shared-processes signed-file split-tunnel stale-injection swapped-keys syntax template-left-out too-few-keys unknown-workload unsafe-sysctl unused-servers unused-suppression user-namespace weaker-tunnel wg-quick-hook wide-prefix windows-pod yaml-1-1"
