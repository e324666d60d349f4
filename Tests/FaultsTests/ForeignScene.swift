import LinuxSystem
import TestSupport

/// Something of somebody else's on a host, as its own tools make it.
struct ForeignScene: Sendable {
    let name: String
    /// For a shell in the host's namespace.
    let script: String
    /// What arrives would meet it twice on a detour: the netem backend leaves arrivals to the queue.
    var isMetByArrivals = false

    func furnish(_ host: TestHost) throws {
        let (status, text) = try conformanceShell("set -e\n\(script)", in: host.namespace)
        guard status == 0 else { throw SystemError("furnish with \(name)", refused: text) }
    }

    /// Of all that a scene may consist of, as its owner's tools print it; counters left out, which packets move.
    static func text(of host: TestHost) throws -> [String] {
        let commands =
            [
                "nft -s -a list ruleset", "tc qdisc show | sed s/direct_packets_stat.[0-9]*//",
                "tc class show dev eth0", "ip -o link show | cut -d: -f2",
            ] + ["", "ingress", "egress", "parent ffff:"].map { "tc filter show dev eth0 \($0)" }
        // What is said of sides that an interface has not, or by way of warning, is no state.
        let script = commands.map { "echo '== \($0)'; { \($0); } 2>/dev/null" }.joined(separator: "\n")
        let (_, text) = try conformanceShell(script, in: host.namespace)
        guard text.contains("qdisc") else { throw SystemError("list \(host.namespace.name)", refused: text) }
        return text.split(separator: "\n").map(String.init)
    }

    // MARK: Traffic control

    static let htb = ForeignScene(
        name: "an htb root with classes and filters",
        script: """
            tc -batch - << END
            qdisc add dev eth0 root handle 1: htb default 30
            class add dev eth0 parent 1: classid 1:1 htb rate 800mbit ceil 900mbit burst 100k
            class add dev eth0 parent 1:1 classid 1:10 htb rate 500mbit ceil 900mbit prio 0
            class add dev eth0 parent 1:1 classid 1:30 htb rate 300mbit ceil 900mbit prio 2
            qdisc add dev eth0 parent 1:10 handle 10: pfifo limit 500
            qdisc add dev eth0 parent 1:30 handle 30: tbf rate 700mbit burst 100k latency 50ms
            filter add dev eth0 parent 1: protocol ip pref 5 u32 match ip dport 7019 0xffff flowid 1:10
            filter add dev eth0 parent 1: protocol ip pref 6 u32 match ip dst 192.0.2.0/24 flowid 1:30
            END
            """
    )

    static let stock = ForeignScene(
        name: "a prio root with fq_codel, netem and flower",
        script: """
            tc -batch - << END
            qdisc add dev eth0 root handle 1: prio bands 3
            qdisc add dev eth0 parent 1:1 handle 11: fq_codel limit 2000 target 3ms interval 40ms noecn
            qdisc add dev eth0 parent 1:2 handle 12: fq_codel
            qdisc add dev eth0 parent 1:3 handle 13: netem delay 3ms 1ms loss 0.1%
            filter add dev eth0 parent 1: protocol ip pref 3 flower ip_proto tcp dst_port 443 classid 1:1
            END
            """
    )

    static let clsact = ForeignScene(
        name: "a clsact with filters both ways",
        script: """
            ip link add other0 type veth peer name other1
            tc -batch - << END
            qdisc add dev eth0 clsact
            filter add dev eth0 egress pref 7 protocol ip u32 match ip dst 192.0.2.1/32 action mirred egress redirect dev other0
            filter add dev eth0 ingress pref 9 protocol ip u32 match ip src 192.0.2.1/32 flowid 5:1
            END
            """,
        isMetByArrivals: true
    )

    static let ingress = ForeignScene(
        name: "a plain ingress qdisc that mirrors to an ifb",
        script: """
            ip link add other0 type ifb
            tc -batch - << END
            qdisc add dev eth0 handle ffff: ingress
            filter add dev eth0 parent ffff: protocol ip u32 match ip dport 7777 0xffff action mirred egress mirror dev other0
            END
            """,
        isMetByArrivals: true
    )

    // MARK: Packet rules

    static let netdev = ForeignScene(
        name: "netdev chains on the same interface",
        script: """
            nft -f - << END
            table netdev foreign {
              chain in { type filter hook ingress device "eth0" priority -500; ip saddr 192.0.2.1 counter drop; }
              chain out { type filter hook egress device "eth0" priority 10; ip daddr 192.0.2.1 counter drop; }
            }
            END
            """
    )

