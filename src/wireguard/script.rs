//! The script of the init container, made from the settings: only what they need is in it. Knows nothing of pods.
//!
//! Other programs pass the text on, and some replace `$$`, `${…}`, `%{…}`, `{{…}}` or a `$(NAME)` of the container's
//! environment: it holds none of them (`tests/script.rs`). Words in capitals between `@` are filled in here.

use super::tunnel::{Dns, Inbound, KillSwitch, Ordinal, Protocol, Tunnel};

/// The whole text, with a line break at its end.
pub fn script(tunnel: &Tunnel) -> String {
    let parts = [
        HEAD.to_owned(),
        tools(tunnel).to_owned(),
        GUARD.to_owned(),
        files(tunnel),
        cluster_network(tunnel),
        interface(tunnel),
        routes(tunnel),
        handshake(tunnel).to_owned(),
        open(tunnel).to_owned(),
        preset_check(tunnel).to_owned(),
        if tunnel.install_tools { SUCCESS.to_owned() } else { String::new() },
        END.to_owned(),
    ];
    fill(&parts.concat(), tunnel)
}

/// Writes the settings in as words.
fn fill(text: &str, tunnel: &Tunnel) -> String {
    let local: Vec<_> = tunnel.local.iter().map(ToString::to_string).collect();
    let mut text = text
        .replace("@IF@", &tunnel.interface)
        .replace("@LOCAL@", &local.join(" "))
        .replace("@WAIT@", &tunnel.handshake_timeout.to_string())
        .replace("@MTU@", &tunnel.mtu.map_or_else(String::new, |mtu| mtu.to_string()));
    for offset in 0..10 {
        text = text.replace(&format!("@{offset}@"), &(tunnel.rule_priority + offset).to_string());
    }
    text
}

const HEAD: &str = "\
# wgsidecar: this pod talks through @IF@ or not at all; what is local stays on the cluster's network.
set -efu
die() { echo \"wgsidecar: $*\" >&2; exit 1; }
fam() { case $1 in *:*) echo 6 ;; *) echo 4 ;; esac; }
rule() { case $fams in *$1*) v=$1; shift; ip -$v rule add priority \"$@\" ;; esac; }
drop() { for v in $fams; do while ip -$v rule del priority $1 2>/dev/null; do :; done; done; }
podips() { ip -$1 -o addr show scope global | sed -n '/ @IF@ /!s|.* inet6* \\([^/ ]*\\).*|\\1|p' | sort -u; }
devs() { ip -$1 -o addr show scope global | cut -d' ' -f2 | grep -vxF @IF@ | sort -u; }
ends() { wg show @IF@ endpoints | cut -f2 | sed -n 's/^\\[*\\([^]]*[^]]\\)\\]*:\\([0-9]*\\)$/\\1 \\2/p' | sort -u; }
";

/// Installs the tools first. Until a try has succeeded nothing else runs in the pod, and what a failed one left must not
/// be in the way; from then on it stays closed. The mark of success is in the network namespace, where it outlives us.
fn tools(tunnel: &Tunnel) -> &'static str {
    match tunnel.install_tools {
        false => "",
        true => {
            "
# 0. Install the tools. Until a try has succeeded, the rules of a failed one may go.
grep -q wgsidecar /sys/class/net/lo/ifalias || for p in @0@ @1@ @2@ @3@ @4@ @5@ @6@ @7@ @8@ @9@; do
  for v in 4 6; do while ip -$v rule del priority $p 2>/dev/null; do :; done; done
done
apk add --no-cache --no-scripts iproute2-minimal wireguard-tools-wg >/dev/null ||
  die 'apk cannot install the tools: the package mirror cannot be reached'
"
        }
    }
}

const GUARD: &str = "
# 1. Close the pod. Rule @9@ stays on failure.
fams=4; if ip -6 rule show >/dev/null 2>&1; then fams='4 6'; fi
for v in $fams; do
  ip -$v rule show | grep -q ^@9@: || rule $v @9@ unreachable || die 'the container needs uid 0 and NET_ADMIN'
done
for p in @8@ @7@ @6@ @5@ @4@ @3@ @2@ @1@ @0@; do drop $p; done
";

