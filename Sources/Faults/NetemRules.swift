import Netlink
import Packetfilter

/// The packet rules that steer what a fault acts on into its classes. Pure.
struct NetemRules {
    let place: NetemPlace
    /// By address family; they come first in every chain.
    let sparing: [TableFamily: [PacketRule]]
    /// The fault's id.
    let comment: String

    /// The tables of one direction.
    func tables(_ traffic: ConcernedTraffic) -> [FilterTable] {
        place.detour.direction == .leaving
            ? leaving(traffic.leaving) : [arriving(traffic.arriving, at: place.detour.interface.name)]
    }

    /// A table for each address family.
    private func leaving(_ matches: [TableFamily: [PacketMatch]]) -> [FilterTable] {
        families(of: matches).map { family in
            let rules = (sparing[family] ?? []) + steering(matches[family] ?? [])
            return FilterTable(
                name: PacketFaults.tableName(comment),
                family: family,
                chains: [
                    FilterChain(
                        name: "leaving",
                        hook: .postrouting,
                        priority: FilterChain.steeringPriority(place.number),
                        rules: rules
                    )
                ]
            )
        }
    }

    /// One table, with a chain for each address family: what arrives must be steered before it is handed over, and that
    /// happens before it comes to the tables of its family. Packets that have been on the detour are left alone.
    private func arriving(_ matches: [TableFamily: [PacketMatch]], at interface: String) -> FilterTable {
        FilterTable(
            name: PacketFaults.tableName(comment),
            family: .netdev,
            chains: families(of: matches).map { family in
                let first = [PacketVerdict.acceptOthers(than: family), .acceptReturned(clearing: false)].map {
                    PacketRule(counter: false, verdict: $0)
                }
                return FilterChain(
                    name: "arriving-\(family.name)",
                    hook: .ingress,
                    priority: FilterChain.steeringPriority(place.number),
                    rules: first + (sparing[family] ?? []) + steering(matches[family] ?? []),
                    interface: interface
                )
            }
        )
    }

    private func steering(_ matches: [PacketMatch]) -> [PacketRule] {
        matches.flatMap { match in
            place.steps.map { step in
                PacketRule(
                    match: match,
                    verdict: .steer(
                        from: step.from.map { DelayTree.priority($0) },
                        to: DelayTree.priority(step.to)
                    ),
                    comment: comment
                )
            }
        }
    }

    private func families(of matches: [TableFamily: [PacketMatch]]) -> [TableFamily] {
        matches.keys.sorted { $0.rawValue < $1.rawValue }
    }
}
