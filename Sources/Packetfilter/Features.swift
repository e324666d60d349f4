package import LinuxSystem
import Measures

extension Feature {
    /// nf_tables with tables that vanish with their owner, and with windows in nanoseconds.
    package static let ownedTables = Feature(
        name: "owned nftables tables",
        needs: "Linux 5.12, CAP_NET_ADMIN and \(KernelHome.current.remedy(modules: ["nf_tables"]))"
    ) {
        answer {
            guard let window = TimeWindow(start: 0, end: 1) else { return }
            let rule = PacketRule(window: window, verdict: .drop)
            let chain = FilterChain(name: "probe", hook: .prerouting, rules: [rule])
            let socket = try FilterSocket()
            try socket.check(
                FilterTable(name: "faultline-probe-\(socket.port)", family: .inet, chains: [chain])
            )
        }
    }

    /// NFQUEUE, natively or through the iptables target.
    package static let packetQueues = Feature(
        name: "packet queues",
        needs: KernelHome.current.remedy(modules: ["nfnetlink_queue", "nft_queue"])
            + ", or xt_NFQUEUE with nft_compat in place of nft_queue"
    ) {
        answer { _ = try FilterSocket().queueDialect() }
    }

    /// A share of the flows by hashing them.
    package static let flowShares = Feature(
        name: "shares of flows",
        needs: "CAP_NET_ADMIN and \(KernelHome.current.remedy(modules: ["nft_hash"]))"
    ) {
        let flows = FlowShare(.one, seed: 0, key: .portless, isIPv6: false, nearIsSource: true)
        return probe(PacketMatch(flows: flows))
    }

    /// Telling packets by the cgroup of their sender.
    package static let senderCgroups = Feature(
        name: "packets by cgroup",
        needs:
            "Linux 5.13 with cgroup v2, CAP_NET_ADMIN and \(KernelHome.current.remedy(modules: ["nft_socket"]))"
    ) {
        probe(PacketMatch(cgroup: SenderCgroup(level: 1, identifier: 1)))
    }

    private static func probe(_ match: PacketMatch) -> Answer {
        answer {
            let rule = PacketRule(match: match, verdict: .accept)
            let chain = FilterChain(name: "probe", hook: .output, rules: [rule])
            let socket = try FilterSocket()
            try socket.check(
                FilterTable(name: "faultline-probe-\(socket.port)", family: .ip, chains: [chain])
            )
        }
    }

    /// Rules that send packets by another interface, as the netem backend's detours need them.
    package static let packetDetours = Feature(
        name: "packet detours",
        needs: "Linux 5.19 with CONFIG_NETFILTER_EGRESS and "
            + KernelHome.current.remedy(modules: ["nft_fwd_netdev"])
    ) {
        answer {
            try NetworkNamespace.insideFresh {
                let rule = PacketRule(verdict: .detour(major: 1, link: 1))
                let chain = FilterChain(name: "probe", hook: .egress, rules: [rule], interface: "lo")
                let table = FilterTable(name: "faultline-probe", family: .netdev, chains: [chain])
                _ = try FilterSocket().install(table)
            }
        }
    }

    private static func answer(_ probe: () throws -> Void) -> Answer {
        do {
            try probe()
            return .yes
        } catch let error as FilterError {
            return error.kind == .notPermitted ? .unknown(error.message) : .no(error.message)
        } catch {
            return .unknown("\(error)")
        }
    }
}