/// The Secret's files: `wg0.conf` and `wg0.address`, or those of the pod's ordinal.
fn files(tunnel: &Tunnel) -> String {
    let name = match tunnel.ordinal {
        None => "f=wg0\n",
        Some(Ordinal::Pod) => "f=$WG_ORDINAL; [ \"$f\" ] || f=$(hostname | sed 's/.*-//')\n",
        Some(Ordinal::Completion) => {
            "f=$(printenv JOB_COMPLETION_INDEX) || die 'this pod has no completion index'\n"
        }
    };
    format!(
        "
# 2. Read the provider's file.
cd /etc/wireguard
{name}[ -r $f.conf ] || die \"the Secret has no $f.conf\"
conf=$(tr -d '\\r\\273\\277\\357' < $f.conf | sed 's/#.*//; s/^\\s*//; s/\\s*=\\s*/=/')
get() {{ echo \"$conf\" | grep -i \"^$1=\" | cut -d= -f2; }}
addrs=$({{ grep . $f.address 2>/dev/null || get address; }} | tr ',\\r' '  ')
case $addrs in *[0-9]*) ;; *) die 'the Secret holds no tunnel address' ;; esac
mtu=$(get mtu)
"
    )
}

/// What may leave by the cluster's network, and the resolver while an endpoint's name is looked up.
fn cluster_network(tunnel: &Tunnel) -> String {
    let top = match tunnel.inbound {
        Inbound::All => "top=$(($(cut -f1 /proc/sys/net/ipv4/ip_local_port_range) - 1))\n",
        _ => "",
    };
    let (before, resolver) = match tunnel.dns {
        Dns::Cluster => (
            "",
            "\
trap 'drop @1@' EXIT
for n in $(sed -n 's/^nameserver *\\([^%]*\\)$/\\1/p' /etc/resolv.conf | sort -u); do rule $(fam $n) @1@ to $n dport 53 lookup main; done
",
        ),
        Dns::Servers(_) => (DNS_RULES, ""),
    };
    let local = if tunnel.local.is_empty() {
        ""
    } else {
        "for c in @LOCAL@; do rule $(fam $c) @3@ to $c lookup main; done\n"
    };
    format!(
        "
# 3. What may leave by the cluster's network. Table 51821 stops what binds to its device.
{top}for v in $fams; do
  rule $v @0@ fwmark 51820 lookup main
{before}{}  rule $v @5@ lookup main suppress_prefixlength 0
  rule $v @8@ not fwmark 51820 lookup 51820
done
{OWN_ADDRESS}{local}{resolver}",
        inbound(&tunnel.inbound)
    )
}

/// Queries stay in the tunnel, whoever asks whom.
const DNS_RULES: &str = "  for n in 6 17; do
    rule $v @1@ ipproto $n dport 53 lookup 51820
    rule $v @2@ ipproto $n dport 53 unreachable
  done
";

/// Replies from server ports. A bare `from` the pod's address would leak; a UDP socket has no address yet.
fn inbound(inbound: &Inbound) -> String {
    match inbound {
        Inbound::None => String::new(),
        Inbound::All => "  for a in $(podips $v); do rule $v @4@ from $a ipproto 6 sport 1-$top lookup main; done\n".into(),
        Inbound::Ports(ports) => ports
            .iter()
            .map(|ports| {
                let range = if ports.first == ports.last { ports.first.to_string() } else { format!("{}-{}", ports.first, ports.last) };
                match ports.protocol {
                    Protocol::Tcp => format!("  for a in $(podips $v); do rule $v @4@ from $a ipproto 6 sport {range} lookup main; done\n"),
                    Protocol::Udp => format!("  rule $v @4@ ipproto 17 sport {range} lookup main\n"),
                }
            })
            .collect(),
    }
}

/// With a strict rp_filter the pod answers ARP only if the way back, without a protocol, is its own interface. That rule
/// has a priority of its own, so that another run can drop it before those that keep the transports from it: TCP, UDP,
/// SCTP and UDP-Lite, which any program may use.
const OWN_ADDRESS: &str = "for d in $(devs 4); do
  ip route replace local default dev $d table 51821
  rule 4 @6@ oif $d lookup 51821
done
for a in $(podips 4); do
  for n in 6 17 132 136; do rule 4 @6@ from $a ipproto $n unreachable; done
  rule 4 @7@ from $a lookup main
done
";

fn interface(tunnel: &Tunnel) -> String {
    let mtu = if tunnel.mtu.is_some() { "mtu=@MTU@\n" } else { PATH_MTU };
    format!("{INTERFACE}{mtu}ip link set @IF@ mtu $mtu up\n")
}

const INTERFACE: &str = "
# 4. The interface.
ip link del @IF@ 2>/dev/null || :
ip link add @IF@ type wireguard || die \"cannot create @IF@: the node's kernel has no WireGuard\"
err=$(echo \"$conf\" | grep -Eiv '^(address|dns|mtu|table|saveconfig|(pre|post)(up|down))=' |
  WG_ENDPOINT_RESOLUTION_RETRIES=5 wg setconf @IF@ /dev/stdin 2>&1) || case $err in
  *esol*|*ervice*|*again*) die \"the endpoint's name does not resolve: use its address\" ;;
  *) die \"wg rejects $f.conf:\" $(echo \"$err\" | sed 's/`.*//') ;;
