//! The script of the container, made from the settings: only what they need is in it. Knows nothing of pods.
//!
//! Other programs pass the text on, and some replace `$$`, `${…}`, `%{…}`, `{{…}}` or a `$(NAME)` of the container's
//! environment: it holds none of them (`tests/it/script.rs`). Words in capitals between `@` are filled in here.

use super::sidecar;
use super::tunnel::{Delivery, Dns, Inbound, KillSwitch, Mode, Ordinal, Ports, Protocol, Tunnel};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The whole text, with a line break at its end.
pub fn script(tunnel: &Tunnel) -> String {
    let text = match tunnel.mode {
        Mode::Init => init(tunnel),
        Mode::Sidecar(sidecar) => sidecar::script(tunnel, sidecar),
    };
    fill(&text, tunnel)
}

/// What the container's shell is given: the script, or what reads it from the ConfigMap and checks it first.
pub fn argument(tunnel: &Tunnel) -> String {
    match tunnel.delivery {
        Delivery::Inline => script(tunnel),
        Delivery::ConfigMap => {
            let sum = sha256(&script(tunnel));
            LOADER.replace("@MAP@", &map_name(&sum)).replace("@SUM@", &sum)
        }
    }
}

/// The key of the ConfigMap that holds the script, and the file's name.
pub const FILE: &str = "wgsidecar.sh";

/// Who may write ConfigMaps must not decide what runs as root: what is run is the very text that was checked, and not
/// what a file holds a moment later. Where it is another text, or none, the container fails, and a pod whose init
/// container fails starts nothing else: it is closed.
const LOADER: &str = "\
# wgsidecar: runs the script of the ConfigMap @MAP@, if it is the one that was meant.
s=$(cat /etc/wireguard/wgsidecar.sh)
[ \"$(printf '%s\\n' \"$s\" | sha256sum)\" = '@SUM@  -' ] || {
  echo 'wgsidecar: the script in the ConfigMap @MAP@ is not the one that was meant: apply what wgsidecar script prints' >&2
  exit 1
}
eval \"$s\"
";

/// What the name of a ConfigMap of ours begins with.
const MAP_NAME: &str = "wgsidecar-";

/// Digits of the hash in it.
const MAP_DIGITS: usize = 16;

/// The name of the ConfigMap for a script with this hash.
pub fn map_name(sum: &str) -> String {
    format!("{MAP_NAME}{}", &sum[..MAP_DIGITS])
}

/// The digits of the hash in the name of a ConfigMap of ours; a generator may have put something before it.
pub fn digits_of(name: &str) -> Option<&str> {
    let (before, digits) = name.split_at_checked(name.len().checked_sub(MAP_DIGITS)?)?;
    let is_hash = digits.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it));
    (before.ends_with(MAP_NAME) && is_hash).then_some(digits)
}

/// The SHA-256 of a text in hex.
pub fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The ConfigMap that holds a tunnel's script.
pub fn config_map(tunnel: &Tunnel, namespace: Option<&str>) -> Value {
    let text = script(tunnel);
    let mut metadata = json!({"name": map_name(&sha256(&text))});
    if let Some(namespace) = namespace {
        metadata["namespace"] = namespace.into();
    }
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata,
        "immutable": true,
        "data": {(FILE): text},
    })
}

fn init(tunnel: &Tunnel) -> String {
    let parts = [
        HEAD.to_owned(),
        tools(tunnel).to_owned(),
        GUARD.to_owned(),
        files(tunnel),
        cluster_network(tunnel),
        interface(tunnel, INTERFACE, UNRESOLVED, MARK, ADDRESSES),
        routes(tunnel),
        handshake(tunnel).to_owned(),
        open(tunnel).to_owned(),
        preset_check(tunnel),
        success(tunnel).to_owned(),
        format!("{END}\n"),
    ];
    parts.concat()
}

/// Writes the settings in as words.
fn fill(text: &str, tunnel: &Tunnel) -> String {
    let mut text = text
        .replace("@IF@", &tunnel.interface)
        .replace("@WAIT@", &tunnel.handshake_timeout.to_string())
        .replace("@MTU@", &tunnel.mtu.map_or_else(String::new, |mtu| mtu.to_string()));
    for offset in 0..10 {
        text = text.replace(&format!("@{offset}@"), &(tunnel.rule_priority + offset).to_string());
    }
    text
}

