import Measures
import Packetfilter
import Testing

@Suite("Rules become expressions")
struct RuleLoweringTests {
    private static func lower(
        _ match: PacketMatch,
        window: TimeWindow? = nil,
        _ verdict: PacketVerdict = .drop,
        counter: Bool = false,
        family: TableFamily = .ip,
        queue: QueueDialect = .native
    ) throws -> [Expression] {
        try PacketRule(match: match, window: window, counter: counter, verdict: verdict)
            .expressions(family: family, queue: queue)
    }

    @Test("an address is compared whole, a prefix under its mask, everything not at all")
    func addresses() throws {
        #expect(
            try Self.lower(PacketMatch(source: AddressPrefix("10.1.2.3")))
                == [.payload(.network, offset: 12, length: 4), .compare(.equal, [10, 1, 2, 3]), .drop]
        )
        #expect(
            try Self.lower(PacketMatch(destination: AddressPrefix("10.1.0.0/17")))
                == [
                    .payload(.network, offset: 16, length: 4), .mask([255, 255, 128, 0]),
                    .compare(.equal, [10, 1, 0, 0]),
                    .drop,
                ]
        )
        #expect(try Self.lower(PacketMatch(source: AddressPrefix("0.0.0.0/0"))) == [.drop])
        let host6 = try #require(AddressPrefix("fd00::1"))
        #expect(
            try Self.lower(PacketMatch(source: host6), family: .ip6)
                == [.payload(.network, offset: 8, length: 16), .compare(.equal, host6.bytes), .drop]
        )
    }

    @Test("in an inet table the kind of address is compared first, once")
    func inet() throws {
        let match = PacketMatch(source: AddressPrefix("10.0.0.1"), destination: AddressPrefix("10.0.0.2"))
        #expect(
            try Self.lower(match, family: .inet)
                == [
                    .meta(.networkProtocol), .compare(.equal, [2]),
                    .payload(.network, offset: 12, length: 4), .compare(.equal, [10, 0, 0, 1]),
                    .payload(.network, offset: 16, length: 4), .compare(.equal, [10, 0, 0, 2]), .drop,
                ]
        )
        #expect(
            try Self.lower(PacketMatch(destination: AddressPrefix("::/0")), family: .inet)
                == [.meta(.networkProtocol), .compare(.equal, [10]), .drop]
        )
    }

    @Test("interfaces are 16 bytes with zeros, ports big endian, a range two comparisons")
    func interfacesAndPorts() throws {
        let name: [UInt8] = Array("eth0".utf8) + [UInt8](repeating: 0, count: 12)
        #expect(
            try Self.lower(PacketMatch(inputInterface: "eth0")) == [
                .meta(.inputName), .compare(.equal, name), .drop,
            ]
        )
        #expect(
            try Self.lower(PacketMatch(outputInterface: "eth0")) == [
                .meta(.outputName), .compare(.equal, name), .drop,
            ]
        )
        #expect(
            try Self.lower(PacketMatch(transport: .tcp, sourcePorts: [22...22], destinationPorts: [80...443]))
                == [
                    .meta(.transport), .compare(.equal, [6]),
                    .payload(.transport, offset: 0, length: 2), .compare(.equal, [0, 22]),
                    .payload(.transport, offset: 2, length: 2), .compare(.greaterOrEqual, [0, 80]),
                    .compare(.lessOrEqual, [1, 187]), .drop,
                ]
        )
    }

    @Test("neighbour discovery is five ICMPv6 types, let through")
    func neighbourDiscovery() throws {
        #expect(
            try PacketRule.neighbourDiscovery.expressions(family: .ip6, queue: .native)
                == [
                    .meta(.transport), .compare(.equal, [58]), .payload(.transport, offset: 0, length: 1),
                    .compare(.greaterOrEqual, [133]), .compare(.lessOrEqual, [137]), .accept,
                ]
        )
    }

    @Test("a window is one reading of the clock, compared as 8 bytes, most significant first")
    func window() throws {
        let window = try #require(TimeWindow(start: 0x0102_0304_0506_0708, end: 0x0102_0304_0506_0709))
        #expect(
            try Self.lower(PacketMatch(), window: window, counter: true)
                == [
                    .meta(.timeNanoseconds), .networkOrder(bytes: 8),
                    .compare(.greaterOrEqual, [1, 2, 3, 4, 5, 6, 7, 8]),
                    .compare(.less, [1, 2, 3, 4, 5, 6, 7, 9]),
                    .counter, .drop,
                ]
        )
    }

    @Test("verdicts: priority through the register, a queue in the kernel's dialect")
    func verdicts() throws {
        #expect(
            try Self.lower(PacketMatch(), .setPriority(classID: 0x0001_0004))
                == [.immediate([4, 0, 1, 0]), .setPriority]
        )
        #expect(
            try Self.lower(PacketMatch(), .queue(number: 7, bypass: true)) == [
                .queue(number: 7, bypass: true)
            ]
        )
        #expect(
            try Self.lower(PacketMatch(), .queue(number: 0x0102, bypass: true), queue: .compat)
                == [.target(name: "NFQUEUE", revision: 3, info: [2, 1, 1, 0, 1, 0, 0, 0])]
        )
        #expect(
            try Self.lower(PacketMatch(), .queue(number: 7, bypass: false), queue: .compat)
                == [.target(name: "NFQUEUE", revision: 3, info: [7, 0, 1, 0, 0, 0, 0, 0])]
        )
    }

    @Test(
        "rules that make no sense are refused before anything is sent",
        arguments: [
            (
                PacketMatch(source: AddressPrefix("fd00::1")), TableFamily.ip,
                "IPv6 in an ip table never matches"
            ),
            (PacketMatch(source: AddressPrefix("10.0.0.1")), .ip6, "IPv4 in an ip6 table"),
            (
                PacketMatch(source: AddressPrefix("10.0.0.1"), destination: AddressPrefix("fd00::1")), .inet,
                "mixed"
            ),
            (PacketMatch(destinationPorts: [80...80]), .ip, "ports without a transport"),
            (PacketMatch(transport: .icmp, destinationPorts: [80...80]), .ip, "icmp has no ports"),
            (PacketMatch(transport: .udp, icmpTypes: 1...1), .ip, "udp has no types"),
            (PacketMatch(icmpTypes: 1...1), .ip, "types without a transport"),
            (PacketMatch(inputInterface: ""), .ip, "an empty name"),
            (PacketMatch(inputInterface: "a-name-too-long1"), .ip, "16 bytes"),
        ]
    )
    func refused(_ match: PacketMatch, _ family: TableFamily, _ reason: String) {
        let error = #expect(throws: FilterError.self, "\(reason)") { try Self.lower(match, family: family) }
        #expect(error?.kind == .badRule && error?.exitCode == .badInput)
    }

    @Test("a queue in an inet table is refused where only the iptables target is there")
    func inetQueue() {
        let error = #expect(throws: FilterError.self) {
            try Self.lower(PacketMatch(), .queue(number: 1, bypass: true), family: .inet, queue: .compat)
        }
        #expect(error?.message.contains("one table of family ip and one of ip6") == true)
    }

    @Test(
        "prefixes are read and written alike; what is none is refused",
        arguments: [
            ("10.1.2.3", "10.1.2.3"), ("10.1.2.0/24", "10.1.2.0/24"), ("0.0.0.0/0", "0.0.0.0/0"),
            ("fd00::/8", "fd00::/8"),
            ("fd00:0:0::1", "fd00::1"), ("10.1.2.3/32", "10.1.2.3"), ("10.1.2.3/24", nil), ("10.1.2", nil),
            ("10.1.2.0/33", nil), ("10.1.2.0/", nil), ("10.1.2.0/024", nil), ("::/129", nil), ("", nil),
            ("web1", nil),
            ("10.0.0.0/-1", nil),
        ]
    )
    func prefixes(_ text: String, _ expected: String?) {
        #expect(AddressPrefix(text)?.description == expected)
    }

    @Test("an empty or reversed window, or one before 1970, cannot be made")
    func windows() {
        #expect(TimeWindow(start: 5, end: 5) == nil)
        #expect(TimeWindow(start: 6, end: 5) == nil)
        #expect(TimeWindow(start: -1, end: 5) == nil)
        #expect(TimeWindow(start: 0, end: 1)?.contains(0) == true)
        #expect(TimeWindow(start: 0, end: 1)?.contains(1) == false)
    }
}
