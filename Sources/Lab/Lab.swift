import LinuxSystem
import Measures
import Netlink
package import Plan
package import Processes

/// Hosts as network namespaces on this machine, with an agent process in each.
package struct Lab: Sendable {
    package let state: LabState
    /// The agents, in the order of the hosts.
    package let agents: [ProcessHandle]

    package var layout: LabLayout { state.layout }

    /// Brings up network and agents; what a dead lab left is removed first. On failure all is taken down again.
    /// - Parameters:
    ///   - id: unique on this machine; part of the namespaces' names.
    ///   - owner: the process whose end makes the lab a left-over; nil: it stays.
    ///   - policy: the absolute path of every agent's policy file; nil: none.
    ///   - executable: the faultline program, which is the agent too.
    package static func up(
        _ plan: Plan,
        id: String,
        owner: ProcessIdentity?,
        experiment: String,
        policy: String? = nil,
        executable: String,
        tell: (String) -> Void
    ) throws -> Lab {
        guard plan.lab.hosts.count <= LabLayout.mostHosts else {
            throw LabError("lab.size", "a lab has at most \(LabLayout.mostHosts) hosts", exitCode: .badInput)
        }
        guard Feature.root.answer().isYes else {
            throw LabError("lab.root", "a lab needs root: it makes network namespaces; run it with sudo")
        }
        for line in try LabTeardown.recover() { tell("left over from before: \(line)") }
        let layout = LabLayout(id: id, onThisKernel: plan)
        let state = LabState(layout: layout, owner: owner, experiment: experiment)
        guard !FileTree.exists(state.folder) else {
            throw LabError(
                "lab.exists",
                "the lab \(id) is up already; take it down: faultline lab down \(id)"
            )
        }
        do {
            try state.save()
            tell("building the network: \(layout.hosts.count) hosts")
            try LabNetwork.build(layout)
            try writeFiles(state)
            tell("starting \(layout.hosts.count) agents")
            return Lab(
                state: state,
                agents: try LabAgents.start(in: state, executable: executable, policy: policy)
            )
        } catch {
            _ = try? LabTeardown.down(id)
            throw error
        }
    }

    package func down() throws -> [String] {
        let done = try LabTeardown.down(layout.id, agents: agents)
        // Reaped, so that no zombie is left while this process lives.
        for agent in agents { _ = agent.wait(for: .seconds(1)) }
        return done
    }

    /// What it takes to enter a host.
    package struct Entrance: Sendable {
        package let network: String
        package let hostsFile: String
        package let resolvFile: String
        package let hostname: String
    }

    /// The way into a host of a lab that is up.
    package static func entrance(of name: String, in lab: String) throws -> Entrance {
        guard let state = LabState.load(lab) else {
            let ids = LabState.ids.joined(separator: ", ")
            throw LabError(
                "lab.unknown",
                "there is no lab \"\(lab)\"; there is: \(ids.isEmpty ? "none" : ids)",
                exitCode: .badInput
            )
        }
        guard let host = state.layout.hosts.first(where: { $0.name == name }) else {
            let hosts = state.layout.hosts.map(\.name).joined(separator: ", ")
            throw LabError(
                "lab.host",
                "the lab \(lab) has no host \"\(name)\"; there is: \(hosts)",
                exitCode: .badInput
            )
        }
        return Entrance(
            network: "\(NetworkNamespace.directory)/\(host.namespace)",
            hostsFile: state.hostsFile(of: name),
            resolvFile: state.resolvFile(of: name),
            hostname: name
        )
    }

    private static func writeFiles(_ state: LabState) throws {
        for host in state.layout.hosts {
            try Directory.make(state.files(of: host.name))
            try FileContents.writeAtomically(
                Array(state.layout.hostsFile.utf8),
                to: state.hostsFile(of: host.name)
            )
            try FileContents.writeAtomically(
                Array(LabLayout.resolvFile.utf8),
                to: state.resolvFile(of: host.name)
            )
        }
    }
}

extension LabLayout {
    /// With IPv6 where this kernel has it.
    package init(id: String, onThisKernel plan: Plan) {
        self.init(
            id: id,
            hosts: plan.lab.hosts.map(\.name),
            hasIPv6: FileTree.exists("/proc/sys/net/ipv6/conf/default")
        )
    }
}