/// A pod in the node's network is told by its hosts file, on top of which the kubelet says so (`managedHostsHeader` and its
/// twin in `pkg/kubelet/kubelet_pods.go`): nothing may be touched there. `rule` notes a rule, `add` hands all to one `ip`.
pub(super) const HEAD: &str = "\
# wgsidecar: this pod's packets go through @IF@, to what is local, or nowhere.
set -ef
die() { echo \"wgsidecar: $*\" >&2; exit 1; }
! grep -qs '^# Kub.*(host network)' /etc/hosts || die \"the pod uses the node's network: remove hostNetwork or the tunnel\"
try() { \"$@\" 2>/dev/null || :; }
fam() { case $1 in *:*) v=6 ;; *) v=4 ;; esac; }
rule() { r=\"$r$*
\"; }
add() { for v in $fams; do echo \"$r\" | sed -n \"s/^$v/rule add pref/p\" | ip -$v -batch -; done; r=; }
drop() { for p; do for v in $fams; do while ip -$v rule del pref $p 2>/dev/null; do :; done; done; done; }
";

/// Installs the tools first. Until a try has succeeded nothing else runs in the pod, and what a failed one left must not
/// be in the way; from then on it stays closed. The mark of success is in the network namespace, where it outlives us.
pub(super) fn tools(tunnel: &Tunnel) -> &'static str {
    if tunnel.install_tools { INSTALL } else { "" }
}

const INSTALL: &str = "
# 0. Install the tools. Until a try has succeeded, the rules of a failed one may go.
grep -q wgsidecar /sys/class/net/lo/ifalias || for p in @0@ @1@ @2@ @3@ @4@ @5@ @6@ @7@ @8@ @9@; do
  for v in 4 6; do while ip -$v rule del priority $p 2>/dev/null; do :; done; done
done
apk add --no-cache --no-scripts iproute2-minimal wireguard-tools-wg >/dev/null ||
  die 'apk cannot install the tools: the package mirror cannot be reached'
";

/// A socket bound to a device has a rule of its own: where a lookup for it fails, the kernel takes any address for a
/// neighbour's (`ip_route_output_key_hash_rcu`), so it finds a route to the pod itself. That rule comes before any other
/// that fails a lookup, and another run does not drop it. The label is explained below.
pub(super) const GUARD: &str = "
# 1. Close the pod. Rules @5@ and @9@ stay on failure.
devs=$(ip -br link show up | sed 's/[@ ].*//; /^\\(lo\\|@IF@\\)$/d')
for d in $devs; do
  try ip route append local default dev $d table 51821
  try ip rule add pref @5@ oif $d lookup 51821
  try ip addrlabel add prefix ::/0 dev $d label 9
done
fams='4 6'; old=$(ip -6 rule 2>/dev/null) || fams=4
for v in $fams; do
  ip -$v rule | grep -q '^@9@:.*unr' || ip -$v rule add pref @9@ unreachable || die 'the container needs uid 0 and NET_ADMIN'
done
case $old$(ip rule) in *@0@:*) drop @8@ @7@ @6@ @4@ @3@ @2@ @1@ @0@ ;; esac
";

