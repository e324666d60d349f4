import Glibc
import Impairments
import LinuxSystem
import Measures
import Netlink
import TestSupport
import Testing

/// The fault's own laws on a kernel that has netem and prio: skipped on one that has not.
@Suite("The delay tree in namespaces", .requires(.networkNamespaces), .requires(.delayTree))
struct DelayTreeLiveTests {
    @Test(
        "what is requested is what the kernel shows, and after removing the state is the one before; twice too"
    )
    func observed() async throws {
        try await withTestNamespaces(count: 1) { hosts in
            let socket = try RouteSocket(in: hosts[0].namespace)
            let tree = DelayTree(link: try socket.link(named: TestHost.interface).index)
            let before = try socket.install(tree)
            // Installing again is nothing.
            let installed = try socket.trafficControl()
            try socket.install(tree)
            #expect(try socket.trafficControl() == installed)
            let share = try #require(Share("0.05%"))
            let spec = NetemSpec(
                Impairment(
                    latency: .microseconds(200),
                    jitter: .microseconds(20),
                    distribution: .normal,
                    loss: .random(share)
                )
            )
            try socket.setBand(2, of: tree, to: spec)
            let seen = try #require(
                try socket.qdiscs(of: tree.link).first { $0.parent == DelayTree.classHandle(band: 2) }
            )
            let readback = try #require(NetemReadback(seen))
            #expect(readback.latencyNanoseconds == 200_000)
            #expect(readback.jitterNanoseconds == 20_000)
            #expect(readback.loss == share.scaled32)
            #expect(readback.limit == spec.computedLimit)
            // Other parameters, in place.
            try socket.setBand(2, of: tree, to: NetemSpec(Impairment(latency: .seconds(3))))
            let changed = try socket.qdiscs(of: tree.link).compactMap(NetemReadback.init)
            #expect(changed.map(\.latencyNanoseconds) == [3_000_000_000])
            #expect(try socket.clearBand(2, of: tree) == true)
            #expect(try socket.clearBand(2, of: tree) == false)
            try socket.setBand(16, of: tree, to: spec)
            #expect(try socket.remove(tree, restoring: before) == [])
            #expect(try socket.remove(tree, restoring: before) == [])
        }
    }

    @Test(
        "each kind of parameter is taken by the kernel",
        arguments: [
            ("Gilbert-Elliott", NetemSpec(Impairment(loss: .gilbertElliott(toBad: .one, toGood: .one)))),
            (
                "four states",
                NetemSpec(
                    Impairment(loss: .fourState(p13: .one, p31: .one, p32: .zero, p23: .zero, p14: .zero))
                )
            ),
            ("rate", NetemSpec(Impairment(rate: LineRate(bitsPerSecond: 1_000_000, packetOverhead: 20)))),
            ("fast rate", NetemSpec(Impairment(rate: LineRate(bitsPerSecond: 100_000_000_000)))),
            (
                "slots",
                NetemSpec(Impairment(slots: Slots(minimum: .microseconds(800), maximum: .milliseconds(1))))
            ),
            ("corruption", NetemSpec(Impairment(corrupt: Chance(.one, correlation: .one)))),
            (
                "reordering",
                NetemSpec(Impairment(latency: .milliseconds(1), reordering: Reordering(share: .one)))
            ),
            ("duplication", NetemSpec(Impairment(duplicate: Chance(.one)))), ("seed", NetemSpec(seed: 7)),
            (
                "greatest table",
                NetemSpec(
                    Impairment(
                        latency: .seconds(1),
                        jitter: .seconds(1),
                        distribution: .entries([Int16](repeating: 3, count: 16384))
                    )
                )
            ),
            (
                "Pareto",
                NetemSpec(Impairment(latency: .seconds(1), jitter: .seconds(1), distribution: .pareto))
            ),
            (
                "both",
                NetemSpec(Impairment(latency: .seconds(1), jitter: .seconds(1), distribution: .paretoNormal))
            ),
        ]
    )
    func accepted(reason: String, spec: NetemSpec) async throws {
        try await withTestNamespaces(count: 1) { hosts in
            let socket = try RouteSocket(in: hosts[0].namespace)
            let tree = DelayTree(link: try socket.link(named: TestHost.interface).index)
            let before = try socket.install(tree)
            try socket.setBand(3, of: tree, to: spec)
            #expect(try socket.remove(tree, restoring: before) == [], "\(reason)")
        }
    }

    @Test("packets of the band's priority are late by its latency and never less, all others are not")
    func effect() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let socket = try RouteSocket(in: hosts[0].namespace)
            let tree = DelayTree(link: try socket.link(named: TestHost.interface).index)
            let before = try socket.install(tree)
            try socket.setBand(2, of: tree, to: NetemSpec(Impairment(latency: .milliseconds(50))))
            let receiver = try hosts[1].namespace.inside { try Datagrams(receivingOn: 7001) }
            let address = hosts[1].address
            let plain = try hosts[0].namespace.inside {
                try Datagrams(sendingTo: address, port: 7001, priority: 0)
            }
            let marked = try hosts[0].namespace.inside {
                try Datagrams(sendingTo: address, port: 7001, priority: DelayTree.priority(band: 2))
            }
            var (fast, slow): ([Int64], [Int64]) = ([], [])
            for _ in 0..<20 {
                fast.append(try plain.delay(to: receiver))
                slow.append(try marked.delay(to: receiver))
            }
            // The first packet also waits for ARP.
            #expect(slow.allSatisfy { $0 >= 50_000_000 }, "\(slow)")
            #expect(fast.sorted()[10] < 25_000_000, "\(fast)")
            #expect(try socket.remove(tree, restoring: before) == [])
            #expect(try marked.delay(to: receiver) < 50_000_000)
        }
    }

    @Test("all packets lost in a band are lost silently: the sender sees no error")
    func silent() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let socket = try RouteSocket(in: hosts[0].namespace)
            let tree = DelayTree(link: try socket.link(named: TestHost.interface).index)
            try socket.install(tree)
            try socket.setBand(2, of: tree, to: NetemSpec(Impairment(loss: .random(.one))))
            let receiver = try hosts[1].namespace.inside { try Datagrams(receivingOn: 7002) }
            let address = hosts[1].address
            let plain = try hosts[0].namespace.inside {
                try Datagrams(sendingTo: address, port: 7002, priority: 0)
            }
            let marked = try hosts[0].namespace.inside {
                try Datagrams(sendingTo: address, port: 7002, priority: DelayTree.priority(band: 2))
            }
            _ = try plain.delay(to: receiver)
            for _ in 0..<50 { try marked.send() }
            #expect(try receiver.receive(within: 200_000_000) == nil)
            let netem = try socket.counters(of: tree.link).first { $0.kind == "netem" }
            #expect(netem?.drops == 50)
        }
    }
}

