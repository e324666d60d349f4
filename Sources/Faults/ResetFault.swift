import LinuxSystem
import Measures
import Packetfilter
package import SocketDiag

/// Closes established TCP connections of this host at one instant: their owners read ECONNABORTED, and their peers get a
/// reset. There is nothing to heal, and nothing that could outlive this process.
package struct ResetFault: Sendable {
    package struct Outcome: Sendable, Equatable {
        /// Both ends of each, "10.0.0.1:40312 to 10.0.0.2:5432". None: the fault hit nothing.
        package let closed: [TCPSocket]

        package var words: String {
            let names = closed.prefix(8).map(\.description).joined(separator: ", ")
            let rest = closed.count > 8 ? " and \(closed.count - 8) more" : ""
            let kind = closed.count == 1 ? "connection" : "connections"
            return closed.isEmpty
                ? "no connection matched" : "\(closed.count) \(kind) closed: \(names)\(rest)"
        }
    }

    package let id: String
    let filter: TrafficFilter
    private let exemptions: Exemptions
    private let sparesLogins: Bool
    private let flows: FlowShare
    /// The identifiers of the filter's group and of all below it; nil: any group.
    private let cgroups: Set<UInt64>?
    private let sparesOwnProcess: Bool

    /// `seed`: the run's; it draws the share of flows as for a packet fault of the same id. `sparesOwnProcess`: this
    /// process's own connections stay. Errors: the filter would cut our own line, or means no TCP connection.
    package init(
        id: String,
        _ filter: TrafficFilter,
        seed: UInt64,
        exemptions: Exemptions = Exemptions(),
        allowsOwnLine: Bool = false,
        sparesOwnProcess: Bool = true
    ) throws {
        guard filter.transport == nil || filter.transport == .tcp else {
            throw FaultError("fault.filter", "only TCP has connections that can be reset")
        }
        guard filter.interface == nil else {
            throw FaultError(
                "fault.filter",
                "a connection has no interface of its own: leave the interface out, and name the peers"
            )
        }
        if filter.namesLoginPort, !allowsOwnLine { throw ConcernedTraffic.ownLine }
        if filter.flows == .zero {
            throw FaultError("fault.no-packets", "no connection can match: 0% of the flows")
        }
        self.id = id
        self.filter = filter
        self.exemptions = exemptions
        self.sparesOwnProcess = sparesOwnProcess
        sparesLogins = !(allowsOwnLine && filter.namesLoginPort)
        let drawn = PacketFaults.flowSeed(seed, id: id)
        // Which kind of address is told by the connection.
        flows = FlowShare(filter.flows, seed: drawn, key: .ports, isIPv6: false, nearIsSource: true)
        cgroups = try filter.cgroup.map { try CgroupPath.identifiers($0) }
    }

    /// In the calling thread's network namespace. Errors: no CAP_NET_ADMIN, a kernel that cannot (`Feature.socketDestroy`).
    package func strike() throws -> Outcome {
        var socket = try DiagSocket()
        let own = sparesOwnProcess ? try Self.ownSockets() : []
        var closed: [TCPSocket] = []
        for connection in try socket.sockets(in: [.established]) where matches(connection) {
            guard connection.inode == 0 || !own.contains(connection.inode) else { continue }
            if try socket.destroy(connection) { closed.append(connection) }
        }
        return Outcome(closed: closed)
    }

    /// Whether it is one of those that the filter means and nothing spares.
    package func matches(_ connection: TCPSocket) -> Bool {
        let (near, far) = (connection.local, connection.remote)
        guard !exemptions.spares(near, far, logins: sparesLogins) else { return false }
        if !filter.peers.isEmpty, !filter.peers.contains(where: { $0.contains(far.address) }) { return false }
        if !filter.ports.isEmpty,
            !filter.ports.contains(where: { $0.contains(near.port) || $0.contains(far.port) })
        {
            return false
        }
        if let user = filter.user, user != connection.user { return false }
        if let cgroups, connection.cgroup.map({ !cgroups.contains($0) }) ?? true { return false }
        return filter.flows == .one
            || flows.includes(
                near: (near.address, near.port),
                far: (far.address, far.port),
                transport: .tcp
            )
    }

    /// The inode numbers of the sockets that this process holds.
    private static func ownSockets() throws -> Set<UInt64> {
        var inodes: Set<UInt64> = []
        for name in try Directory.entries("/proc/self/fd") {
            // One that was closed in the meantime is none.
            guard let target = Directory.linkTarget("/proc/self/fd/\(name)"), target.hasPrefix("socket:[")
            else {
                continue
            }
            if let inode = UInt64(target.dropFirst(8).dropLast()) { inodes.insert(inode) }
        }
        return inodes
    }
}

extension Exemptions {
    /// Whether a connection with these ends is one that no fault touches.
    func spares(_ near: SocketEnd, _ far: SocketEnd, logins: Bool) -> Bool {
        let loopback =
            far.isIPv6 ? far.address == [UInt8](repeating: 0, count: 15) + [1] : far.address.first == 127
        // What a host sends to itself takes the loopback interface.
        if loopback || near.address == far.address { return true }
        if logins, near.port == Self.loginPort || far.port == Self.loginPort { return true }
        if peers.contains(where: { $0.contains(far.address) }) { return true }
        if ports.contains(where: { $0.contains(near.port) || $0.contains(far.port) }) { return true }
        return controls.contains { control in
            control.transport == .tcp
                && [near, far].contains { end in
                    (control.address?.contains(end.address) ?? true)
                        && (control.port.map { $0 == end.port } ?? true)
                }
        }
    }
}