/// The Secret's files: `wg0.conf` and `wg0.address`, or those of the pod's ordinal.
pub(super) fn files(tunnel: &Tunnel) -> String {
    let name = match tunnel.ordinal {
        None if tunnel.is_sidecar() => "f=wg$i\n",
        None => "f=wg0\n",
        Some(Ordinal::Pod) => {
            "f=$WG_ORDINAL; [ \"$f\" ] || f=$(hostname | sed 's/\\..*//; s/.*-//')\n"
        }
        Some(Ordinal::Completion) => {
            "f=$JOB_COMPLETION_INDEX; [ \"$f\" ] || die 'this pod has no completion index'\n"
        }
    };
    format!(
        "
# 2. The provider's file.
cd /etc/wireguard; {name}[ -r $f.conf ] || die \"the Secret has no $f.conf\"
conf=$(tr -d '\\r\\273\\277\\357' <$f.conf | sed 's/#.*//; s/^\\s*//; s/\\s*=\\s*/=/')
get() {{ echo \"$conf\" | sed -n \"s/^$1=//Ip\"; }}
addrs=$({{ grep -s '[0-9]' $f.address || get address; }} | tr ',\\r' '  ')
[ \"$addrs\" ] || die 'the Secret holds no tunnel address'
mtu=$(get mtu | sed -n '$p')
"
    )
}

/// What may leave by the cluster's network, and the resolver while an endpoint's name is looked up. For so long UDP over
/// IPv4 goes nowhere, and does not fail: of a name's addresses, resolvers take those that a UDP socket can connect to
/// (RFC 6724, section 6, rule 1), and none would be one.
pub(super) fn cluster_network(tunnel: &Tunnel) -> String {
    let top = match tunnel.inbound {
        Inbound::All => "top=$(($(cut -f1 /proc/sys/net/ipv4/ip_local_port_range)-1))\n",
        _ => "",
    };
    let (queries, connect, resolver) = match tunnel.dns {
        Dns::Cluster => ("", "  ip route replace default dev lo src $a table 51822\n", RESOLVER),
        Dns::Servers(_) => (QUERIES, "", ""),
    };
    let (tcp, udp) = inbound(&tunnel.inbound);
    let local = local(tunnel);
    format!(
        "
# 3. What may go beside it.
{queries}{top}for v in $fams; do
  rule $v @0@ fwmark 51820 lookup main
  rule $v @0@ iif @IF@ unreachable
{udp}  rule $v @4@ lookup main suppress_prefixlength 0
  rule $v @8@ not fwmark 51820 lookup 51820
done
for a in $(ip -o addr show scope global | sed -n '/: \\(lo\\|@IF@\\) /!s|.* inet6* \\([^/ ]*\\).*|\\1|p' | sort -u); do fam $a
{tcp}{OWN_ADDRESS}{connect}done
{local}{resolver}add
"
    )
}

/// Queries stay in the tunnel, whoever asks whom.
const QUERIES: &str = "\
for d in $devs; do rule 4 @1@ oif $d dport 53 lookup 51821; done
for n in 6 17; do for v in $fams; do
  rule $v @1@ ipproto $n dport 53 lookup 51820
  rule $v @2@ ipproto $n dport 53 unreachable
done; done
";

const RESOLVER: &str = "\
trap 'drop @1@' EXIT
ns=$(sed -n 's/^nameserver *\\([0-9A-Fa-f.:]*\\).*/\\1/p' /etc/resolv.conf | sort -u)
for n in $ns; do fam $n; rule $v @1@ to $n dport 53 lookup main; done
rule 4 @1@ ipproto 17 lookup 51822
";

/// The ranges that stay local, each family by itself.
fn local(tunnel: &Tunnel) -> String {
    let family = |v: u8| {
        let nets = tunnel.local.iter().filter(|net| net.addr().is_ipv4() == (v == 4));
        let nets: Vec<_> = nets.map(ToString::to_string).collect();
        if nets.is_empty() {
            return String::new();
        }
        format!("for c in {}; do rule {v} @3@ to $c lookup main; done\n", nets.join(" "))
    };
    family(4) + &family(6)
}

/// Replies from server ports, by TCP and by UDP. A bare `from` the pod's address would leak; a UDP socket has no address yet.
fn inbound(inbound: &Inbound) -> (String, String) {
    let tcp = |range: &str| format!("  rule $v @4@ from $a ipproto 6 sport {range} lookup main\n");
    let udp = |range: &str| format!("  rule $v @4@ ipproto 17 sport {range} lookup main\n");
    let ports = match inbound {
        Inbound::None => return Default::default(),
        Inbound::All => return (tcp("1-$top"), String::new()),
        Inbound::Ports(ports) => ports,
    };
    let of = |protocol: Protocol, rule: &dyn Fn(&str) -> String| {
        let ports = ports.iter().filter(|ports| ports.protocol == protocol);
        ports.map(|ports| rule(&range(ports))).collect()
    };
    (of(Protocol::Tcp, &tcp), of(Protocol::Udp, &udp))
}

fn range(ports: &Ports) -> String {
    if ports.first == ports.last {
        return ports.first.to_string();
    }
    format!("{}-{}", ports.first, ports.last)
}

/// Where a lookup fails, IPv6 picks the socket a source address and looks again (`ip6_dst_lookup_tail`): from the pod's own,
/// what a client sends from a server's port would then pass as a reply. 2001:db8::1 is picked instead, as it has the label
/// of the internet and those on the pod's devices do not (RFC 6724, section 5, rule 6).
///
/// With a strict rp_filter the pod answers ARP only if the way back, without a protocol, is its own interface. That rule
/// has a priority of its own, so that another run can drop it before those that keep the transports from it: TCP, UDP,
/// SCTP and UDP-Lite, which any program may use.
const OWN_ADDRESS: &str =
    "  [ $v = 4 ] || { try ip addr add 2001:db8::1 dev lo noprefixroute; continue; }
  for n in 6 17 132 136; do rule 4 @6@ from $a ipproto $n unreachable; done
  rule 4 @7@ from $a lookup main
";

/// The interface, made by `create` and then marked by `mark`, and its `addresses`; what is done about a name that is
/// `unresolved`.
pub(super) fn interface(
    tunnel: &Tunnel,
    create: &str,
    unresolved: &str,
    mark: &str,
    addresses: &str,
) -> String {
    // names are looked up no more
    let resolver = if matches!(tunnel.dns, Dns::Cluster) { "drop @1@; " } else { "" };
    let done = format!("{resolver}{mark}");
    let done = match done.trim_end_matches("; ") {
        "" => String::new(),
        done => format!("{done}\n"),
    };
    let (way, mtu) = match tunnel.mtu {
        Some(_) => ("", "mtu=@MTU@\n"),
        None => ("ways=\"$ways $(try ip route get $1 mark 51820)\"; ", PATH_MTU),
    };
    format!(
        "{create}  *esol*|*ervice*|*again*) {unresolved} ;;
{REFUSED}{done}set -- $(wg show @IF@ endpoints | sed -n 's/[][]//g; s/.*\\s\\(.*\\):/\\1 /p' | sort -u)
[ $1 ] || die \"$f.conf has no peer with an Endpoint\"
while [ $1 ]; do
  fam $1; rule $v @0@ to $1 ipproto 17 dport $2 lookup main
  {way}shift 2
done
{mtu}{addresses}ip link set @IF@ mtu $mtu up
"
    )
}

const MARK: &str = "wg set @IF@ fwmark 51820";

const ADDRESSES: &str = "\
for a in $addrs; do
  fam $a; e=$(ip addr add $a dev @IF@ noprefixroute 2>&1) || [ $v = 6 ] || die \"cannot add the address $a: $e\"
done
";

const INTERFACE: &str = "
# 4. The interface.
try ip link del @IF@
ip link add @IF@ type wireguard || die \"cannot create @IF@: the node's kernel has no WireGuard\"
e=$(echo \"$conf\" | grep -Eiv '^(address|dns|mtu|table|saveconfig|p(re|ost)(up|down))=' |
  WG_ENDPOINT_RESOLUTION_RETRIES=5 wg setconf @IF@ /dev/stdin 2>&1) || case $e in
";

const UNRESOLVED: &str = "die \"the endpoint's name does not resolve: use its address\"";

/// Why else `wg` takes no file.
const REFUSED: &str = "  *) die \"wg rejects $f.conf:\" $(echo \"$e\" | sed 's/`.*//') ;;
esac
";

/// The MTU of each way to an endpoint, and that of its device, stand behind a word that names them.
const PATH_MTU: &str = "\
auto=$(for w in $ways; do case $o in dev) cat /sys/class/net/$w/mtu ;; mtu|lock) echo $w ;; esac; o=$w; done | sort -n | sed '/lock/d;q')
[ \"$mtu\" ] || mtu=$((auto > 1360 ? auto - 80 : 1280))
";

/// What has a route in the tunnel never leaves beside it; rules, because a flush of the table leaves them. The shortest
/// prefix comes first: to the kernel a new rule `to` a prefix of no length is the same as any that is there.
pub(super) fn routes(tunnel: &Tunnel) -> String {
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
  fam $c; try ip -$v route replace $c dev @IF@ table 51820
{twin}done
add
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
keep() { echo \"$kept\" | while read -r k v; do eval wg set @IF@ peer $k persistent-keepalive $1; done; }
kept=$(wg show @IF@ persistent-keepalive); keep 1
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
pub(super) fn open(tunnel: &Tunnel) -> &'static str {
    match tunnel.kill_switch {
        KillSwitch::Auto => "[ $full = yes ] || drop @7@ @6@ @5@ @9@\n",
        KillSwitch::Off => "drop @7@ @6@ @5@ @9@\n",
        KillSwitch::On => "",
    }
}

/// A preset of another distribution sends services into the tunnel: say so.
pub(super) fn preset_check(tunnel: &Tunnel) -> String {
    let resolvers = if matches!(tunnel.dns, Dns::Cluster) { " $ns" } else { "" };
    format!(
        "for h in $KUBERNETES_SERVICE_HOST{resolvers}; do
  ! ip route get $h 2>/dev/null | grep -q ' @IF@ ' ||
    echo \"wgsidecar: warning: $h goes into the tunnel: check the settings cluster and local\" >&2
done
"
    )
}

/// The mark by which another run with `tools` knows that this one has succeeded.
pub(super) fn success(tunnel: &Tunnel) -> &'static str {
    if tunnel.install_tools { "ip link set lo alias wgsidecar\n" } else { "" }
}

pub(super) const END: &str = "echo \"@IF@ is up:\" $addrs \"mtu $mtu, full tunnel: $full\"";
