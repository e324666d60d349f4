import Glibc
import Impairments
import LinuxSystem
import Measures
import Netlink
import TestSupport
import Testing

/// With kinds that every kernel here has: a queue instead of netem.
@Suite("A detour in namespaces", .requires(.networkNamespaces))
struct DetourLiveTests {
    @Test(
        "is a pair that sends nothing by itself, replaces what an earlier one left, and touches nothing of the interface"
    )
    func made() async throws {
        try await withTestNamespaces(count: 1) { hosts in
            let socket = try RouteSocket(in: hosts[0].namespace)
            let interface = try socket.link(named: TestHost.interface)
            let before = try socket.trafficControl()
            let links = try socket.links()
            for direction in Detour.Direction.allCases {
                let detour = Detour(of: interface, direction)
                let first = try socket.make(detour)
                try socket.addClass(1, [.packetQueue(limit: 5)], to: first)
                // As a new agent does after the death of one that has left this.
                let tree = try socket.make(detour)
                #expect(tree.link != first.link)
                #expect(try socket.qdiscs(of: tree.link).map(\.kind) == ["htb"])
                try socket.addClass(7, [.packetQueue(limit: 5)], to: tree)
                let handles = try socket.qdiscs(of: tree.link).map(\.handle)
                #expect(Set(handles) == [DelayTree.handle, DelayTree.qdiscHandle(7, depth: 0)])
                #expect(try socket.removeClass(7, of: tree) == true)
                #expect(try socket.removeClass(7, of: tree) == false)
                #expect(try socket.trafficControl(of: interface.index) == before.on(interface.index))
                let ends = try [detour.nearName, detour.farName].map { name in try socket.link(named: name) }
                #expect(ends.allSatisfy { $0.isUp && $0.mtu == 65_535 })
                for end in ends { #expect(try socket.addresses(of: end.name).isEmpty) }
                let isSame = ends[1].hardwareAddress == interface.hardwareAddress
                #expect(isSame == (direction == .arriving))
                #expect(try socket.deleteLink(detour.nearName) == true)
                #expect(try socket.deleteLink(detour.nearName) == false)
            }
            #expect(before.difference(to: try socket.trafficControl()) == [])
            #expect(try socket.links() == links)
        }
    }

    @Test("a class of which the kernel refuses a part is not made")
    func refused() async throws {
        try await withTestNamespaces(count: 1) { hosts in
            let socket = try RouteSocket(in: hosts[0].namespace)
            let tree = try socket.make(Detour(of: socket.link(named: TestHost.interface), .leaving))
            let before = try socket.trafficControl()
            #expect(throws: NetlinkError.self) {
                try socket.addClass(1, [.packetQueue(limit: 1), .packetQueue(limit: 1)], to: tree)
            }
            #expect(try socket.trafficControl() == before)
        }
    }

    @Test("a token bucket reads back as it was asked for")
    func bucket() async throws {
        try await withTestNamespaces(count: 1) { hosts in
            let socket = try RouteSocket(in: hosts[0].namespace)
            let tree = try socket.make(Detour(of: socket.link(named: TestHost.interface), .leaving))
            let line = NetemSpec(
                Impairment(rate: LineRate(bitsPerSecond: 40_000_000_000, burst: 3000, limit: 9))
            )
            try socket.addClass(1, line.qdiscs, to: tree)
            let qdiscs = try socket.qdiscs(of: tree.link)
            let bucket = try #require(qdiscs.first { $0.kind == "tbf" })
            let rate = Attribute.decode(bucket.options).first { $0.type == 4 }?.payload
            #expect(rate == Attribute.bytes(UInt64(5_000_000_000)))
            #expect(qdiscs.contains { $0.kind == "pfifo" && $0.options == Attribute.bytes(UInt32(9)) })
        }
    }
}

