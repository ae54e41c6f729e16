_wgsidecar() {
    local i cur prev opts cmd
    COMPREPLY=()
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        cur="$2"
    else
        cur="${COMP_WORDS[COMP_CWORD]}"
    fi
    prev="$3"
    cmd=""
    opts=""

    for i in "${COMP_WORDS[@]:0:COMP_CWORD}"
    do
        case "${cmd},${i}" in
            ",$1")
                cmd="wgsidecar"
                ;;
            wgsidecar,completions)
                cmd="wgsidecar__subcmd__completions"
                ;;
            wgsidecar,explain)
                cmd="wgsidecar__subcmd__explain"
                ;;
            wgsidecar,help)
                cmd="wgsidecar__subcmd__help"
                ;;
            wgsidecar,init)
                cmd="wgsidecar__subcmd__init"
                ;;
            wgsidecar,inject)
                cmd="wgsidecar__subcmd__inject"
                ;;
            wgsidecar,krm)
                cmd="wgsidecar__subcmd__krm"
                ;;
            wgsidecar,lint)
                cmd="wgsidecar__subcmd__lint"
                ;;
            wgsidecar,list)
                cmd="wgsidecar__subcmd__list"
                ;;
            wgsidecar,man)
                cmd="wgsidecar__subcmd__man"
                ;;
            wgsidecar,patch)
                cmd="wgsidecar__subcmd__patch"
                ;;
            wgsidecar,policy)
                cmd="wgsidecar__subcmd__policy"
                ;;
            wgsidecar,script)
                cmd="wgsidecar__subcmd__script"
                ;;
            wgsidecar,secret)
                cmd="wgsidecar__subcmd__secret"
                ;;
            wgsidecar,uninject)
                cmd="wgsidecar__subcmd__uninject"
                ;;
            *)
                ;;
        esac
    done

    case "${cmd}" in
        wgsidecar)
            opts="-q -v -h -V --config --no-config --color --quiet --verbose --help --version inject uninject lint secret list init explain patch script policy krm completions man help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 1 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --config)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        wgsidecar__subcmd__completions)
            opts="-q -v -h --config --no-config --color --quiet --verbose --help bash elvish fish powershell zsh"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --config)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        wgsidecar__subcmd__explain)
            opts="-q -v -h --config --no-config --color --quiet --verbose --help address-shared after-document-end amnezia-config app-can-undo app-reads-key autoscaled bad-config bad-endpoint bad-key bad-selector bad-separator bad-setting bare-pod blocked-probe cidr-overlap cronjob-overlap daemonset-shares-key directive disruption-budget dns-leak dns-none-empty dns-taken dns-without-services double-base64 duplicate-key duplicate-object edited-injection endpoint-name explicit-key external-probe extra-networks floating-image helm-template host-network host-port image-replaced injected-twice install-needs-names job-immutable key-in-the-open kill-switch-off knative-features limit-range merge-key missing-resources name-taken network-policy newer-injection no-allowed-ips no-containers no-keepalive no-native-sidecars no-peer node-dns not-injected not-selected not-utf8 one-family other-vpn outside-service parallel-job partial-injection patch-matches-nothing pod-security pod-security-unset policy-reach port-taken quota rendered-elsewhere replicas-share-key rollout-overlap run-as-non-root runs-before-tunnel same-route sandboxed-runtime script-config-map secret-absent secret-elsewhere secret-incomplete secret-mode secret-optional secret-replaced secret-shared service-mesh shared-anchor shared-processes signed-file split-tunnel stale-injection swapped-keys syntax template-left-out too-few-keys unknown-workload unsafe-sysctl unused-servers unused-suppression user-namespace weaker-tunnel wg-quick-hook wide-prefix windows-pod yaml-1-1"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --config)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        wgsidecar__subcmd__help)
            opts="-q -v -h --config --no-config --color --quiet --verbose --help inject uninject lint secret list init explain patch script policy krm completions man help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --config)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        wgsidecar__subcmd__init)
            opts="-q -v -h --secret --cluster --local --inbound --dns --kill-switch --mtu --handshake-timeout --interface --rule-priority --image --pull-policy --install-tools --requests --limits --container-name --key-per-replica --mode --unhealthy --metrics --script --config --no-config --color --quiet --verbose --help"
            if [[ ${cur} == -* ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cluster)
                    COMPREPLY=($(compgen -W "kubeadm k3s rke2 k0s microk8s minikube kind talos openshift eks gke aks doks lke none" -- "${cur}"))
                    return 0
                    ;;
                --local)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --inbound)
                    COMPREPLY=($(compgen -W "all none" -- "${cur}"))
                    return 0
                    ;;
                --dns)
                    COMPREPLY=($(compgen -W "cluster" -- "${cur}"))
                    return 0
                    ;;
                --kill-switch)
                    COMPREPLY=($(compgen -W "auto on off" -- "${cur}"))
                    return 0
                    ;;
                --mtu)
                    COMPREPLY=($(compgen -W "auto" -- "${cur}"))
                    return 0
                    ;;
                --handshake-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --interface)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rule-priority)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --image)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pull-policy)
                    COMPREPLY=($(compgen -W "Always IfNotPresent Never" -- "${cur}"))
                    return 0
                    ;;
                --install-tools)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --requests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limits)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --container-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key-per-replica)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --mode)
                    COMPREPLY=($(compgen -W "init sidecar" -- "${cur}"))
                    return 0
                    ;;
                --unhealthy)
                    COMPREPLY=($(compgen -W "keep unready restart" -- "${cur}"))
                    return 0
                    ;;
                --metrics)
                    COMPREPLY=($(compgen -W "off" -- "${cur}"))
                    return 0
                    ;;
                --script)
                    COMPREPLY=($(compgen -W "inline configmap" -- "${cur}"))
                    return 0
                    ;;
                --config)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=()
            return 0
            ;;
        wgsidecar__subcmd__inject)
            opts="-f -i -l -n -q -v -h --filename --stdin-filename --in-place --check --diff --selector --target --namespace --only-enabled --workload --secret --cluster --local --inbound --dns --kill-switch --mtu --handshake-timeout --interface --rule-priority --image --pull-policy --install-tools --requests --limits --container-name --key-per-replica --mode --unhealthy --metrics --script --keep --allow --kube-version --config --no-config --color --quiet --verbose --help"
            if [[ ${cur} == -* ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --filename)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -f)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --stdin-filename)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --selector)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -l)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --target)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --only-enabled)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --workload)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cluster)
                    COMPREPLY=($(compgen -W "kubeadm k3s rke2 k0s microk8s minikube kind talos openshift eks gke aks doks lke none" -- "${cur}"))
                    return 0
                    ;;
                --local)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --inbound)
                    COMPREPLY=($(compgen -W "all none" -- "${cur}"))
                    return 0
                    ;;
                --dns)
                    COMPREPLY=($(compgen -W "cluster" -- "${cur}"))
                    return 0
                    ;;
                --kill-switch)
                    COMPREPLY=($(compgen -W "auto on off" -- "${cur}"))
                    return 0
                    ;;
                --mtu)
                    COMPREPLY=($(compgen -W "auto" -- "${cur}"))
                    return 0
                    ;;
                --handshake-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --interface)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rule-priority)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --image)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pull-policy)
                    COMPREPLY=($(compgen -W "Always IfNotPresent Never" -- "${cur}"))
                    return 0
                    ;;
                --install-tools)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --requests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limits)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --container-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key-per-replica)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --mode)
                    COMPREPLY=($(compgen -W "init sidecar" -- "${cur}"))
                    return 0
                    ;;
                --unhealthy)
                    COMPREPLY=($(compgen -W "keep unready restart" -- "${cur}"))
                    return 0
                    ;;
                --metrics)
                    COMPREPLY=($(compgen -W "off" -- "${cur}"))
                    return 0
                    ;;
                --script)
                    COMPREPLY=($(compgen -W "inline configmap" -- "${cur}"))
                    return 0
                    ;;
                --keep)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "address-shared amnezia-config app-can-undo app-reads-key autoscaled bad-config bad-endpoint bad-key bad-selector bad-setting bare-pod blocked-probe cidr-overlap cronjob-overlap daemonset-shares-key disruption-budget dns-leak dns-none-empty dns-taken dns-without-services double-base64 duplicate-object edited-injection endpoint-name external-probe extra-networks floating-image host-port image-replaced injected-twice install-needs-names job-immutable key-in-the-open kill-switch-off knative-features limit-range missing-resources name-taken network-policy no-allowed-ips no-keepalive no-native-sidecars no-peer node-dns not-injected not-selected one-family other-vpn outside-service parallel-job patch-matches-nothing pod-security pod-security-unset policy-reach port-taken quota rendered-elsewhere replicas-share-key rollout-overlap run-as-non-root runs-before-tunnel same-route sandboxed-runtime script-config-map secret-absent secret-elsewhere secret-incomplete secret-mode secret-optional secret-replaced secret-shared service-mesh shared-processes split-tunnel stale-injection swapped-keys template-left-out too-few-keys unknown-workload unsafe-sysctl unused-servers unused-suppression user-namespace weaker-tunnel wg-quick-hook wide-prefix yaml-1-1" -- "${cur}"))
                    return 0
                    ;;
                --kube-version)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --config)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=()
            return 0
            ;;
        wgsidecar__subcmd__krm)
            opts="-l -n -q -v -h --lint --fail-on --selector --target --namespace --only-enabled --workload --secret --cluster --local --inbound --dns --kill-switch --mtu --handshake-timeout --interface --rule-priority --image --pull-policy --install-tools --requests --limits --container-name --key-per-replica --mode --unhealthy --metrics --script --allow --config --no-config --color --quiet --verbose --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --fail-on)
                    COMPREPLY=($(compgen -W "error warning info never" -- "${cur}"))
                    return 0
                    ;;
                --selector)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -l)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --target)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --only-enabled)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --workload)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cluster)
                    COMPREPLY=($(compgen -W "kubeadm k3s rke2 k0s microk8s minikube kind talos openshift eks gke aks doks lke none" -- "${cur}"))
                    return 0
                    ;;
                --local)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --inbound)
                    COMPREPLY=($(compgen -W "all none" -- "${cur}"))
                    return 0
                    ;;
                --dns)
                    COMPREPLY=($(compgen -W "cluster" -- "${cur}"))
                    return 0
                    ;;
                --kill-switch)
                    COMPREPLY=($(compgen -W "auto on off" -- "${cur}"))
                    return 0
                    ;;
                --mtu)
                    COMPREPLY=($(compgen -W "auto" -- "${cur}"))
                    return 0
                    ;;
                --handshake-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --interface)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rule-priority)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --image)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pull-policy)
                    COMPREPLY=($(compgen -W "Always IfNotPresent Never" -- "${cur}"))
                    return 0
                    ;;
                --install-tools)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --requests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limits)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --container-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key-per-replica)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --mode)
                    COMPREPLY=($(compgen -W "init sidecar" -- "${cur}"))
                    return 0
                    ;;
                --unhealthy)
                    COMPREPLY=($(compgen -W "keep unready restart" -- "${cur}"))
                    return 0
                    ;;
                --metrics)
                    COMPREPLY=($(compgen -W "off" -- "${cur}"))
                    return 0
                    ;;
                --script)
                    COMPREPLY=($(compgen -W "inline configmap" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "address-shared amnezia-config app-can-undo app-reads-key autoscaled bad-config bad-endpoint bad-key bad-selector bad-setting bare-pod blocked-probe cidr-overlap cronjob-overlap daemonset-shares-key disruption-budget dns-leak dns-none-empty dns-taken dns-without-services double-base64 duplicate-object edited-injection endpoint-name external-probe extra-networks floating-image host-port image-replaced injected-twice install-needs-names job-immutable key-in-the-open kill-switch-off knative-features limit-range missing-resources name-taken network-policy no-allowed-ips no-keepalive no-native-sidecars no-peer node-dns not-injected not-selected one-family other-vpn outside-service parallel-job patch-matches-nothing pod-security pod-security-unset policy-reach port-taken quota rendered-elsewhere replicas-share-key rollout-overlap run-as-non-root runs-before-tunnel same-route sandboxed-runtime script-config-map secret-absent secret-elsewhere secret-incomplete secret-mode secret-optional secret-replaced secret-shared service-mesh shared-processes split-tunnel stale-injection swapped-keys template-left-out too-few-keys unknown-workload unsafe-sysctl unused-servers unused-suppression user-namespace weaker-tunnel wg-quick-hook wide-prefix yaml-1-1" -- "${cur}"))
                    return 0
                    ;;
                --config)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        wgsidecar__subcmd__lint)
            opts="-f -l -n -q -v -h --filename --stdin-filename --format --fail-on --select --ignore --fix --suppress --diff --selector --target --namespace --only-enabled --workload --secret --cluster --local --inbound --dns --kill-switch --mtu --handshake-timeout --interface --rule-priority --image --pull-policy --install-tools --requests --limits --container-name --key-per-replica --mode --unhealthy --metrics --script --keep --allow --kube-version --config --no-config --color --quiet --verbose --help"
            if [[ ${cur} == -* ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --filename)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -f)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --stdin-filename)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human concise json sarif github gitlab junit" -- "${cur}"))
                    return 0
                    ;;
                --fail-on)
                    COMPREPLY=($(compgen -W "error warning info never" -- "${cur}"))
                    return 0
                    ;;
                --select)
                    COMPREPLY=($(compgen -W "address-shared after-document-end amnezia-config app-can-undo app-reads-key autoscaled bad-config bad-endpoint bad-key bad-selector bad-separator bad-setting bare-pod blocked-probe cidr-overlap cronjob-overlap daemonset-shares-key directive disruption-budget dns-leak dns-none-empty dns-taken dns-without-services double-base64 duplicate-key duplicate-object edited-injection endpoint-name explicit-key external-probe extra-networks floating-image helm-template host-network host-port image-replaced injected-twice install-needs-names job-immutable key-in-the-open kill-switch-off knative-features limit-range merge-key missing-resources name-taken network-policy newer-injection no-allowed-ips no-containers no-keepalive no-native-sidecars no-peer node-dns not-injected not-selected not-utf8 one-family other-vpn outside-service parallel-job partial-injection patch-matches-nothing pod-security pod-security-unset policy-reach port-taken quota rendered-elsewhere replicas-share-key rollout-overlap run-as-non-root runs-before-tunnel same-route sandboxed-runtime script-config-map secret-absent secret-elsewhere secret-incomplete secret-mode secret-optional secret-replaced secret-shared service-mesh shared-anchor shared-processes signed-file split-tunnel stale-injection swapped-keys syntax template-left-out too-few-keys unknown-workload unsafe-sysctl unused-servers unused-suppression user-namespace weaker-tunnel wg-quick-hook wide-prefix windows-pod yaml-1-1" -- "${cur}"))
                    return 0
                    ;;
                --ignore)
                    COMPREPLY=($(compgen -W "address-shared after-document-end amnezia-config app-can-undo app-reads-key autoscaled bad-config bad-endpoint bad-key bad-selector bad-separator bad-setting bare-pod blocked-probe cidr-overlap cronjob-overlap daemonset-shares-key directive disruption-budget dns-leak dns-none-empty dns-taken dns-without-services double-base64 duplicate-key duplicate-object edited-injection endpoint-name explicit-key external-probe extra-networks floating-image helm-template host-network host-port image-replaced injected-twice install-needs-names job-immutable key-in-the-open kill-switch-off knative-features limit-range merge-key missing-resources name-taken network-policy newer-injection no-allowed-ips no-containers no-keepalive no-native-sidecars no-peer node-dns not-injected not-selected not-utf8 one-family other-vpn outside-service parallel-job partial-injection patch-matches-nothing pod-security pod-security-unset policy-reach port-taken quota rendered-elsewhere replicas-share-key rollout-overlap run-as-non-root runs-before-tunnel same-route sandboxed-runtime script-config-map secret-absent secret-elsewhere secret-incomplete secret-mode secret-optional secret-replaced secret-shared service-mesh shared-anchor shared-processes signed-file split-tunnel stale-injection swapped-keys syntax template-left-out too-few-keys unknown-workload unsafe-sysctl unused-servers unused-suppression user-namespace weaker-tunnel wg-quick-hook wide-prefix windows-pod yaml-1-1" -- "${cur}"))
                    return 0
                    ;;
                --suppress)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --selector)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -l)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --target)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --only-enabled)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --workload)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cluster)
                    COMPREPLY=($(compgen -W "kubeadm k3s rke2 k0s microk8s minikube kind talos openshift eks gke aks doks lke none" -- "${cur}"))
                    return 0
                    ;;
                --local)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --inbound)
                    COMPREPLY=($(compgen -W "all none" -- "${cur}"))
                    return 0
                    ;;
                --dns)
                    COMPREPLY=($(compgen -W "cluster" -- "${cur}"))
                    return 0
                    ;;
                --kill-switch)
                    COMPREPLY=($(compgen -W "auto on off" -- "${cur}"))
                    return 0
                    ;;
                --mtu)
                    COMPREPLY=($(compgen -W "auto" -- "${cur}"))
                    return 0
                    ;;
                --handshake-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --interface)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rule-priority)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --image)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pull-policy)
                    COMPREPLY=($(compgen -W "Always IfNotPresent Never" -- "${cur}"))
                    return 0
                    ;;
                --install-tools)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --requests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limits)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --container-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key-per-replica)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --mode)
                    COMPREPLY=($(compgen -W "init sidecar" -- "${cur}"))
                    return 0
                    ;;
                --unhealthy)
                    COMPREPLY=($(compgen -W "keep unready restart" -- "${cur}"))
                    return 0
                    ;;
                --metrics)
                    COMPREPLY=($(compgen -W "off" -- "${cur}"))
                    return 0
                    ;;
                --script)
                    COMPREPLY=($(compgen -W "inline configmap" -- "${cur}"))
                    return 0
                    ;;
                --keep)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "address-shared amnezia-config app-can-undo app-reads-key autoscaled bad-config bad-endpoint bad-key bad-selector bad-setting bare-pod blocked-probe cidr-overlap cronjob-overlap daemonset-shares-key disruption-budget dns-leak dns-none-empty dns-taken dns-without-services double-base64 duplicate-object edited-injection endpoint-name external-probe extra-networks floating-image host-port image-replaced injected-twice install-needs-names job-immutable key-in-the-open kill-switch-off knative-features limit-range missing-resources name-taken network-policy no-allowed-ips no-keepalive no-native-sidecars no-peer node-dns not-injected not-selected one-family other-vpn outside-service parallel-job patch-matches-nothing pod-security pod-security-unset policy-reach port-taken quota rendered-elsewhere replicas-share-key rollout-overlap run-as-non-root runs-before-tunnel same-route sandboxed-runtime script-config-map secret-absent secret-elsewhere secret-incomplete secret-mode secret-optional secret-replaced secret-shared service-mesh shared-processes split-tunnel stale-injection swapped-keys template-left-out too-few-keys unknown-workload unsafe-sysctl unused-servers unused-suppression user-namespace weaker-tunnel wg-quick-hook wide-prefix yaml-1-1" -- "${cur}"))
                    return 0
                    ;;
                --kube-version)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --config)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=()
            return 0
            ;;
        wgsidecar__subcmd__list)
            opts="-f -l -n -q -v -h --filename --stdin-filename --format --selector --target --namespace --only-enabled --workload --secret --cluster --local --inbound --dns --kill-switch --mtu --handshake-timeout --interface --rule-priority --image --pull-policy --install-tools --requests --limits --container-name --key-per-replica --mode --unhealthy --metrics --script --keep --config --no-config --color --quiet --verbose --help"
            if [[ ${cur} == -* ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --filename)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -f)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --stdin-filename)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json" -- "${cur}"))
                    return 0
                    ;;
                --selector)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -l)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --target)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --only-enabled)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --workload)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cluster)
                    COMPREPLY=($(compgen -W "kubeadm k3s rke2 k0s microk8s minikube kind talos openshift eks gke aks doks lke none" -- "${cur}"))
                    return 0
                    ;;
                --local)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --inbound)
                    COMPREPLY=($(compgen -W "all none" -- "${cur}"))
                    return 0
                    ;;
                --dns)
                    COMPREPLY=($(compgen -W "cluster" -- "${cur}"))
                    return 0
                    ;;
                --kill-switch)
                    COMPREPLY=($(compgen -W "auto on off" -- "${cur}"))
                    return 0
                    ;;
                --mtu)
                    COMPREPLY=($(compgen -W "auto" -- "${cur}"))
                    return 0
                    ;;
                --handshake-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --interface)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rule-priority)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --image)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pull-policy)
                    COMPREPLY=($(compgen -W "Always IfNotPresent Never" -- "${cur}"))
                    return 0
                    ;;
                --install-tools)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --requests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limits)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --container-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key-per-replica)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --mode)
                    COMPREPLY=($(compgen -W "init sidecar" -- "${cur}"))
                    return 0
                    ;;
                --unhealthy)
                    COMPREPLY=($(compgen -W "keep unready restart" -- "${cur}"))
                    return 0
                    ;;
                --metrics)
                    COMPREPLY=($(compgen -W "off" -- "${cur}"))
                    return 0
                    ;;
                --script)
                    COMPREPLY=($(compgen -W "inline configmap" -- "${cur}"))
                    return 0
                    ;;
                --keep)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --config)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=()
            return 0
            ;;
        wgsidecar__subcmd__man)
            opts="-q -v -h --config --no-config --color --quiet --verbose --help inject uninject lint secret list init explain patch script policy krm completions man help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --config)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        wgsidecar__subcmd__patch)
            opts="-l -q -v -h --for --selector --target --only-enabled --into --object --source --remove --check --diff --allow --secret --cluster --local --inbound --dns --kill-switch --mtu --handshake-timeout --interface --rule-priority --image --pull-policy --install-tools --requests --limits --container-name --key-per-replica --mode --unhealthy --metrics --script --config --no-config --color --quiet --verbose --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --for)
                    COMPREPLY=($(compgen -W "component kustomization helmrelease application" -- "${cur}"))
                    return 0
                    ;;
                --selector)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -l)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --target)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --only-enabled)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --into)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --object)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --source)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "address-shared amnezia-config app-can-undo app-reads-key autoscaled bad-config bad-endpoint bad-key bad-selector bad-setting bare-pod blocked-probe cidr-overlap cronjob-overlap daemonset-shares-key disruption-budget dns-leak dns-none-empty dns-taken dns-without-services double-base64 duplicate-object edited-injection endpoint-name external-probe extra-networks floating-image host-port image-replaced injected-twice install-needs-names job-immutable key-in-the-open kill-switch-off knative-features limit-range missing-resources name-taken network-policy no-allowed-ips no-keepalive no-native-sidecars no-peer node-dns not-injected not-selected one-family other-vpn outside-service parallel-job patch-matches-nothing pod-security pod-security-unset policy-reach port-taken quota rendered-elsewhere replicas-share-key rollout-overlap run-as-non-root runs-before-tunnel same-route sandboxed-runtime script-config-map secret-absent secret-elsewhere secret-incomplete secret-mode secret-optional secret-replaced secret-shared service-mesh shared-processes split-tunnel stale-injection swapped-keys template-left-out too-few-keys unknown-workload unsafe-sysctl unused-servers unused-suppression user-namespace weaker-tunnel wg-quick-hook wide-prefix yaml-1-1" -- "${cur}"))
                    return 0
                    ;;
                --secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cluster)
                    COMPREPLY=($(compgen -W "kubeadm k3s rke2 k0s microk8s minikube kind talos openshift eks gke aks doks lke none" -- "${cur}"))
                    return 0
                    ;;
                --local)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --inbound)
                    COMPREPLY=($(compgen -W "all none" -- "${cur}"))
                    return 0
                    ;;
                --dns)
                    COMPREPLY=($(compgen -W "cluster" -- "${cur}"))
                    return 0
                    ;;
                --kill-switch)
                    COMPREPLY=($(compgen -W "auto on off" -- "${cur}"))
                    return 0
                    ;;
                --mtu)
                    COMPREPLY=($(compgen -W "auto" -- "${cur}"))
                    return 0
                    ;;
                --handshake-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --interface)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rule-priority)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --image)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pull-policy)
                    COMPREPLY=($(compgen -W "Always IfNotPresent Never" -- "${cur}"))
                    return 0
                    ;;
                --install-tools)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --requests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limits)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --container-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key-per-replica)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --mode)
                    COMPREPLY=($(compgen -W "init sidecar" -- "${cur}"))
                    return 0
                    ;;
                --unhealthy)
                    COMPREPLY=($(compgen -W "keep unready restart" -- "${cur}"))
                    return 0
                    ;;
                --metrics)
                    COMPREPLY=($(compgen -W "off" -- "${cur}"))
                    return 0
                    ;;
                --script)
                    COMPREPLY=($(compgen -W "inline configmap" -- "${cur}"))
                    return 0
                    ;;
                --config)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        wgsidecar__subcmd__policy)
            opts="-l -q -v -h --all-pods --selector --namespace-selector --strict --allow --secret --cluster --local --inbound --dns --kill-switch --mtu --handshake-timeout --interface --rule-priority --image --pull-policy --install-tools --requests --limits --container-name --key-per-replica --mode --unhealthy --metrics --script --config --no-config --color --quiet --verbose --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --selector)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -l)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --namespace-selector)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "address-shared amnezia-config app-can-undo app-reads-key autoscaled bad-config bad-endpoint bad-key bad-selector bad-setting bare-pod blocked-probe cidr-overlap cronjob-overlap daemonset-shares-key disruption-budget dns-leak dns-none-empty dns-taken dns-without-services double-base64 duplicate-object edited-injection endpoint-name external-probe extra-networks floating-image host-port image-replaced injected-twice install-needs-names job-immutable key-in-the-open kill-switch-off knative-features limit-range missing-resources name-taken network-policy no-allowed-ips no-keepalive no-native-sidecars no-peer node-dns not-injected not-selected one-family other-vpn outside-service parallel-job patch-matches-nothing pod-security pod-security-unset policy-reach port-taken quota rendered-elsewhere replicas-share-key rollout-overlap run-as-non-root runs-before-tunnel same-route sandboxed-runtime script-config-map secret-absent secret-elsewhere secret-incomplete secret-mode secret-optional secret-replaced secret-shared service-mesh shared-processes split-tunnel stale-injection swapped-keys template-left-out too-few-keys unknown-workload unsafe-sysctl unused-servers unused-suppression user-namespace weaker-tunnel wg-quick-hook wide-prefix yaml-1-1" -- "${cur}"))
                    return 0
                    ;;
                --secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cluster)
                    COMPREPLY=($(compgen -W "kubeadm k3s rke2 k0s microk8s minikube kind talos openshift eks gke aks doks lke none" -- "${cur}"))
                    return 0
                    ;;
                --local)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --inbound)
                    COMPREPLY=($(compgen -W "all none" -- "${cur}"))
                    return 0
                    ;;
                --dns)
                    COMPREPLY=($(compgen -W "cluster" -- "${cur}"))
                    return 0
                    ;;
                --kill-switch)
                    COMPREPLY=($(compgen -W "auto on off" -- "${cur}"))
                    return 0
                    ;;
                --mtu)
                    COMPREPLY=($(compgen -W "auto" -- "${cur}"))
                    return 0
                    ;;
                --handshake-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --interface)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rule-priority)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --image)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pull-policy)
                    COMPREPLY=($(compgen -W "Always IfNotPresent Never" -- "${cur}"))
                    return 0
                    ;;
                --install-tools)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --requests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limits)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --container-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key-per-replica)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --mode)
                    COMPREPLY=($(compgen -W "init sidecar" -- "${cur}"))
                    return 0
                    ;;
                --unhealthy)
                    COMPREPLY=($(compgen -W "keep unready restart" -- "${cur}"))
                    return 0
                    ;;
                --metrics)
                    COMPREPLY=($(compgen -W "off" -- "${cur}"))
                    return 0
                    ;;
                --script)
                    COMPREPLY=($(compgen -W "inline configmap" -- "${cur}"))
                    return 0
                    ;;
                --config)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        wgsidecar__subcmd__script)
            opts="-n -q -v -h --namespace --secret --cluster --local --inbound --dns --kill-switch --mtu --handshake-timeout --interface --rule-priority --image --pull-policy --install-tools --requests --limits --container-name --key-per-replica --mode --unhealthy --metrics --script --config --no-config --color --quiet --verbose --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cluster)
                    COMPREPLY=($(compgen -W "kubeadm k3s rke2 k0s microk8s minikube kind talos openshift eks gke aks doks lke none" -- "${cur}"))
                    return 0
                    ;;
                --local)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --inbound)
                    COMPREPLY=($(compgen -W "all none" -- "${cur}"))
                    return 0
                    ;;
                --dns)
                    COMPREPLY=($(compgen -W "cluster" -- "${cur}"))
                    return 0
                    ;;
                --kill-switch)
                    COMPREPLY=($(compgen -W "auto on off" -- "${cur}"))
                    return 0
                    ;;
                --mtu)
                    COMPREPLY=($(compgen -W "auto" -- "${cur}"))
                    return 0
                    ;;
                --handshake-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --interface)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rule-priority)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --image)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pull-policy)
                    COMPREPLY=($(compgen -W "Always IfNotPresent Never" -- "${cur}"))
                    return 0
                    ;;
                --install-tools)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --requests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limits)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --container-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key-per-replica)
                    COMPREPLY=($(compgen -W "true false" -- "${cur}"))
                    return 0
                    ;;
                --mode)
                    COMPREPLY=($(compgen -W "init sidecar" -- "${cur}"))
                    return 0
                    ;;
                --unhealthy)
                    COMPREPLY=($(compgen -W "keep unready restart" -- "${cur}"))
                    return 0
                    ;;
                --metrics)
                    COMPREPLY=($(compgen -W "off" -- "${cur}"))
                    return 0
                    ;;
                --script)
                    COMPREPLY=($(compgen -W "inline configmap" -- "${cur}"))
                    return 0
                    ;;
                --config)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        wgsidecar__subcmd__secret)
            opts="-n -o -q -v -h --name --namespace --output --force --data --keep-prefix --per-replica --servers --check --config --no-config --color --quiet --verbose --help"
            if [[ ${cur} == -* ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --output)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                -o)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --config)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=()
            return 0
            ;;
        wgsidecar__subcmd__uninject)
            opts="-f -i -l -n -q -v -h --filename --stdin-filename --in-place --check --diff --selector --target --namespace --only-enabled --workload --allow --config --no-config --color --quiet --verbose --help"
            if [[ ${cur} == -* ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --filename)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -f)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --stdin-filename)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --selector)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -l)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --target)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --only-enabled)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --workload)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "address-shared amnezia-config app-can-undo app-reads-key autoscaled bad-config bad-endpoint bad-key bad-selector bad-setting bare-pod blocked-probe cidr-overlap cronjob-overlap daemonset-shares-key disruption-budget dns-leak dns-none-empty dns-taken dns-without-services double-base64 duplicate-object edited-injection endpoint-name external-probe extra-networks floating-image host-port image-replaced injected-twice install-needs-names job-immutable key-in-the-open kill-switch-off knative-features limit-range missing-resources name-taken network-policy no-allowed-ips no-keepalive no-native-sidecars no-peer node-dns not-injected not-selected one-family other-vpn outside-service parallel-job patch-matches-nothing pod-security pod-security-unset policy-reach port-taken quota rendered-elsewhere replicas-share-key rollout-overlap run-as-non-root runs-before-tunnel same-route sandboxed-runtime script-config-map secret-absent secret-elsewhere secret-incomplete secret-mode secret-optional secret-replaced secret-shared service-mesh shared-processes split-tunnel stale-injection swapped-keys template-left-out too-few-keys unknown-workload unsafe-sysctl unused-servers unused-suppression user-namespace weaker-tunnel wg-quick-hook wide-prefix yaml-1-1" -- "${cur}"))
                    return 0
                    ;;
                --config)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=()
            return 0
            ;;
    esac
}

if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -F _wgsidecar -o nosort -o bashdefault -o default wgsidecar
else
    complete -F _wgsidecar -o bashdefault -o default wgsidecar
fi
