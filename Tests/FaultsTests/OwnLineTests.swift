import Faults
import Glibc
import Impairments
import LinuxSystem
import Measures
import Packetfilter
import TestSupport
import Testing

@Suite("The own line", .serialized, .requiresRoot, .requires(.ownedTables), .requires(.packetQueues))
struct OwnLineTests {
    enum Everything: String, CaseIterable, Sendable {
        case drop = "a drop of everything, both ways"
        case loss = "a loss of 100 %"
    }

    private static let control: UInt16 = 7777

    @Test(
        "stays whole while everything is lost: SSH, neighbours, the control endpoint; and nothing else does",
        arguments: Everything.allCases
    )
    func everything(_ fault: Everything) async throws {
        try await DualHosts.with { pair in
            let endpoints = [false, true].map {
                Exemptions.Endpoint(
                    address: AddressPrefix(pair.farAddress($0)),
                    port: Self.control,
                    transport: .udp
                )
            }
            let faults = try pair.near.namespace.inside {
                try PacketFaults(
                    interface: TestHost.interface,
                    seed: 1,
                    keeper: TestKeeper(),
                    backend: .queue,
                    exemptions: Exemptions(controls: endpoints)
                )
            }
            let cases = [false, true]
            // Made before, as an operator's session and a service's connection are.
            let sessions = try cases.map { try pair.connection(isIPv6: $0, toNear: true, port: 22) }
            let services = try cases.map { try pair.connection(isIPv6: $0, port: 8080) }
            let injection = try pair.near.namespace.inside {
                let now = Clocks.monotonic()
                let window = ActingWindow(start: now, end: now + Pace.longest)
                if fault == .drop {
                    return try faults.drop(
                        id: "f#1",
                        from: TrafficFilter(direction: .both),
                        window: window,
                        leaseUntil: window.end
                    )
                }
                return try faults.impair(
                    id: "f#1",
                    Impairment(loss: .random(.one)),
                    on: TrafficFilter(),
                    window: window,
                    leaseUntil: window.end
                )
            }
            // Neighbours must be found again, or all would be dead soon.
            for host in [pair.near, pair.far] {
                _ = try conformanceShell("ip neighbour flush dev eth0", in: host.namespace)
            }
            for (index, isIPv6) in cases.enumerated() {
                #expect(sessions[index].isAlive, "the session, IPv6 \(isIPv6)")
                #expect(try pair.connection(isIPv6: isIPv6, port: 22).isAlive, "a new one, IPv6 \(isIPv6)")
                #expect(try Self.datagram(pair, isIPv6, port: Self.control), "control, IPv6 \(isIPv6)")
                #expect(try !Self.datagram(pair, isIPv6, port: Self.control + 1), "another port")
                #expect(services[index].client.send(1) == 0)
                #expect(services[index].server.receive(waits: false) == nil, "a service")
                let ping = "ping -n -c 1 -W 0.3 \(pair.nearAddress(isIPv6))"
                #expect(try conformanceShell(ping, in: pair.near.namespace).status == 0, "its own address")
            }
            #expect(try injection.readBack().packets > 0)
            try injection.heal()
            for service in services { #expect(service.server.receive() == 1, "it goes on") }
        }
    }

    /// There and back.
    private static func datagram(_ pair: DualHosts, _ isIPv6: Bool, port: UInt16) throws -> Bool {
        let inbox = try pair.far.namespace.inside { try DualSocket(SOCK_DGRAM, isIPv6: isIPv6, port: port) }
        let sender = try pair.near.namespace.inside { try DualSocket(SOCK_DGRAM, isIPv6: isIPv6, port: 7030) }
        try sender.connect(to: pair.farAddress(isIPv6), port: port)
        try inbox.connect(to: pair.nearAddress(isIPv6), port: 7030)
        #expect(sender.send(3) == 0)
        let wait = port == control ? 1_000_000 : 100_000
        let deadline = Clocks.monotonic() + Int64(wait) * 1000
        while Clocks.monotonic() < deadline {
            if inbox.receive(waits: false) == 3 { return inbox.send(4) == 0 && sender.receive() == 4 }
            usleep(2000)
        }
        return false
    }

    private static func refusal(of filter: TrafficFilter, allowsOwnLine: Bool = false) async throws
        -> FaultError?
    {
        var refusal: FaultError?
        try await withTestNamespaces(count: 1) { hosts in
            let injection = try hosts[0].namespace.inside { () -> Result<any Injection, FaultError> in
                let faults = try PacketFaults(
                    interface: TestHost.interface,
                    seed: 1,
                    keeper: TestKeeper(),
                    backend: .queue,
                    allowsOwnLine: allowsOwnLine
                )
                let now = Clocks.monotonic()
                let window = ActingWindow(start: now, end: now + Pace.longest)
                do {
                    let injection = try faults.drop(
                        id: "f#1",
                        from: filter,
                        window: window,
                        leaseUntil: window.end
                    )
                    try injection.heal()
                    return .success(injection)
                } catch let error as FaultError {
                    return .failure(error)
                }
            }
            if case .failure(let error) = injection { refusal = error }
        }
        return refusal
    }

    @Test("port 22 by name is refused unless the policy allows it")
    func loginPort() async throws {
        let filter = TrafficFilter(transport: .tcp, ports: [22...22])
        #expect(try await Self.refusal(of: filter)?.code == "fault.own-line")
        #expect(try await Self.refusal(of: filter, allowsOwnLine: true) == nil)
        #expect(try await Self.refusal(of: TrafficFilter(ports: [1...1024])) == nil)
    }

    @Test("what can have no effect is refused, and says why")
    func noEffect() async throws {
        let interface = try await Self.refusal(of: TrafficFilter(interface: "eth7"))
        #expect(interface?.code == "fault.interface")
        #expect(interface?.message.contains("eth0, lo") == true, "\(interface?.message ?? "")")
        let table: [(TrafficFilter, String)] = [
            (TrafficFilter(interface: "lo"), "fault.own-line"),
            (
                TrafficFilter(peers: ["10.0.0.1"].compactMap { AddressPrefix($0) }, transport: .icmp6),
                "fault.no-packets"
            ),
            (TrafficFilter(flows: .zero), "fault.no-packets"),
            (TrafficFilter(direction: .both, user: 7), "fault.filter"),
            (TrafficFilter(transport: .icmp, ports: [80...80]), "fault.filter"),
            (TrafficFilter(cgroup: "/no/such/group"), "fault.cgroup"),
        ]
        for (filter, code) in table { #expect(try await Self.refusal(of: filter)?.code == code, "\(filter)") }
    }
}
