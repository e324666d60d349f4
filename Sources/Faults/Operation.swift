import Impairments
import Netlink
import Packetfilter

/// What arming a fault asks of the kernel: in one line, and to the letter. A plan says the same of a fault as the agent that
/// arms it; only instants, and the numbers that the kernel gives, are in neither.
package struct Operation: Sendable, Hashable {
    package let headline: String
    /// Indented by two spaces a level.
    package let details: [String]

    package init(_ headline: String, details: [String] = []) {
        self.headline = headline
        self.details = details
    }

    package var text: String { ([headline] + details.map { "  \($0)" }).joined(separator: "\n") }
}

extension Operation {
    static func drop(_ tables: [FilterTable], from filter: TrafficFilter) -> Operation {
        Operation(
            "\(tables.headline): drop \(filter.direction.rawValue), \(filter.peersText)",
            details: tables.lines
        )
    }

    static func queue(_ tables: [FilterTable], number: UInt16, _ asked: Impairment) -> Operation {
        let limit = asked.packetLimit.map { ", limit \($0)" } ?? ""
        return Operation(
            "\(tables.headline): queue \(number) bypass, \(asked.words)\(limit)",
            details: tables.lines
        )
    }

    static func netem(
        _ tables: [FilterTable],
        at places: [NetemPlace],
        _ asked: Impairment,
        _ spec: NetemSpec
    )
        -> Operation
    {
        let kinds = spec.qdiscs.map(\.kind).joined(separator: " over ")
        return Operation(
            "\(tables.headline): \(places.map(\.words).joined(separator: ", ")), \(kinds) \(asked.words), "
                + "limit \(spec.computedLimit)",
            details: places.flatMap(\.lines) + tables.lines
        )
    }
}

extension TrafficFilter {
    /// For people: "10.0.0.1, fd00::/64" or "everybody".
    var peersText: String {
        peers.isEmpty ? "everybody" : peers.map(\.description).joined(separator: ", ")
    }
}

extension [FilterTable] {
    /// "nft table ip+ip6 faultline-slow, owner, postrouting".
    fileprivate var headline: String {
        let hooks = first?.chains.map(\.hook.name).joined(separator: "+") ?? ""
        return "nft table \(map(\.family.name).joined(separator: "+")) \(first?.name ?? ""), owner, \(hooks)"
    }

    fileprivate var lines: [String] { flatMap(\.lines) }
}
