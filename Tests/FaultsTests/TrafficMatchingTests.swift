import Faults
import Measures
import Packetfilter
import Testing

@Suite("A filter becomes matches")
struct TrafficMatchingTests {
    private static let four = ["10.0.0.1", "10.1.0.0/16"].compactMap { AddressPrefix($0) }
    private static let six = ["fd00::1"].compactMap { AddressPrefix($0) }

    private static func matches(_ filter: TrafficFilter, _ family: TableFamily, leaving: Bool = true)
        -> [PacketMatch]
    {
        filter.matches(family, leaving: leaving, interface: "eth0", flowSeed: 7)
    }

    @Test("peers of both families are told apart; a family that has none is not concerned")
    func families() {
        let both = TrafficFilter(peers: Self.four + Self.six)
        #expect(Self.matches(both, .ip).map(\.destinations) == [Self.four])
        #expect(Self.matches(both, .ip6).map(\.destinations) == [Self.six])
        #expect(Self.matches(TrafficFilter(peers: Self.four), .ip6) == [])
    }

    @Test("no peers is everybody, in both families")
    func everybody() {
        for family in [TableFamily.ip, .ip6] {
            #expect(Self.matches(TrafficFilter(), family) == [PacketMatch(outputInterface: "eth0")])
        }
    }

    @Test("what leaves is told by its destination and the way out, what arrives by its source and the way in")
    func ways() {
        let filter = TrafficFilter(peers: Self.six)
        #expect(Self.matches(filter, .ip6).map(\.outputInterface) == ["eth0"])
        let arriving = Self.matches(filter, .ip6, leaving: false)
        #expect(arriving.map(\.sources) == [Self.six] && arriving.map(\.inputInterface) == ["eth0"])
        #expect(arriving.map(\.destinations) == [[]] && arriving.map(\.outputInterface) == [nil])
    }

    @Test(
        "ports are of either end, and without a transport of TCP and UDP: one rule each, however many there are"
    )
    func ports() {
        let ports: [ClosedRange<UInt16>] = [80...80, 8000...8010, 443...443]
        let tcp = Self.matches(TrafficFilter(peers: Self.four, transport: .tcp, ports: ports), .ip)
        #expect(tcp.map(\.sourcePorts) == [ports, []] && tcp.map(\.destinationPorts) == [[], ports])
        let any = Self.matches(TrafficFilter(ports: ports), .ip)
        #expect(any.map(\.transport) == [.tcp, .tcp, .udp, .udp])
    }

    @Test("each kind of ICMP is of its family alone")
    func icmp() {
        #expect(Self.matches(TrafficFilter(transport: .icmp), .ip6) == [])
        #expect(Self.matches(TrafficFilter(transport: .icmp6), .ip) == [])
        #expect(Self.matches(TrafficFilter(transport: .icmp), .ip).map(\.transport) == [.icmp])
    }

    @Test("a user's packets are known only where they leave")
    func user() {
        let filter = TrafficFilter(user: 1000)
        #expect(Self.matches(filter, .ip).map(\.user) == [1000])
        #expect(Self.matches(filter, .ip, leaving: false) == [])
    }

    @Test("a share of flows is drawn once for every packet: by ports, or by addresses where there are none")
    func flows() throws {
        let share = try #require(Share("25%"))
        let all = Self.matches(TrafficFilter(flows: share), .ip, leaving: false)
        #expect(all.map(\.transport) == [.tcp, .udp, nil, nil])
        #expect(all.compactMap(\.flows).map(\.key) == [.ports, .ports, .fragments, .portless])
        #expect(all.allSatisfy { $0.flows?.nearIsSource == false && $0.flows?.seed == 7 })
        let icmp = Self.matches(TrafficFilter(transport: .icmp, flows: share), .ip)
        #expect(icmp.compactMap(\.flows).map(\.key) == [.fragments, .portless])
        #expect(Self.matches(TrafficFilter(flows: .one), .ip).map(\.flows) == [nil])
    }

    @Test("a thousand peers and ten ports are still two rules")
    func sets() throws {
        let peers = (0..<1000).compactMap { AddressPrefix("10.3.\($0 / 250).\($0 % 250)") }
        let hundreds: [UInt16] = (1...10).map { $0 * 100 }
        let ports = hundreds.map { $0...($0 + 5) }
        let filter = TrafficFilter(peers: peers, transport: .udp, ports: ports)
        let matches = Self.matches(filter, .ip)
        #expect(matches.count == 2)
        let lookups = try matches.map { match in
            try PacketRule(match: match, verdict: .drop).expressions(family: .ip, queue: .native).filter {
                if case .lookup = $0 { true } else { false }
            }.count
        }
        #expect(lookups == [2, 2])
    }

    @Test("what is spared comes with every family's own: SSH, DHCP, neighbours, control endpoints by door")
    func exemptions() {
        let reflectors = (1...100).map {
            Exemptions.Endpoint(address: AddressPrefix("10.0.0.\($0)"), port: 7777, transport: .udp)
        }
        let agent = Exemptions.Endpoint(address: nil, port: 9000, transport: .tcp)
        let exemptions = Exemptions(controls: reflectors + [agent])
        let four = exemptions.rules(.ip)
        #expect(four.allSatisfy { $0.verdict == .accept && $0.window == nil && !$0.counter })
        #expect(!four.contains(.neighbourDiscovery))
        let control = four.filter { $0.comment == "spared: control" }.map(\.match)
        #expect(control.map(\.sources.count) == [0, 0, 100, 0])
        #expect(control.map(\.destinations.count) == [0, 0, 0, 100])
        #expect(control.map(\.destinationPorts) == [[], [9000...9000], [], [7777...7777]])
        let six = exemptions.rules(.ip6)
        #expect(six.contains(.neighbourDiscovery))
        #expect(six.filter { $0.comment == "spared: control" }.count == 2)
        #expect(six.contains { $0.match.destinationPorts == [546...547] })
        #expect(exemptions.rules(.ip, sparingLogins: false).count == four.count - 2)
    }
}
