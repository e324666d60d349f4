import Foundation
import Keys
import LinuxSystem
import Measures

/// A coordinator's network namespace with a bridge, and one namespace for each node on a veth of its own; keys, a policy and
/// an inventory for all. Gone with this value.
final class FleetNetwork {
    static let port = 7443
    static let coordinator = "laptop"
    static let ownAddress = "10.77.255.1"
    let folder: String
    let hub: NetworkNamespace
    private(set) var nodes: [NetworkNamespace] = []

    static func name(_ node: Int) -> String { "n\(node)" }
    static func address(_ node: Int) -> String { "10.77.\(node / 250).\(node % 250 + 1)" }
    func key(_ name: String) -> String { "\(folder)/key-\(name)" }
    func path(_ name: String) -> String { "\(folder)/\(name)" }

    init(nodes count: Int) throws {
        let name = "fl-bench-\(getpid())-f"
        folder = "/tmp/\(name)"
        try Directory.make(folder)
        hub = try NetworkNamespace.create(named: "\(name)hub")
        for node in 0..<count { nodes.append(try NetworkNamespace.create(named: "\(name)\(node)")) }
        try join()
        try issueKeys()
        try FileContents.writeAtomically(Array(inventory.utf8), to: path("hosts.yaml"))
        let policy = "faultline-policy: 1\ncoordinators: [\(Self.coordinator)]\n"
        try FileContents.writeAtomically(Array(policy.utf8), to: path("policy.yaml"))
    }

    /// Also when the init threw half-way.
    deinit {
        for namespace in [hub] + nodes { _ = try? namespace.delete() }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func join() throws {
        var lines = [
            "link add name br0 type bridge", "address add \(Self.ownAddress)/16 dev br0", "link set br0 up",
            "link set lo up",
        ]
        for (node, namespace) in nodes.enumerated() {
            lines.append("link add p\(node) type veth peer name eth0 netns \(namespace.name)")
            lines.append("link set p\(node) master br0 up")
        }
        var commands = ["ip -n \(hub.name) -batch \(path("hub.batch"))"]
        try FileContents.writeAtomically(Array(lines.joined(separator: "\n").utf8), to: path("hub.batch"))
        for (node, namespace) in nodes.enumerated() {
            commands.append(
                """
                ip -n \(namespace.name) link set lo up && ip -n \(namespace.name) link set eth0 up && \
                ip -n \(namespace.name) address add \(Self.address(node))/16 dev eth0
                """
            )
        }
        for command in commands where system(command) != 0 {
            throw SystemError("make a network", refused: command)
        }
    }

    private func issueKeys() throws {
        var authority = try Authority.create(in: path("keys"))
        for node in nodes.indices {
            let name = Self.name(node)
            try authority.issue(try Identity(.agent, name), addresses: [Self.address(node)], to: key(name))
        }
        try authority.issue(
            try Identity(.coordinator, Self.coordinator),
            addresses: [],
            to: key(Self.coordinator)
        )
    }

    private var inventory: String {
        let lines = nodes.indices.map { node in
            let address = Self.address(node)
            let half = node < nodes.count / 2 ? "left" : "right"
            return
                "  \(Self.name(node)): { agent: \"\(address):\(Self.port)\", addresses: [\(address)], interface: eth0, "
                + "groups: [\(half)] }"
        }
        return "faultline-hosts: 1\nhosts:\n\(lines.joined(separator: "\n"))\n"
    }
}
