import BenchSupport
import Foundation
import Keys
import LinuxSystem
import Measures

/// One network namespace in which every address of a network is its own: as many hosts as asked for, each with an address, a
/// key and an agent's place, and one listener for all of them. Gone with this value.
final class SimulatedNetwork {
    static let port = 7443
    let count: Int
    let folder: String
    let namespace: NetworkNamespace

    static func address(_ node: Int) -> String {
        "10.\(65 + node / 62_500).\(node / 250 % 250).\(node % 250 + 1)"
    }

    static func host(at address: some StringProtocol) -> String? {
        let parts = address.split(separator: ".").compactMap { Int($0) }
        guard parts.count == 4, parts[1] >= 65 else { return nil }
        return FleetNetwork.name((parts[1] - 65) * 62_500 + parts[2] * 250 + parts[3] - 1)
    }

    static func key(_ name: String, in folder: String) -> String { "\(folder)/keys-of/\(name)" }

    init(count: Int) throws {
        self.count = count
        let name = "fl-bench-\(getpid())-s"
        folder = "/tmp/\(name)"
        try Directory.make("\(folder)/keys-of")
        namespace = try NetworkNamespace.create(named: name)
        for command in ["link set lo up", "route add local 10.0.0.0/8 dev lo"]
        where system("ip -n \(name) \(command)") != 0 {
            throw SystemError("make a network", refused: command)
        }
        var authority = try Authority.create(in: "\(folder)/authority")
        for node in 0..<count {
            let host = FleetNetwork.name(node)
            try authority.issue(try Identity(.agent, host), to: Self.key(host, in: folder))
        }
        let coordinator = try Identity(.coordinator, FleetNetwork.coordinator)
        try authority.issue(coordinator, to: Self.key(FleetNetwork.coordinator, in: folder))
        try FileContents.writeAtomically(Array(inventory.utf8), to: "\(folder)/hosts.yaml")
    }

    /// Also when the init threw half-way.
    deinit {
        _ = try? namespace.delete()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private var inventory: String {
        let lines = (0..<count).map { node in
            let address = Self.address(node)
            return
                "  \(FleetNetwork.name(node)): { agent: \"\(address):\(Self.port)\", addresses: [\(address)], "
                + "interface: eth0, groups: [all] }"
        }
        return "faultline-hosts: 1\nhosts:\n\(lines.joined(separator: "\n"))\n"
    }
}
