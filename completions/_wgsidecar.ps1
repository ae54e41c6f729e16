
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'wgsidecar' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'wgsidecar'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'wgsidecar' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file to read instead of wgsidecar.yaml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no settings file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Hide the report of each workload, but no warning or error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Hide the report of each workload, but no warning or error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show infos and what was left out')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show infos and what was left out')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('inject', 'inject', [CompletionResultType]::ParameterValue, 'Add the tunnel to the pods of the manifests')
            [CompletionResult]::new('uninject', 'uninject', [CompletionResultType]::ParameterValue, 'Take the tunnel out of the manifests again, to the byte')
            [CompletionResult]::new('lint', 'lint', [CompletionResultType]::ParameterValue, 'Check manifests for what breaks or leaks a tunnel')
            [CompletionResult]::new('secret', 'secret', [CompletionResultType]::ParameterValue, 'Make the file of a VPN provider into a Secret')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Show one rule''s page, or the list of rules')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the man page')
            break
        }
        'wgsidecar;inject' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The same as FILE, as in kubectl')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'The same as FILE, as in kubectl')
            [CompletionResult]::new('--stdin-filename', '--stdin-filename', [CompletionResultType]::ParameterName, 'Name of standard input in reports')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Workloads whose labels match, as in kubectl')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Workloads whose labels match, as in kubectl')
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'One workload, such as deploy/web')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Objects of this namespace, or that name none')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Objects of this namespace, or that name none')
            [CompletionResult]::new('--workload', '--workload', [CompletionResultType]::ParameterName, 'Another kind and where its pod template is, such as example.com/Widget=spec.template')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'Secret that holds wg0.conf; {name}, {namespace} and {kind} are the workload''s own [default: wireguard]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Distribution whose service and pod ranges stay on the cluster''s network [default: kubeadm]')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Range that stays on the cluster''s network, beside the preset''s or instead of them')
            [CompletionResult]::new('--inbound', '--inbound', [CompletionResultType]::ParameterName, 'Server ports whose replies may leave by the cluster''s network: all, none, tcp:PORT[-PORT], udp:PORT[-PORT] [default: all]')
            [CompletionResult]::new('--dns', '--dns', [CompletionResultType]::ParameterName, 'Resolvers of the pod: the cluster''s, or up to three inside the tunnel [default: cluster]')
            [CompletionResult]::new('--kill-switch', '--kill-switch', [CompletionResultType]::ParameterName, 'Whether the pod is cut off while the tunnel is down; auto is on for a full tunnel [default: auto]')
            [CompletionResult]::new('--mtu', '--mtu', [CompletionResultType]::ParameterName, 'MTU of the interface in bytes; auto fits the path to the endpoint [default: auto]')
            [CompletionResult]::new('--handshake-timeout', '--handshake-timeout', [CompletionResultType]::ParameterName, 'How long to wait for the first handshake: 30, 30s, 1m; 0 does not wait [default: 30s]')
            [CompletionResult]::new('--interface', '--interface', [CompletionResultType]::ParameterName, 'Name of the network interface in the pod [default: wg0]')
            [CompletionResult]::new('--rule-priority', '--rule-priority', [CompletionResultType]::ParameterName, 'Priority of the first of the ten routing rules that are ours [default: 100]')
            [CompletionResult]::new('--image', '--image', [CompletionResultType]::ParameterName, 'Image of the init container: busybox, iproute2 and wireguard-tools, or apk with --install-tools [default: docker.io/linuxserver/wireguard:1.0.20250521-r1-ls116]')
            [CompletionResult]::new('--pull-policy', '--pull-policy', [CompletionResultType]::ParameterName, 'imagePullPolicy of the init container; without it the cluster decides')
            [CompletionResult]::new('--install-tools', '--install-tools', [CompletionResultType]::ParameterName, 'Install the tools with apk at every start; the image is alpine:3.22 unless --image names one')
            [CompletionResult]::new('--requests', '--requests', [CompletionResultType]::ParameterName, 'Resources that the init container requests [default: cpu=10m,memory=32Mi]')
            [CompletionResult]::new('--limits', '--limits', [CompletionResultType]::ParameterName, 'Resources that the init container may use [default: cpu=500m,memory=64Mi]')
            [CompletionResult]::new('--container-name', '--container-name', [CompletionResultType]::ParameterName, 'Name of the init container and of its volume [default: wireguard]')
            [CompletionResult]::new('--key-per-replica', '--key-per-replica', [CompletionResultType]::ParameterName, 'Give each ordinal of a StatefulSet or an indexed Job its own file of the Secret')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Drop the findings of this rule')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file to read instead of wgsidecar.yaml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Change the files themselves: all of them or none')
            [CompletionResult]::new('--in-place', '--in-place', [CompletionResultType]::ParameterName, 'Change the files themselves: all of them or none')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Change nothing; exit with 1 if something would change')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Print what would change as a unified diff; exit with 1 if there is any')
            [CompletionResult]::new('--only-enabled', '--only-enabled', [CompletionResultType]::ParameterName, 'Workloads with the label or annotation wgsidecar.dev/inject: "enabled"')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no settings file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Hide the report of each workload, but no warning or error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Hide the report of each workload, but no warning or error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show infos and what was left out')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show infos and what was left out')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'wgsidecar;uninject' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The same as FILE, as in kubectl')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'The same as FILE, as in kubectl')
            [CompletionResult]::new('--stdin-filename', '--stdin-filename', [CompletionResultType]::ParameterName, 'Name of standard input in reports')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Workloads whose labels match, as in kubectl')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Workloads whose labels match, as in kubectl')
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'One workload, such as deploy/web')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Objects of this namespace, or that name none')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Objects of this namespace, or that name none')
            [CompletionResult]::new('--workload', '--workload', [CompletionResultType]::ParameterName, 'Another kind and where its pod template is, such as example.com/Widget=spec.template')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Drop the findings of this rule')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file to read instead of wgsidecar.yaml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Change the files themselves: all of them or none')
            [CompletionResult]::new('--in-place', '--in-place', [CompletionResultType]::ParameterName, 'Change the files themselves: all of them or none')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Change nothing; exit with 1 if something would change')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Print what would change as a unified diff; exit with 1 if there is any')
            [CompletionResult]::new('--only-enabled', '--only-enabled', [CompletionResultType]::ParameterName, 'Workloads with the label or annotation wgsidecar.dev/inject: "enabled"')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no settings file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Hide the report of each workload, but no warning or error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Hide the report of each workload, but no warning or error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show infos and what was left out')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show infos and what was left out')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'wgsidecar;lint' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The same as FILE, as in kubectl')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'The same as FILE, as in kubectl')
            [CompletionResult]::new('--stdin-filename', '--stdin-filename', [CompletionResultType]::ParameterName, 'Name of standard input in reports')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 1 from this level on')
            [CompletionResult]::new('--select', '--select', [CompletionResultType]::ParameterName, 'Look for these rules only')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Look for all but these rules')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Workloads whose labels match, as in kubectl')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'Workloads whose labels match, as in kubectl')
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'One workload, such as deploy/web')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Objects of this namespace, or that name none')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Objects of this namespace, or that name none')
            [CompletionResult]::new('--workload', '--workload', [CompletionResultType]::ParameterName, 'Another kind and where its pod template is, such as example.com/Widget=spec.template')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'Secret that holds wg0.conf; {name}, {namespace} and {kind} are the workload''s own [default: wireguard]')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Distribution whose service and pod ranges stay on the cluster''s network [default: kubeadm]')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Range that stays on the cluster''s network, beside the preset''s or instead of them')
            [CompletionResult]::new('--inbound', '--inbound', [CompletionResultType]::ParameterName, 'Server ports whose replies may leave by the cluster''s network: all, none, tcp:PORT[-PORT], udp:PORT[-PORT] [default: all]')
            [CompletionResult]::new('--dns', '--dns', [CompletionResultType]::ParameterName, 'Resolvers of the pod: the cluster''s, or up to three inside the tunnel [default: cluster]')
            [CompletionResult]::new('--kill-switch', '--kill-switch', [CompletionResultType]::ParameterName, 'Whether the pod is cut off while the tunnel is down; auto is on for a full tunnel [default: auto]')
            [CompletionResult]::new('--mtu', '--mtu', [CompletionResultType]::ParameterName, 'MTU of the interface in bytes; auto fits the path to the endpoint [default: auto]')
            [CompletionResult]::new('--handshake-timeout', '--handshake-timeout', [CompletionResultType]::ParameterName, 'How long to wait for the first handshake: 30, 30s, 1m; 0 does not wait [default: 30s]')
            [CompletionResult]::new('--interface', '--interface', [CompletionResultType]::ParameterName, 'Name of the network interface in the pod [default: wg0]')
            [CompletionResult]::new('--rule-priority', '--rule-priority', [CompletionResultType]::ParameterName, 'Priority of the first of the ten routing rules that are ours [default: 100]')
            [CompletionResult]::new('--image', '--image', [CompletionResultType]::ParameterName, 'Image of the init container: busybox, iproute2 and wireguard-tools, or apk with --install-tools [default: docker.io/linuxserver/wireguard:1.0.20250521-r1-ls116]')
            [CompletionResult]::new('--pull-policy', '--pull-policy', [CompletionResultType]::ParameterName, 'imagePullPolicy of the init container; without it the cluster decides')
            [CompletionResult]::new('--install-tools', '--install-tools', [CompletionResultType]::ParameterName, 'Install the tools with apk at every start; the image is alpine:3.22 unless --image names one')
            [CompletionResult]::new('--requests', '--requests', [CompletionResultType]::ParameterName, 'Resources that the init container requests [default: cpu=10m,memory=32Mi]')
            [CompletionResult]::new('--limits', '--limits', [CompletionResultType]::ParameterName, 'Resources that the init container may use [default: cpu=500m,memory=64Mi]')
            [CompletionResult]::new('--container-name', '--container-name', [CompletionResultType]::ParameterName, 'Name of the init container and of its volume [default: wireguard]')
            [CompletionResult]::new('--key-per-replica', '--key-per-replica', [CompletionResultType]::ParameterName, 'Give each ordinal of a StatefulSet or an indexed Job its own file of the Secret')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Drop the findings of this rule')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file to read instead of wgsidecar.yaml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--fix', '--fix', [CompletionResultType]::ParameterName, 'Mend in the files what can be mended safely')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'With --fix, print what would change and change nothing')
            [CompletionResult]::new('--only-enabled', '--only-enabled', [CompletionResultType]::ParameterName, 'Workloads with the label or annotation wgsidecar.dev/inject: "enabled"')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no settings file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Hide the report of each workload, but no warning or error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Hide the report of each workload, but no warning or error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show infos and what was left out')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show infos and what was left out')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'wgsidecar;secret' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the Secret')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace of the Secret')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace of the Secret')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file that only you can read, instead of standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file that only you can read, instead of standard output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file to read instead of wgsidecar.yaml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'Write data in base64 instead of stringData')
            [CompletionResult]::new('--keep-prefix', '--keep-prefix', [CompletionResultType]::ParameterName, 'Keep addresses that stand for a whole network as they are')
            [CompletionResult]::new('--per-replica', '--per-replica', [CompletionResultType]::ParameterName, 'Make one Secret of several files, a key for each replica: 0.conf, 1.conf and so on')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Print no Secret, only what is wrong with the file')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no settings file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Hide the report of each workload, but no warning or error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Hide the report of each workload, but no warning or error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show infos and what was left out')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show infos and what was left out')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'wgsidecar;explain' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file to read instead of wgsidecar.yaml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no settings file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Hide the report of each workload, but no warning or error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Hide the report of each workload, but no warning or error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show infos and what was left out')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show infos and what was left out')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'wgsidecar;completions' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file to read instead of wgsidecar.yaml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no settings file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Hide the report of each workload, but no warning or error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Hide the report of each workload, but no warning or error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show infos and what was left out')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show infos and what was left out')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'wgsidecar;man' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file to read instead of wgsidecar.yaml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no settings file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Hide the report of each workload, but no warning or error')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Hide the report of each workload, but no warning or error')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show infos and what was left out')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show infos and what was left out')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
