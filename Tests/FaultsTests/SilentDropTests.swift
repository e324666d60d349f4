import Faults
import Glibc
import LinuxSystem
import Packetfilter
import TestSupport
import Testing

/// A real network loses packets without a word to anybody. So does every drop, whichever side it acts on.
@Suite("A drop is silent", .serialized, .requiresRoot, .requires(.ownedTables), .requires(.packetQueues))
struct SilentDropTests {
    /// What a sender could notice.
    struct Noticed: Equatable {
        var udpErrors = 0
        var udpTold = false
        var udpArrived = 0
        var tcpTold = false
        var tcpArrived = false
        /// As it does when a segment is lost. One that it could not even hand over it keeps as unsent, and probes.
        var tcpRetransmits = false
    }

    /// Sends for 400 ms while what `arm` installs is in force, and looks what the sender hears.
    private static func notice(
        _ pair: DualHosts,
        isIPv6: Bool,
        toNear: Bool = false,
        _ arm: () throws -> Void
    ) throws
        -> Noticed
    {
        let (from, to) = toNear ? (pair.far, pair.near) : (pair.near, pair.far)
        let address = toNear ? pair.nearAddress(isIPv6) : pair.farAddress(isIPv6)
        let inbox = try to.namespace.inside { try DualSocket(SOCK_DGRAM, isIPv6: isIPv6, port: 7021) }
        let sender = try from.namespace.inside {
            let socket = try DualSocket(SOCK_DGRAM, isIPv6: isIPv6)
            try socket.connect(to: address, port: 7021)
            return socket
        }
        let connection = try pair.connection(isIPv6: isIPv6, toNear: toNear, port: 7022)
        #expect(connection.isAlive)
        try arm()
        var noticed = Noticed()
        noticed.tcpTold = connection.client.send(5) != 0
        for number in 0..<40 {
            if sender.send(Int64(number)) != 0 { noticed.udpErrors += 1 }
            usleep(15_000)
        }
        noticed.udpTold = sender.wasTold
        noticed.tcpTold = noticed.tcpTold || connection.client.wasTold
        while inbox.receive(waits: false) != nil { noticed.udpArrived += 1 }
        noticed.tcpArrived = connection.server.receive(waits: false) != nil
        noticed.tcpRetransmits = retransmits(connection.client.number) > 0
        return noticed
    }

    /// tcpi_total_retrans, at byte 100 of struct tcp_info.
    private static func retransmits(_ socket: Int32) -> UInt32 {
        var info = [UInt8](repeating: 0, count: 104)
        var length = socklen_t(info.count)
        guard getsockopt(socket, Int32(IPPROTO_TCP), TCP_INFO, &info, &length) == 0 else { return 0 }
        return info[100..<104].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func window() -> ActingWindow {
        let now = Clocks.monotonic()
        return ActingWindow(start: now, end: now + Pace.longest)
    }

    private static let nothing = Noticed(tcpRetransmits: true)

    @Test(
        "its sender hears nothing, over UDP and TCP, whichever side it acts on",
        arguments: [TrafficFilter.Direction.egress, .ingress],
        [false, true]
    )
    func silent(_ direction: TrafficFilter.Direction, isIPv6: Bool) async throws {
        try await DualHosts.with { pair in
            let filter = TrafficFilter(peers: [pair.farAddress(isIPv6)], direction: direction)
            let faults = try pair.near.namespace.inside {
                try PacketFaults(
                    interface: TestHost.interface,
                    seed: 1,
                    keeper: TestKeeper(),
                    backend: .queue
                )
            }
            let toNear = direction == .ingress
            var injection: (any Injection)?
            let noticed = try Self.notice(pair, isIPv6: isIPv6, toNear: toNear) {
                let armed = try pair.near.namespace.inside {
                    let window = Self.window()
                    return try faults.drop(id: "f#1", from: filter, window: window, leaseUntil: window.end)
                }
                injection = armed
            }
            #expect(noticed == Self.nothing)
            let packets = try injection?.readBack().packets ?? 0
            #expect(packets >= 41, "\(packets)")
            let hooks = try conformanceShell("nft list ruleset | grep hook", in: pair.near.namespace).text
            #expect(hooks.contains(direction == .egress ? "postrouting" : "prerouting"), "\(hooks)")
            try injection?.heal()
            #expect(faults.differencesFromBefore() == [])
            #expect(try pair.connection(isIPv6: isIPv6, toNear: toNear, port: 7023).isAlive)
        }
    }

    @Test(
        "what is noticed here would be: a plain drop in the output hook is told to the sender",
        arguments: [false, true]
    )
    func loud(isIPv6: Bool) async throws {
        try await DualHosts.with { pair in
            let socket = try FilterSocket.open(in: pair.near.namespace)
            let match = PacketMatch(destination: AddressPrefix(pair.farAddress(isIPv6)))
            let rules = [PacketRule.neighbourDiscovery, PacketRule(match: match, verdict: .drop)]
            let chain = FilterChain(name: "leaving", hook: .output, rules: rules)
            let table = FilterTable(name: "loud", family: isIPv6 ? .ip6 : .ip, chains: [chain])
            let noticed = try Self.notice(pair, isIPv6: isIPv6) { _ = try socket.install(table) }
            #expect(noticed.udpErrors == 40)
            #expect(!noticed.tcpRetransmits)
        }
    }
}
