import Cgroups
import Containers
package import Engines
import LinuxSystem
import Netlink
import Packetfilter
import SocketDiag

/// Whether this host can do a kind of fault, by what, and what would bring what is missing.
package struct FaultSupport: Sendable, Encodable {
    /// As the experiment file calls it, with what is particular about it: "pause (by: freezer)".
    package let kind: String
    package let isHere: Bool
    /// "netem", "queue", "nftables", "pidfd", …
    package let by: String
    /// Why not, and the remedy; nil: it is here.
    package let missing: String?

    private init(_ kind: String, by: String, needs: [Feature] = []) {
        self.kind = kind
        self.by = by
        let lacking = needs.lazy.compactMap { feature in
            feature.answer().reason.map { "\($0). It needs \(feature.needs)" }
        }.first
        missing = lacking
        isHere = lacking == nil
    }

    private init(_ kind: String, by: String, missing: String) {
        (self.kind, self.by, self.missing) = (kind, by, missing)
        isHere = false
    }

    /// Every kind of the experiment file, and the filters that need more than it. Tries them; changes nothing that lasts.
    package static func onThisHost() -> [FaultSupport] {
        packets() + [
            FaultSupport("partition", by: "nftables", needs: [.ownedTables]),
            FaultSupport(
                "partition of what leaves",
                by: "nftables, queue",
                needs: [.ownedTables, .packetQueues]
            ),
            FaultSupport("reset", by: "sock_diag", needs: [.socketDestroy]),
            FaultSupport("kill, pause, restart", by: "pidfd"),
            FaultSupport("pause (by: freezer)", by: "cgroup", needs: [.freezer]),
            FaultSupport("stress", by: "worker processes"),
            FaultSupport("limit (cpus)", by: "cgroup", needs: [.cpuLimit]),
            FaultSupport("limit (memory)", by: "cgroup", needs: [.memoryLimit]),
            FaultSupport("limit (read, write)", by: "cgroup", needs: [.ioLimit]),
            FaultSupport("filter flows:", by: "nft jhash", needs: [.ownedTables, .flowShares]),
            FaultSupport("filter cgroup:", by: "nft socket", needs: [.ownedTables, .senderCgroups]),
        ]
    }

    /// Containers of these engines, as far as their sockets are there. Asks them.
    package static func containers(of engines: Engines) -> [FaultSupport] {
        engines.engines.filter { Directory.resolved($0.socket) != nil }.map { engine in
            let kind = "container (engine: \(engine.kind.rawValue))"
            do {
                let count = try engine.containers().count(where: \.isRunning)
                return FaultSupport(kind, by: "\(engine.socket), \(count) \(count == 1 ? "runs" : "run")")
            } catch {
                return FaultSupport(kind, by: "none", missing: "\(error)")
            }
        }
    }

    private static func packets() -> [FaultSupport] {
        let (kinds, twice) = ("delay, loss, corrupt, rate, slots", "duplicate")
        guard let socket = try? FilterSocket() else {
            return [kinds, twice].map { FaultSupport($0, by: "none", needs: [.ownedTables]) }
        }
        let (backend, reason) = DelayBackend.probe(socket)
        switch backend {
        case .netem: return [kinds, twice].map { FaultSupport($0, by: "netem", needs: [.ownedTables]) }
        case .queue:
            let canCopy = (try? socket.canCopy(family: .ip)) ?? false
            let remedy = KernelHome.current.remedy(modules: ["nft_dup_ipv4", "nft_dup_ipv6"])
            return [
                FaultSupport(kinds, by: "queue", needs: [.ownedTables]),
                canCopy
                    ? FaultSupport(twice, by: "queue", needs: [.ownedTables])
                    : FaultSupport(
                        twice,
                        by: "queue",
                        missing: "the kernel cannot copy packets. It needs \(remedy)"
                    ),
            ]
        case .none: return [kinds, twice].map { FaultSupport($0, by: "none", missing: reason) }
        }
    }
}
