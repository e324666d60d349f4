import LinuxSystem
import Netlink
import TestSupport

/// How a path feels that no fault acts on.
struct Feeling {
    /// nil: every probe was answered, and nearly all at once. The rest a busy machine may have.
    let complaint: String?

    init(_ samples: some Collection<EchoProbe.Sample>) {
        let lost = samples.count { $0.roundTrip == nil }
        let slow = samples.count { ($0.roundTrip ?? 0) > Pace.milliseconds(40) }
        if samples.count < 5 {
            complaint = "only \(samples.count) probes"
        } else if lost > 0 || slow * 10 > samples.count {
            let begin = samples.first?.sentAt ?? 0
            let bad = samples.filter { ($0.roundTrip ?? .max) > Pace.milliseconds(40) }
            let instants = [bad.first, bad.last].compactMap { $0 }.map {
                "\(($0.sentAt - begin) / 1_000_000) ms"
            }
            complaint =
                "\(lost) lost and \(slow) late of \(samples.count) probes, after \(instants.joined(separator: " to "))"
        } else {
            complaint = nil
        }
    }
}

/// What is not Faultline's on a host, and all that it may have changed there.
enum PacketScene {
    /// Somebody else's packet rules and queueing disciplines, on the fault's own interface too where that is possible.
    static func furnish(_ host: TestHost) throws {
        let own = """
            qdisc add dev eth0 root handle 5: htb default 1
            class add dev eth0 parent 5: classid 5:1 htb rate 1gbit ceil 1gbit burst 100k
            qdisc add dev eth0 clsact
            filter add dev eth0 egress pref 7 protocol ip u32 match ip dst 192.0.2.1/32 flowid 5:1
            filter add dev eth0 ingress pref 9 protocol ip u32 match ip src 192.0.2.1/32 flowid 5:1
            """
        // One process for each tool: an emulated guest starts two a second.
        let script = """
            set -e
            ip link add other0 type veth peer name other1
            tc -batch - << END
            \(own)
            qdisc add dev other0 root handle 1: htb default 10
            class add dev other0 parent 1: classid 1:10 htb rate 1mbit
            qdisc add dev other1 root handle 7: tbf rate 1mbit burst 10k latency 100ms
            END
            nft -f - << END
            table inet foreign {
              set some { type ipv4_addr; elements = { 192.0.2.7, 192.0.2.9 }; }
              chain input {
                type filter hook input priority 0; policy accept;
                ip saddr 192.0.2.1 tcp dport 80 drop
              }
            }
            table ip empty { }
            END
            """
        let (status, text) = try conformanceShell(script, in: host.namespace)
        guard status == 0 else { throw SystemError("furnish \(host.namespace.name)", refused: text) }
    }

    /// As the kernel's own tools print it, and every byte that it tells of queueing disciplines by netlink.
    static func state(of host: TestHost) throws -> [String] {
        // ip looks at every namespace that has a name, and complains of those that others are just making or removing.
        let (status, text) = try conformanceShell(
            "nft list ruleset; tc qdisc show; ip -o link show 2>/dev/null | cut -d: -f2",
            in: host.namespace
        )
        guard status == 0, text.contains("qdisc") else {
            throw SystemError("list \(host.namespace.name)", refused: text)
        }
        return [text] + (try host.namespace.inside { try objects() })
    }

    /// In the calling thread's namespace.
    static func objects() throws -> [String] { try RouteSocket().trafficControl().objects.map { "\($0)" } }
}
