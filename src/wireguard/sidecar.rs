//! The script of a container that stays: that of the init container as a function, and a loop around it. Knows nothing of
//! pods.
//!
//! All of it runs as a child of a shell that does nothing but wait, so that the container ends at once: a shell hears a
//! signal only when what it runs in the foreground has ended.

use super::script::{
    END, GUARD, HEAD, cluster_network, files, interface, open, preset_check, routes, success, tools,
};
use super::tunnel::{Dns, Sidecar, Tunnel};

/// The whole text, its settings not yet filled in.
pub(super) fn script(tunnel: &Tunnel, sidecar: Sidecar) -> String {
    let (serve, jobs) = match sidecar.metrics {
        Some(port) => (METRICS.replace("@PORT@", &port.to_string()), "$m $!"),
        None => (String::new(), "$!"),
    };
    let (follow, unfollow) = match tunnel.dns {
        Dns::Cluster => (FOLLOW, UNFOLLOW),
        Dns::Servers(_) => ("", ""),
    };
    let parts = [
        HEAD.to_owned(),
        PEERS.to_owned(),
        "\nbuild() {".to_owned(),
        GUARD.to_owned(),
        FORGET.to_owned(),
        files(tunnel),
        READ.to_owned(),
        cluster_network(tunnel),
        interface(tunnel, INTERFACE, UNRESOLVED, "", ADDRESSES),
        routes(tunnel),
        open(tunnel).to_owned(),
        handshake(tunnel).to_owned(),
        preset_check(tunnel),
        format!("{END} \"by $f.conf\"\n}}\n"),
        "\nmain() {".to_owned(),
        tools(tunnel).to_owned(),
        first(tunnel),
        success(tunnel).to_owned(),
        WATCH.replace("@FOLLOW@", follow),
        serve,
        RUN.replace("@JOBS@", jobs).replace("@UNFOLLOW@", unfollow),
    ];
    parts.concat()
}