/// On a kernel that has netem: skipped on one that has not.
@Suite("The delay tree in namespaces", .requires(.networkNamespaces), .requires(.delayTree))
struct DelayTreeLiveTests {
    private static let share = Share("0.05%") ?? .one
    private static let all: [(String, Impairment)] = [
        ("delay", Impairment(latency: .microseconds(200), jitter: .microseconds(20))),
        ("correlation", Impairment(latency: .seconds(3), jitter: .seconds(1), delayCorrelation: share)),
        ("loss", Impairment(loss: .random(share, correlation: share))),
        ("Gilbert-Elliott", Impairment(loss: .gilbertElliott(toBad: share, toGood: .one, lossInBad: share))),
        ("good ones lost", Impairment(loss: .gilbertElliott(toBad: .one, toGood: .one, lossInGood: share))),
        (
            "four states",
            Impairment(loss: .fourState(p13: share, p31: .one, p32: .zero, p23: .one, p14: share))
        ),
        ("rate", Impairment(rate: LineRate(bitsPerSecond: 1_000_000, packetOverhead: 20))),
        ("rate in bits", Impairment(rate: LineRate(bitsPerSecond: 999_501, limit: 3, packetOverhead: -7))),
        ("fast rate", Impairment(rate: LineRate(bitsPerSecond: 100_000_000_000))),
        ("slots", Impairment(slots: Slots(minimum: .microseconds(800), maximum: .milliseconds(1)))),
        (
            "full slots",
            Impairment(slots: Slots(minimum: .zero, maximum: .milliseconds(1), packets: 3, bytes: 4000))
        ),
        ("corruption", Impairment(corrupt: Chance(share, correlation: .one))),
        (
            "reordering",
            Impairment(
                latency: .milliseconds(1),
                reordering: Reordering(share: share, correlation: .one, gap: 5)
            )
        ),
        ("duplication", Impairment(duplicate: Chance(share, correlation: share))),
        (
            "greatest table",
            Impairment(
                latency: .seconds(1),
                jitter: .seconds(1),
                distribution: .entries([Int16](repeating: 3, count: 16384))
            )
        ),
        ("normal", Impairment(latency: .seconds(1), jitter: .seconds(1), distribution: .normal)),
        ("Pareto", Impairment(latency: .seconds(1), jitter: .seconds(1), distribution: .pareto)),
        ("both", Impairment(latency: .seconds(1), jitter: .seconds(1), distribution: .paretoNormal)),
    ]

    @Test("what is requested is what the kernel shows, for every parameter, and nothing else is equal to it")
    func observed() async throws {
        try await withTestNamespaces(count: 1) { hosts in
            let socket = try RouteSocket(in: hosts[0].namespace)
            let tree = try socket.make(Detour(of: socket.link(named: TestHost.interface), .leaving))
            let specs = Self.all.map { NetemSpec($0.1, seed: 7) }
            for (number, (name, impairment)) in zip(1..., Self.all) {
                // Duplicates are refused beside others by newer kernels.
                if impairment.duplicate != .never {
                    for other in 1..<number { try socket.removeClass(other, of: tree) }
                }
                try socket.addClass(number, [.netem(specs[number - 1])], to: tree)
                let handle = DelayTree.qdiscHandle(number, depth: 0)
                let object = try socket.qdiscs(of: tree.link).first { $0.handle == handle }
                let seen = try #require(object.flatMap { NetemReadback($0) }, "\(name)")
                let equals = try specs.map { try seen.equals($0) }
                // The tables of distributions are told to nobody.
                let same = specs.map { spec in
                    var (one, other) = (spec.impairment, impairment)
                    (one.distribution, other.distribution) = (.uniform, .uniform)
                    return one == other
                }
                #expect(equals == same, "\(name)")
                if impairment.duplicate != .never { try socket.removeClass(number, of: tree) }
            }
        }
    }

    @Test("netems hang one inside the other, and removing the class removes them all")
    func nested() async throws {
        try await withTestNamespaces(count: 1) { hosts in
            let socket = try RouteSocket(in: hosts[0].namespace)
            let tree = try socket.make(Detour(of: socket.link(named: TestHost.interface), .leaving))
            let before = try socket.trafficControl()
            let specs = (1...6).map { NetemSpec(Impairment(latency: .milliseconds($0))) }
            try socket.addClass(9, specs.map { .netem($0) }, to: tree)
            for (depth, spec) in specs.enumerated() {
                let handle = DelayTree.qdiscHandle(9, depth: depth)
                let object = try socket.qdiscs(of: tree.link).first { $0.handle == handle }
                #expect(try object.flatMap { NetemReadback($0) }?.equals(spec) == true)
                let parent = depth == 0 ? DelayTree.classHandle(9) : Handle(handle.major - 1, 1)
                #expect(object?.parent == parent)
            }
            try socket.removeClass(9, of: tree)
            #expect(before.difference(to: try socket.trafficControl()) == [])
        }
    }
}
