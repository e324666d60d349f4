import Faults
import Glibc
import LinuxSystem
import Measures
import Packetfilter
import SocketDiag
import TestSupport
import Testing

@Suite("A reset", .serialized, .requiresRoot, .requires(.socketDestroy))
struct ResetFaultTests {
    private static func strike(
        _ filter: TrafficFilter,
        on host: TestHost,
        seed: UInt64 = 1,
        exemptions: Exemptions = Exemptions(),
        allowsOwnLine: Bool = false,
        sparesOwnProcess: Bool = false
    ) throws -> [TCPSocket] {
        try host.namespace.inside {
            try ResetFault(
                id: "r#1",
                filter,
                seed: seed,
                exemptions: exemptions,
                allowsOwnLine: allowsOwnLine,
                sparesOwnProcess: sparesOwnProcess
            ).strike().closed
        }
    }

    @Test(
        "ends what matches, for both ends at once: ECONNABORTED here, ECONNRESET there",
        arguments: [false, true]
    )
    func bothEnds(isIPv6: Bool) async throws {
        try await DualHosts.with { pair in
            let connection = try pair.connection(isIPv6: isIPv6, port: 7041)
            let other = try pair.connection(isIPv6: isIPv6, port: 7042)
            #expect(connection.isAlive && other.isAlive)
            let filter = TrafficFilter(
                peers: [AddressPrefix(pair.farAddress(isIPv6))].compactMap { $0 },
                ports: [7041...7041]
            )
            let closed = try Self.strike(filter, on: pair.near)
            #expect(closed.map(\.remote.port) == [7041])
            #expect(closed.first?.remote.isIPv6 == isIPv6)
            #expect(connection.client.end() == ECONNABORTED)
            #expect(connection.server.end() == ECONNRESET)
            #expect(other.isAlive, "another port")
            #expect(try Self.strike(filter, on: pair.near) == [], "twice: nothing is left")
        }
    }

    @Test("reaches the IPv4 connections of a server that listens on IPv6")
    func mapped() async throws {
        try await DualHosts.with { pair in
            let listener = try pair.far.namespace.inside {
                let socket = try DualSocket(SOCK_STREAM, isIPv6: true, port: 7043)
                try socket.listen()
                return socket
            }
            let client = try pair.near.namespace.inside {
                let socket = try DualSocket(SOCK_STREAM, isIPv6: false)
                try socket.connect(to: pair.farAddress(false), port: 7043)
                return socket
            }
            let server = try listener.accept()
            let filter = TrafficFilter(peers: [pair.nearAddress(false)])
            #expect(try Self.strike(filter, on: pair.far).map(\.local.port) == [7043])
            #expect(server.end() == ECONNABORTED && client.end() == ECONNRESET)
            // The listener still is.
            let again = try pair.near.namespace.inside {
                let socket = try DualSocket(SOCK_STREAM, isIPv6: false)
                try socket.connect(to: pair.farAddress(false), port: 7043)
                return socket
            }
            #expect(try listener.accept().send(1) == 0 && again.receive() == 1)
        }
    }

    @Test("never touches SSH, an exempt endpoint, its own process or the loopback interface")
    func spared() async throws {
        try await DualHosts.with { pair in
            let ssh = try pair.connection(isIPv6: false, toNear: true, port: 22)
            let control = try pair.connection(isIPv6: true, port: 9001)
            let service = try pair.connection(isIPv6: false, port: 7044)
            let local = try DualHosts(near: pair.near, far: pair.near).connection(
                isIPv6: true,
                toNear: true,
                port: 7045
            )
            let endpoint = Exemptions.Endpoint(
                address: AddressPrefix(pair.farAddress(true)),
                port: 9001,
                transport: .tcp
            )
            let exemptions = Exemptions(controls: [endpoint])
            let everything = TrafficFilter()
            #expect(
                try Self.strike(everything, on: pair.near, exemptions: exemptions, sparesOwnProcess: true)
                    == []
            )
            #expect(service.isAlive)
            let closed = try Self.strike(everything, on: pair.near, exemptions: exemptions)
            #expect(closed.map(\.remote.port) == [7044])
            #expect(ssh.isAlive && control.isAlive && local.isAlive)
            let login = TrafficFilter(ports: [22...22])
            let error = #expect(throws: FaultError.self) { try Self.strike(login, on: pair.near) }
            #expect(error?.code == "fault.own-line")
            #expect(try Self.strike(login, on: pair.near, allowsOwnLine: true).map(\.local.port) == [22])
        }
    }

    @Test("of a user, and of a share of the flows, each the same again with the same seed")
    func userAndFlows() async throws {
        try await DualHosts.with { pair in
            let count = 60
            let connections = try (0..<count).map {
                try pair.connection(isIPv6: false, port: UInt16(7100 + $0))
            }
            #expect(try Self.strike(TrafficFilter(user: 12_345), on: pair.near) == [])
            let half = TrafficFilter(flows: try #require(Share("50%")))
            let fault = try ResetFault(id: "r#1", half, seed: 3, sparesOwnProcess: false)
            let listed = try pair.near.namespace.inside {
                var socket = try DiagSocket()
                return try socket.sockets(in: [.established])
            }
            let expected = Set(listed.filter { fault.matches($0) }.map(\.remote.port))
            // 30 expected, standard deviation 3.9; four of them.
            #expect((14...46).contains(expected.count))
            #expect(Set(try Self.strike(half, on: pair.near, seed: 3).map(\.remote.port)) == expected)
            #expect(try Self.strike(half, on: pair.near, seed: 3) == [], "the others are not of that share")
            let alive = connections.enumerated().filter { $0.element.isAlive }.map {
                UInt16(7100 + $0.offset)
            }
            #expect(Set(alive).isDisjoint(with: expected) && alive.count + expected.count == count)
            #expect(try Self.strike(TrafficFilter(user: getuid()), on: pair.near).count == alive.count)
        }
    }

    @Test("says of what it cannot mean that it cannot")
    func refused() {
        let table: [(TrafficFilter, String)] = [
            (TrafficFilter(transport: .udp), "fault.filter"),
            (TrafficFilter(interface: "eth0"), "fault.filter"),
            (TrafficFilter(flows: .zero), "fault.no-packets"),
            (TrafficFilter(cgroup: "/no/such"), "fault.cgroup"),
        ]
        for (filter, code) in table {
            let error = #expect(throws: FaultError.self) { try ResetFault(id: "r#1", filter, seed: 1) }
            #expect(error?.code == code)
        }
    }
}
