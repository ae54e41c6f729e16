//! The script of the init container, made from the settings: only what they need is in it. Knows nothing of pods.
//!
//! Other programs pass the text on, and some replace `$$`, `${…}`, `%{…}`, `{{…}}` or a `$(NAME)` of the container's
//! environment: it holds none of them (`tests/it/script.rs`). Words in capitals between `@` are filled in here.

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
        preset_check(tunnel),
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
# wgsidecar: this pod's packets go through @IF@, to what is local, or nowhere.
set -efu
die() { echo \"wgsidecar: $*\" >&2; exit 1; }
fam() { case $1 in *:*) echo 6 ;; *) echo 4 ;; esac; }
rule() { case $fams in *$1*) v=$1; shift; ip -$v rule add pref \"$@\" ;; esac; }
drop() { for p; do for v in $fams; do while ip -$v rule del pref $p 2>/dev/null; do :; done; done; done; }
podips() { ip -$1 -o addr show scope global | sed -n '/: \\(lo\\|@IF@\\) /!s|.* inet6* \\([^/ ]*\\).*|\\1|p' | sort -u; }
try() { \"$@\" 2>/dev/null || :; }
ends() { wg show @IF@ endpoints | tr -d '[]' | sed -n 's/.*\\s\\(.*\\):/\\1 /p' | sort -u; }
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
fams=4; ! ip -6 rule >/dev/null 2>&1 || fams='4 6'
for v in $fams; do
  ip -$v rule | grep -q ^@9@: || rule $v @9@ unreachable || die 'the container needs uid 0 and NET_ADMIN'
done
drop @8@ @7@ @6@ @5@ @4@ @3@ @2@ @1@ @0@
";

/// The Secret's files: `wg0.conf` and `wg0.address`, or those of the pod's ordinal.
fn files(tunnel: &Tunnel) -> String {
    let name = match tunnel.ordinal {
        None => "f=wg0\n",
        Some(Ordinal::Pod) => {
            "f=$WG_ORDINAL; [ \"$f\" ] || f=$(hostname | sed 's/\\..*//; s/.*-//')\n"
        }
        Some(Ordinal::Completion) => {
            "f=$(printenv JOB_COMPLETION_INDEX) || die 'this pod has no completion index'\n"
        }
    };
    format!(
        "
# 2. The provider's file.
cd /etc/wireguard
{name}[ -r $f.conf ] || die \"the Secret has no $f.conf\"
conf=$(tr -d '\\r\\273\\277\\357' <$f.conf | sed 's/#.*//; s/^\\s*//; s/\\s*=\\s*/=/')
get() {{ echo \"$conf\" | grep -i \"^$1=\" | cut -d= -f2; }}
addrs=$({{ grep '[0-9]' $f.address 2>/dev/null || get address; }} | tr ',\\r' '  ')
[ \"$addrs\" ] || die 'the Secret holds no tunnel address'
mtu=$(get mtu)
"
    )
}

/// What may leave by the cluster's network, and the resolver while an endpoint's name is looked up. For so long UDP over
/// IPv4 goes nowhere, and does not fail: of a name's addresses, resolvers take those that a UDP socket can connect to
/// (RFC 6724, section 6, rule 1), and none would be one.
fn cluster_network(tunnel: &Tunnel) -> String {
    let top = match tunnel.inbound {
        Inbound::All => "top=$(($(cut -f1 /proc/sys/net/ipv4/ip_local_port_range)-1))\n",
        _ => "",
    };
    let (before, resolver) = match tunnel.dns {
        Dns::Cluster => (
            "",
            "\
trap 'drop @1@' EXIT
ns=$(sed -n 's/^nameserver *\\([0-9A-Fa-f.:]*\\).*/\\1/p' /etc/resolv.conf | sort -u)
for n in $ns; do rule $(fam $n) @1@ to $n dport 53 lookup main; done
rule 4 @1@ ipproto 17 lookup 51822
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
# 3. What may go beside it. Table 51821 stops what binds to a device.
devs=$(ip -br link show up | sed 's/[@ ].*//; /^lo$/d; /^@IF@$/d')
{top}for v in $fams; do
  rule $v @0@ fwmark 51820 lookup main
  rule $v @0@ iif @IF@ unreachable
{before}{}  rule $v @5@ lookup main suppress_prefixlength 0
  rule $v @8@ not fwmark 51820 lookup 51820
done
{}{local}{resolver}",
        inbound(&tunnel.inbound),
        own_address(&tunnel.dns)
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
    let tcp = |range: &str| {
        format!(
            "  for a in $(podips $v); do rule $v @4@ from $a ipproto 6 sport {range} lookup main; done\n"
        )
    };
    match inbound {
        Inbound::None => String::new(),
        Inbound::All => tcp("1-$top"),
        Inbound::Ports(ports) => ports
            .iter()
            .map(|ports| {
                let range = if ports.first == ports.last {
                    ports.first.to_string()
                } else {
                    format!("{}-{}", ports.first, ports.last)
                };
                match ports.protocol {
                    Protocol::Tcp => tcp(&range),
                    Protocol::Udp => {
                        format!("  rule $v @4@ ipproto 17 sport {range} lookup main\n")
                    }
                }
            })
            .collect(),
    }
}

/// With a strict rp_filter the pod answers ARP only if the way back, without a protocol, is its own interface. That rule
/// has a priority of its own, so that another run can drop it before those that keep the transports from it: TCP, UDP,
/// SCTP and UDP-Lite, which any program may use.
///
/// A socket bound to a device has its own rule: where a lookup for it fails, the kernel takes any address for a neighbour's
/// (`ip_route_output_key_hash_rcu`), so it finds a route to the pod itself.
fn own_address(dns: &Dns) -> String {
    let (queries, connect) = match dns {
        Dns::Cluster => ("", "  ip route replace default dev lo src $a table 51822\n"),
        Dns::Servers(_) => ("  rule 4 @1@ oif $d dport 53 lookup 51821\n", ""),
    };
    format!(
        "for d in $devs; do
  try ip route append local default dev $d table 51821
  try ip addrlabel add prefix ::/0 dev $d label 9
{queries}  rule 4 @6@ oif $d lookup 51821
done
for a in $(podips 4); do
  for n in 6 17 132 136; do rule 4 @6@ from $a ipproto $n unreachable; done
  rule 4 @7@ from $a lookup main
{connect}done
{IPV6_SOURCE}"
    )
}

/// Where a lookup fails, IPv6 picks the socket a source address and looks again (`ip6_dst_lookup_tail`): from the pod's own,
/// what a client sends from a server's port would then pass as a reply. This one is picked instead, as it has the label of
/// the internet and those on the pod's devices do not (RFC 6724, section 5, rule 6).
const IPV6_SOURCE: &str =
    "[ ! \"$(try podips 6)\" ] || try ip addr add 2001:db8::1 dev lo noprefixroute
";

fn interface(tunnel: &Tunnel) -> String {
    let mtu = if tunnel.mtu.is_some() { "mtu=@MTU@\n" } else { PATH_MTU };
    // names are looked up no more
    let resolver = if matches!(tunnel.dns, Dns::Cluster) { "drop @1@\n" } else { "" };
    format!("{INTERFACE}{resolver}{mtu}ip link set @IF@ mtu $mtu up\n")
}

const INTERFACE: &str = "
# 4. The interface.
try ip link del @IF@
ip link add @IF@ type wireguard || die \"cannot create @IF@: the node's kernel has no WireGuard\"
e=$(echo \"$conf\" | grep -Eiv '^(address|dns|mtu|table|saveconfig|p(re|ost)(up|down))=' |
  WG_ENDPOINT_RESOLUTION_RETRIES=5 wg setconf @IF@ /dev/stdin 2>&1) || case $e in
  *esol*|*ervice*|*again*) die \"the endpoint's name does not resolve: use its address\" ;;
  *) die \"wg rejects $f.conf:\" $(echo \"$e\" | sed 's/`.*//') ;;
esac
[ \"$(ends)\" ] || die \"$f.conf has no peer with an Endpoint\"
ends | while read -r h p; do rule $(fam $h) @0@ to $h ipproto 17 dport $p lookup main; done
wg set @IF@ fwmark 51820
for a in $addrs; do
  e=$(ip addr add $a dev @IF@ noprefixroute 2>&1) || [ $(fam $a) = 6 ] || die \"cannot add the address $a: $e\"
done
";

const PATH_MTU: &str = "path() { ip route get $1 mark 51820 | sed -n \"s/.* $2 \\(lock \\)*\\([^ ]*\\).*/\\2/p\"; }
auto=$(ends | while read -r h p; do path $h mtu; cat /sys/class/net/$(path $h dev)/mtu; done 2>/dev/null | sort -n | sed q)
[ \"$mtu\" ] || mtu=$((auto > 1360 ? auto - 80 : 1280))
";

/// What has a route in the tunnel never leaves beside it; rules, because a flush of the table leaves them. The shortest
/// prefix comes first: to the kernel a new rule `to` a prefix of no length is the same as any that is there.
fn routes(tunnel: &Tunnel) -> String {
    let (word, twin) = match tunnel.kill_switch {
        KillSwitch::Off => ("", ""),
        _ => (", with rules that outlive @IF@", TWIN),
    };
    format!(
        "
# 5. Routes{word}.
full=no
for c in $(wg show @IF@ allowed-ips | cut -f2 | tr ' ' '\\n' | grep / | sort -t/ -k2n); do
  case $c in */[0-6]) full=yes ;; esac
  v=$(fam $c)
  try ip -$v route replace $c dev @IF@ table 51820
{twin}done
"
    )
}

const TWIN: &str = "  for d in $devs; do rule $v @8@ to $c oif $d lookup 51821; done
  rule $v @8@ to $c unreachable
";

/// Waits without ping: a keepalive of one second starts a handshake.
fn handshake(tunnel: &Tunnel) -> &'static str {
    match tunnel.handshake_timeout {
        0 => "",
        _ => {
            "
# 6. Wait for a handshake.
kept=$(wg show @IF@ persistent-keepalive)
keep() { echo \"$kept\" | while read -r k v; do eval wg set @IF@ peer $k persistent-keepalive $1; done; }
keep 1
end=$(($(date +%s) + @WAIT@))
until wg show @IF@ latest-handshakes | grep -qv '\\s0$'; do
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
        KillSwitch::Auto => "[ $full = yes ] || drop @7@ @6@ @9@\n",
        KillSwitch::Off => "drop @7@ @6@ @9@\n",
        KillSwitch::On => "",
    }
}

/// A preset of another distribution sends services into the tunnel: say so.
fn preset_check(tunnel: &Tunnel) -> String {
    let resolvers = if matches!(tunnel.dns, Dns::Cluster) { " $ns" } else { "" };
    format!(
        "for h in $(printenv KUBERNETES_SERVICE_HOST){resolvers}; do
  ! ip route get $h 2>/dev/null | grep -q ' @IF@ ' ||
    echo \"wgsidecar: warning: $h goes into the tunnel: check the settings cluster and local\" >&2
done
"
    )
}

const SUCCESS: &str = "ip link set lo alias wgsidecar\n";

const END: &str = "echo \"@IF@ is up:\" $addrs \"mtu $mtu, full tunnel: $full\"
";