/// A UDP socket whose datagrams carry the instant of sending.
private struct Datagrams: ~Copyable, Sendable {
    private let descriptor: OwnedDescriptor

    init(receivingOn port: UInt16) throws {
        // A throwing init of a noncopyable type gives its field last.
        let descriptor = try Self.open()
        try Self.call(bind, descriptor.number, "0.0.0.0", port, "bind")
        self.descriptor = descriptor
    }

    /// `priority`: SO_PRIORITY, what a packet rule would set.
    init(sendingTo address: String, port: UInt16, priority: UInt32) throws {
        let descriptor = try Self.open()
        try Self.call(connect, descriptor.number, address, port, "connect")
        var priority = priority
        let number = descriptor.number
        try SystemError.check("SO_PRIORITY") {
            setsockopt(number, SOL_SOCKET, SO_PRIORITY, &priority, socklen_t(MemoryLayout<UInt32>.size))
        }
        self.descriptor = descriptor
    }

    func send() throws {
        var now = Clocks.monotonic()
        let number = descriptor.number
        try SystemError.check("send") { Glibc.send(number, &now, 8, 0) }
    }

    /// The instant that the next datagram carries; nil when none comes in time (nanoseconds).
    func receive(within time: Int64) throws -> Int64? {
        let poller = try Poller(capacity: 1)
        try poller.add(descriptor.number, token: 0, .readable)
        guard try poller.wait(timeoutNanoseconds: time, { _ in }) > 0 else { return nil }
        var sent: Int64 = 0
        let number = descriptor.number
        try SystemError.check("recv") { recv(number, &sent, 8, 0) }
        return sent
    }

    /// Sends one and waits for it: nanoseconds under way.
    func delay(to receiver: borrowing Datagrams) throws -> Int64 {
        try send()
        guard let sent = try receiver.receive(within: 5_000_000_000) else {
            throw SystemError("receive", refused: "no datagram in 5 s")
        }
        return Clocks.monotonic() - sent
    }

    private static func open() throws -> OwnedDescriptor {
        OwnedDescriptor(
            owning: try SystemError.check("socket") { socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0) }
        )
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32,
        _ number: Int32,
        _ address: String,
        _ port: UInt16,
        _ operation: String
    ) throws {
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &target.sin_addr)
        try withUnsafePointer(to: &target) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = try SystemError.check("\(operation) \(address):\(port)") {
                    function(number, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }
}