/// Peers that have shaken hands in so many seconds, and those that are to be asked for it. Both leave out, and ask, a peer
/// that has not answered what was sent since the last look: it answers data within ten seconds and a handshake at once, and
/// keepalives are too few to count.
const PEERS: &str = "\
keep() { echo \"$kept\" | while read -r k v; do eval wg set @IF@ peer $k persistent-keepalive $1; done; }
fresh() {
  wg show @IF@ latest-handshakes 2>/dev/null | grep -vF \"$mute\" | while read -r q t; do [ $(($(date +%s) - t)) -gt $1 ] || echo $q; done
}
stale() { wg show @IF@ peers | grep -vxF \"$(fresh 150)\"; }
hear() {
  mute=$(wg show @IF@ transfer | while read -r q r t; do
    echo \"$seen\" | while read -r a b c; do [ $a$b != $q$r ] || [ $((t - c)) -lt 500 ] || echo $q; done; done; echo -)
}
poke() { kept=$(wg show @IF@ persistent-keepalive); keep 1; sleep 5; keep '$v'; hear; }
next() { i=$((i + 1)); [ -r wg$i.conf ]; }
";

/// What an earlier file has left, as the interface stays.
const FORGET: &str = "for v in $fams; do try ip -$v route flush table 51820; done; mute=-; ways=
";

/// What the files hold, by which the loop sees that they change. Read before all else: a change in between is seen again.
const READ: &str = "was=$(cat $f.conf $f.address 2>/dev/null) || :
";

/// The interface stays, with its number: programs may be bound to it. So do its sessions where this container alone is
/// started anew. Its packets are marked all the time, or they would go into the tunnel themselves: ours is the last word on it.
const INTERFACE: &str = "
# 4. The interface.
[ -e /sys/class/net/@IF@ ] || ip link add @IF@ type wireguard || die \"cannot create @IF@: the node's kernel has no WireGuard\"
e=$(echo \"$conf
[Interface]
FwMark=51820\" | grep -Eiv '^(address|dns|mtu|table|saveconfig|p(re|ost)(up|down))=' |
  WG_ENDPOINT_RESOLUTION_RETRIES=5 wg $how @IF@ /dev/stdin 2>&1) || case $e in
";

/// A server that has lost its name is one that does not answer: another is asked, where there is one.
const UNRESOLVED: &str =
    "next || die \"the endpoint's name does not resolve: use its address\"; build; return";

const ADDRESSES: &str = "\
for a in $(ip -o addr show dev @IF@ scope global | sed 's/.* inet6* \\([^ ]*\\) .*/\\1/'); do
  case \" $addrs \" in *\" $a \"*) ;; *) ip addr del $a dev @IF@ ;; esac; done
for a in $addrs; do
  fam $a; e=$(ip addr replace $a dev @IF@ noprefixroute 2>&1) || [ $v = 6 ] || die \"cannot add the address $a: $e\"
done
";

/// Waits as the init container does, but does not end without one: another server may answer. No clock ends it, as one may
/// be put back. The keepalives end in any case: one that sends so many looks like one that is not answered.
fn handshake(tunnel: &Tunnel) -> &'static str {
    match tunnel.handshake_timeout {
        0 => "",
        _ => {
            "
# 6. Wait for a handshake.
kept=$(wg show @IF@ persistent-keepalive); keep 1; n=@WAIT@
until [ \"$(fresh 200)\" ] || [ $((n -= 1)) -lt 0 ]; do sleep 1; done
keep '$v'; [ $n -ge 0 ] || return 0
"
        }
    }
}

/// Asks for the names of peers that are silent, with the resolver within reach for as long as it takes, and goes to another
/// address of the same family, the next in their order, so that each has its turn: the rule for it stands before a packet is
/// sent, and the old one goes with the last.
const FOLLOW: &str = "  for peer in $(stale); do
    set -- $(echo \"$conf\" | tr '\\n' ' ' | sed 's/ \\[/\\n[/g' | sed -n \"\\|=$peer |s/.* endpoint=\\([^ :[]*[a-z][^ :]*\\):\\([0-9]*\\) .*/\\1 \\2/Ip\")
    [ $2 ] || continue
    set -- $1 $2 $(wg show @IF@ endpoints | sed -n \"s/[][]//g; s|^$peer\\s*\\(.*\\):|\\1 |p\")
    for n in $ns; do fam $n; rule $v @1@ to $n dport 53 lookup main; done; add
    all=$({ echo $3; busybox nslookup $1 2>/dev/null | sed -n '/^Name/,$s/^Address[^:]*: *\\([^ ]*\\).*/\\1/p'; } | sort -u)
    drop @1@; fam $3
    a=$(printf '%s\\n' $all $all | case $v in 4) grep '[.]' ;; *) grep : ;; esac | sed \"1,/^$3\\$/d;q\")
    [ $a ] || continue
    try ip -$v rule add pref @0@ to $a ipproto 17 dport $2 lookup main
    wg set @IF@ peer $peer endpoint [$a]:$2; echo \"$1 is now at $a\"
    wg show @IF@ endpoints | grep -qwF $3 || try ip -$v rule del pref @0@ to $3 ipproto 17 dport $4 lookup main
    poke
  done
";

/// Builds the tunnel for the first time. Where it stands already, a server that is silent now ends nothing.
fn first(tunnel: &Tunnel) -> String {
    let wait = match tunnel.handshake_timeout {
        0 => "",
        _ => {
            "until [ \"$(fresh 200)\" ] || grep -q . /sys/class/net/@IF@/ifalias; do
  next || die 'no handshake: the endpoint cannot be reached, or a key is wrong'
  build
done
"
        }
    };
    format!("{FIRST}{wait}")
}

const FIRST: &str = "
i=0; how=syncconf; build; how=setconf
";

/// The word beside the interface's name says how the tunnel is: probes read it, and anyone who likes.
const WATCH: &str = "
# 7. Look after it.
while :; do
  now=down; [ ! \"$(fresh 200)\" ] || now=up
  case $(cat /sys/class/net/@IF@/ifalias):$now in
    up:down) echo 'wgsidecar: the tunnel is down: the server does not answer' >&2 ;;
    down:up) echo 'wgsidecar: the tunnel is up again' >&2 ;;
  esac
  ip link set @IF@ alias $now; seen=$(wg show @IF@ transfer)
  sleep 25
  [ -e /sys/class/net/@IF@ ] || was=
  [ \"$(cat $f.conf $f.address 2>/dev/null)\" = \"$was\" ] || { [ -r $f.conf ] || i=0; build; }
  hear; [ ! \"$(stale)\" ] || poke
@FOLLOW@  [ \"$(fresh 200)\" ] || [ $now = up ] || [ ! -r wg1.conf ] || { next || i=0; build; }
done
}
";

/// Prometheus' text to whoever asks, without a key, an address or anything else that tells one account from another; to no
/// more than some at a time, as the container has little memory.
const METRICS: &str = "
# 8. Metrics.
serve='while read -r l; do case $l in ??*) ;; *) break ;; esac; done
printf \"HTTP/1.0 200 OK\\r\\nContent-Type: text/plain; version=0.0.4\\r\\n\\r\\n\"
say() { n=0; echo \"# TYPE wireguard_$1 $2\"; while read -r v; do n=$((n + 1)); echo \"wireguard_$1{interface=\\\"@IF@\\\",peer=\\\"$n\\\"} $v\"; done; }
wg show @IF@ latest-handshakes | cut -f2 | say latest_handshake_seconds gauge
wg show @IF@ transfer | cut -f2 | say received_bytes_total counter
wg show @IF@ transfer | cut -f3 | say sent_bytes_total counter
wg show @IF@ endpoints | sed \"s/.*\\s\\[.*/6/; s/.*\\s[0-9].*/4/; s/.*(none)/0/\" | say endpoint_family gauge'
busybox nc -ll -p @PORT@ -e sh -c '[ $(wc -w </proc/$PPID/task/$PPID/children) -gt 20 ] || exec timeout 5 sh -c \"$0\"' \"$serve\" & m=$!
";

/// What ends by itself leaves the pod closed, and says so to probes, unless no tunnel has stood yet.
const RUN: &str = "
trap 'try kill @JOBS@; @UNFOLLOW@exit 0' TERM
main & wait $! || ! grep -qs . /sys/class/net/@IF@/ifalias || ip link set @IF@ alias down
exit 1
";

/// The way to the resolver, where the end comes while a name is asked for.
const UNFOLLOW: &str = "fams=\"4 6\"; drop @1@; ";