esac
[ \"$(ends)\" ] || die \"$f.conf has no peer with an Endpoint\"
ends | while read -r h p; do rule $(fam $h) @0@ to $h ipproto 17 dport $p lookup main; done
wg set @IF@ fwmark 51820
for a in $addrs; do
  e=$(ip addr add $a dev @IF@ noprefixroute 2>&1) || [ $(fam $a) = 6 ] || die \"cannot add the address $a: $e\"
done
";

const PATH_MTU: &str = "path() { ip route get $1 mark 51820 | sed -n \"s/.* $2 \\(lock \\)*\\([^ ]*\\).*/\\2/p\"; }
auto=$(ends | while read -r h p; do path $h mtu; cat /sys/class/net/$(path $h dev)/mtu; done 2>/dev/null | sort -n | head -n1)
[ \"$mtu\" ] || mtu=$((auto > 1360 ? auto - 80 : 1280))
";

/// What has a route in the tunnel never leaves beside it; rules, because a flush of the table leaves them. The shortest
/// prefix comes first: to the kernel a new rule `to` a prefix of no length is the same as any that is there.
fn routes(tunnel: &Tunnel) -> String {
    let (word, twin) = match tunnel.kill_switch {
        KillSwitch::Off => ("", ""),
        _ => (", each with rules that outlive @IF@", TWIN),
    };
    format!(
        "
# 5. Routes{word}.
full=no
for c in $(wg show @IF@ allowed-ips | cut -f2 | tr ' ' '\\n' | grep / | sort -t/ -k2n); do
  case $c in */[0-6]) full=yes ;; esac
  v=$(fam $c); case $fams in *$v*) ;; *) continue ;; esac
  ip -$v route replace $c dev @IF@ table 51820 2>/dev/null || :
{twin}done
"
    )
}

const TWIN: &str = "  for d in $(devs $v); do rule $v @8@ to $c oif $d lookup 51821; done
  rule $v @8@ to $c unreachable
";

/// Waits without ping: a keepalive of one second starts a handshake.
fn handshake(tunnel: &Tunnel) -> &'static str {
    match tunnel.handshake_timeout {
        0 => "",
        _ => {
            "
# 6. Wait for the handshake.
kept=$(wg show @IF@ persistent-keepalive)
keep() { echo \"$kept\" | while read -r k v; do wg set @IF@ peer \"$k\" persistent-keepalive $(eval echo $1); done; }
keep 1
end=$(($(date +%s) + @WAIT@))
until wg show @IF@ latest-handshakes | cut -f2 | grep -qv '^0$'; do
  [ $(date +%s) -lt $end ] || die 'no handshake: the endpoint cannot be reached, or a key is wrong'
  sleep 0.2 2>/dev/null || sleep 1
done
keep '$v'
"
        }
    }
}

/// What no AllowedIPs covers may leave by the cluster's network, where there is no kill switch.
fn open(tunnel: &Tunnel) -> &'static str {
    match tunnel.kill_switch {
        KillSwitch::Auto => "if [ $full = no ]; then drop @7@; drop @6@; drop @9@; fi\n",
        KillSwitch::Off => "drop @7@; drop @6@; drop @9@\n",
        KillSwitch::On => "",
    }
}

/// A preset of another distribution sends services into the tunnel: say so.
fn preset_check(tunnel: &Tunnel) -> &'static str {
    match tunnel.dns {
        Dns::Cluster => PRESET_WITH_RESOLVER,
        Dns::Servers(_) => PRESET,
    }
}

const PRESET_WITH_RESOLVER: &str = "for h in $(printenv KUBERNETES_SERVICE_HOST) $(sed -n 's/^nameserver *//p' /etc/resolv.conf); do
  ip route get $h 2>/dev/null | grep -q ' @IF@ ' || continue
  echo \"wgsidecar: warning: $h goes into the tunnel: check the settings cluster and local\" >&2
done
";

const PRESET: &str = "for h in $(printenv KUBERNETES_SERVICE_HOST); do
  ip route get $h 2>/dev/null | grep -q ' @IF@ ' || continue
  echo \"wgsidecar: warning: $h goes into the tunnel: check the settings cluster and local\" >&2
done
";

const SUCCESS: &str = "ip link set lo alias wgsidecar\n";

const END: &str = "echo \"@IF@ is up:\" $addrs \"mtu $mtu, full tunnel: $full\"
";
