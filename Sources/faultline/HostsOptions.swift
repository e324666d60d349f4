import ArgumentParser
import Coordinator
import Foundation
import Keys
import Measures
import Plan

/// Which hosts a command asks.
struct HostsOptions: ParsableArguments {
    @Argument(
        help: "An inventory, or an experiment with hosts:.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var file: String?
    @Option(
        help: "An inventory, or an experiment with hosts:.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var inventory: String?
    @Option(help: "One agent, HOST:PORT or unix:/path of its socket; may be given again.")
    var host: [String] = []

    @Option(help: "The folder of your key, for agents that are reached over TCP.", completion: .directory)
    var keys: String?

    func fleet() throws -> Fleet {
        Fleet(try hosts(), credentials: try keys.map { try Credentials(folder: $0) })
    }

    /// With names besides a file, those of it only. Errors: none is named, a file is wrong, an agent's place is none.
    private func hosts() throws -> [(name: String, site: HostSite)] {
        let listed = try [file, inventory].compactMap { $0 }.flatMap { try Self.hosts(of: $0) }
        let named = try host.map { text in
            if let known = listed.first(where: { $0.name == text || $0.site.agent == AgentPlace(text) }) {
                return known
            }
            guard let place = AgentPlace(text) else {
                throw FileError(
                    code: "hosts.place",
                    message: "\(text) is no agent; expected HOST:PORT, or unix:/path of its socket"
                )
            }
            return (text, HostSite(alone: place))
        }
        let hosts = named.isEmpty ? listed : named
        guard !hosts.isEmpty else {
            throw FileError(
                code: "hosts.none",
                message: "no host is named; give an inventory, an experiment with hosts:, or --host HOST:PORT"
            )
        }
        return hosts
    }

    private static func hosts(of path: String) throws -> [(name: String, site: HostSite)] {
        let text = try ExperimentFile.text(of: path)
        if Inventory.isMeant(by: text) { return try Inventory(yaml: text, fileName: path).sites }
        let sites = try ExperimentFile(path).plan.lab.sites
        guard !sites.isEmpty else {
            throw FileError(
                code: "hosts.none",
                message: "\(path): has no hosts: with agents; give an inventory by --inventory"
            )
        }
        return sites
    }
}

extension HostSite {
    /// Of an agent of which nothing else is known.
    fileprivate init(alone agent: AgentPlace) {
        let address: [String] = if case .tcp(let host, _) = agent { [host] } else { [] }
        self.init(agent: agent, addresses: address, interface: "", labels: [:], groups: [], services: [:])
    }
}