    /// As dockerd and a host's firewall write it, with a container's port published.
    static let docker = ForeignScene(
        name: "Docker's chains by iptables-nft",
        script: """
            ip link add docker0 type bridge
            iptables-nft-restore << END
            *nat
            :PREROUTING ACCEPT [0:0]
            :INPUT ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            :POSTROUTING ACCEPT [0:0]
            :DOCKER - [0:0]
            -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
            -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
            -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
            -A POSTROUTING -s 172.17.0.2/32 -d 172.17.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE
            -A DOCKER -i docker0 -j RETURN
            -A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
            COMMIT
            *filter
            :INPUT DROP [0:0]
            :FORWARD DROP [0:0]
            :OUTPUT ACCEPT [0:0]
            :DOCKER - [0:0]
            :DOCKER-ISOLATION-STAGE-1 - [0:0]
            :DOCKER-ISOLATION-STAGE-2 - [0:0]
            :DOCKER-USER - [0:0]
            -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
            -A INPUT -p icmp -j ACCEPT
            -A INPUT -p udp -m udp --dport 7019 -j ACCEPT
            -A FORWARD -j DOCKER-USER
            -A FORWARD -j DOCKER-ISOLATION-STAGE-1
            -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
            -A FORWARD -o docker0 -j DOCKER
            -A FORWARD -i docker0 ! -o docker0 -j ACCEPT
            -A FORWARD -i docker0 -o docker0 -j ACCEPT
            -A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
            -A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
            -A DOCKER-ISOLATION-STAGE-1 -j RETURN
            -A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
            -A DOCKER-ISOLATION-STAGE-2 -j RETURN
            -A DOCKER-USER -j RETURN
            COMMIT
            END
            """
    )

    /// As kube-proxy in its nftables mode writes it, with one service of one endpoint.
    static let kubernetes = ForeignScene(
        name: "kube-proxy's nftables table",
        script: """
            nft -f - << 'END'
            table ip kube-proxy {
              comment "rules for kube-proxy"
              set cluster-ips { type ipv4_addr; comment "Active ClusterIPs"; elements = { 10.200.0.1, 10.200.0.10 }; }
              set nodeport-ips { type ipv4_addr; elements = { 192.0.2.7 }; }
              set affinity-2QRHZV4L { type ipv4_addr; flags dynamic,timeout; timeout 3h; }
              map no-endpoint-services {
                type ipv4_addr . inet_proto . inet_service : verdict
                elements = { 10.200.0.10 . udp . 53 : goto reject-chain }
              }
              map service-ips {
                type ipv4_addr . inet_proto . inet_service : verdict
                elements = { 10.200.0.1 . tcp . 443 : goto service-2QRHZV4L-default/kubernetes/tcp/https }
              }
              map service-nodeports { type inet_proto . inet_service : verdict; }
              chain reject-chain { reject; }
              chain cluster-ips-check { ip daddr @cluster-ips reject; ip daddr { 10.200.0.0/16 } drop; }
              chain service-endpoints-check {
                ip daddr . meta l4proto . th dport vmap @no-endpoint-services
              }
              chain filter-input {
                type filter hook input priority -110; policy accept;
                ct state new jump service-endpoints-check
              }
              chain filter-output {
                type filter hook output priority -110; policy accept;
                ct state new jump service-endpoints-check
              }
              chain filter-output-post-dnat {
                type filter hook output priority -90; policy accept;
                ct state new jump cluster-ips-check
              }
              chain mark-for-masquerade { meta mark set meta mark or 0x4000; }
              chain masquerading {
                meta mark and 0x4000 == 0 return
                meta mark set meta mark xor 0x4000
                masquerade fully-random
              }
              chain endpoint-GTK6MW7G-default/kubernetes/tcp/https__10.244.0.2/6443 {
                ip saddr 10.244.0.2 jump mark-for-masquerade
                update @affinity-2QRHZV4L { ip saddr }
                meta l4proto tcp dnat to 10.244.0.2:6443
              }
              chain service-2QRHZV4L-default/kubernetes/tcp/https {
                ip daddr 10.200.0.1 tcp dport 443 ip saddr != 10.244.0.0/16 jump mark-for-masquerade
                ip saddr @affinity-2QRHZV4L goto endpoint-GTK6MW7G-default/kubernetes/tcp/https__10.244.0.2/6443
                numgen random mod 1 vmap { 0 : goto endpoint-GTK6MW7G-default/kubernetes/tcp/https__10.244.0.2/6443 }
              }
              chain services {
                ip daddr . meta l4proto . th dport vmap @service-ips
                ip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports
              }
              chain nat-prerouting { type nat hook prerouting priority dstnat; policy accept; jump services; }
              chain nat-output { type nat hook output priority -100; policy accept; jump services; }
              chain nat-postrouting { type nat hook postrouting priority srcnat; policy accept; jump masquerading; }
            }
            END
            """
    )
}
