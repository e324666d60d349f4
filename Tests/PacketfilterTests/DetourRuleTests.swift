import LinuxSystem
import Packetfilter
import TestSupport
import Testing

@Suite("Rules for detours")
struct DetourRuleTests {
    private static let major: [UInt8] = [0, 0, 0x17, 0xfa]

    private static func lower(_ verdict: PacketVerdict, _ family: TableFamily = .netdev) throws
        -> [Expression]
    {
        try PacketRule(counter: false, verdict: verdict).expressions(family: family, queue: .native)
    }

    @Test("a packet is steered from one class, or from none of ours, to another")
    func steer() throws {
        #expect(
            try Self.lower(.steer(from: 0xfa17_0010, to: 0xfa17_0020), .ip) == [
                .meta(.priority), .compare(.equal, [0x10, 0, 0x17, 0xfa]), .immediate([0x20, 0, 0x17, 0xfa]),
                .setPriority,
            ]
        )
        #expect(
            try Self.lower(.steer(from: nil, to: 0xfa17_0020), .ip6) == [
                .meta(.priority), .mask([0, 0, 0xff, 0xff]), .compare(.notEqual, Self.major),
                .immediate([0x20, 0, 0x17, 0xfa]), .setPriority,
            ]
        )
    }

    @Test("what is steered is handed over, and marked where it comes back")
    func detour() throws {
        let condition: [Expression] = [
            .meta(.priority), .mask([0, 0, 0xff, 0xff]), .compare(.equal, Self.major),
        ]
        #expect(
            try Self.lower(.detour(major: 0xfa17, link: 5)) == condition + [
                .immediate([5, 0, 0, 0]), .forward,
            ]
        )
        #expect(
            try Self.lower(.detourAndReturn(major: 0xfa17, link: 5)) == condition + [
                .meta(.mark), .bits(mask: [0xff, 0xff, 0xff, 0x7f], xor: [0, 0, 0, 0x80]), .setMark,
                .immediate([5, 0, 0, 0]), .forward,
            ]
        )
        let returned: [Expression] = [
            .meta(.mark), .mask([0, 0, 0, 0x80]), .compare(.equal, [0, 0, 0, 0x80]),
        ]
        #expect(try Self.lower(.acceptReturned(clearing: false)) == returned + [.accept])
        #expect(
            try Self.lower(.acceptReturned(clearing: true))
                == returned + [.meta(.mark), .mask([0xff, 0xff, 0xff, 0x7f]), .setMark, .accept]
        )
        #expect(
            try Self.lower(.acceptOthers(than: .ip)) == [
                .meta(.etherType), .compare(.notEqual, [8, 0]), .accept,
            ]
        )
        #expect(
            try Self.lower(.acceptOthers(than: .ip6))
                == [.meta(.etherType), .compare(.notEqual, [0x86, 0xdd]), .accept]
        )
    }

    @Test(
        "the kernel takes them at an interface and shows them as they were made",
        .requiresRoot,
        .requires(.packetDetours)
    )
    func kernel() throws {
        let verdicts: [PacketVerdict] = [
            .detour(major: 0xfa17, link: 1), .detourAndReturn(major: 0xfa17, link: 1),
            .acceptReturned(clearing: true), .acceptOthers(than: .ip),
            .steer(from: 0xfa17_0010, to: 0xfa17_0020),
        ]
        let rules = verdicts.map { PacketRule(verdict: $0) }
        let table = FilterTable(
            name: "detours",
            family: .netdev,
            chains: [Hook.ingress, .egress].map { hook in
                FilterChain(name: hook.name, hook: hook, priority: 7, rules: rules, interface: "lo")
            }
        )
        try NetworkNamespace.insideFresh {
            let socket = try FilterSocket()
            let installed = try socket.install(table)
            let found = try #require(try socket.readBack(installed))
            #expect(found.owner == socket.port)
            let expected = try rules.map { try $0.expressions(family: .netdev, queue: .native) }
            #expect(found.rules.map(\.expressions) == expected + expected)
            #expect(try socket.remove(installed))
        }
    }
}
