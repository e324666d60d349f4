import Glibc
import LinuxSystem
import Netlink
import TestSupport
import Testing

/// With kinds that every kernel here has: pfifo and htb.
@Suite("Qdiscs in namespaces", .requires(.networkNamespaces))
struct QdiscLiveTests {
    /// TCA_HTB_INIT: version 3, rate2quantum 10, no default class.
    private static let htb = Qdisc.other(
        kind: "htb",
        options: Attribute.encode([Attribute(2, [3, 10, 0, 0, 0].flatMap { Attribute.bytes(UInt32($0)) })])
    )

    @Test("a refusal carries the kernel's own words beside libnl's")
    func words() async throws {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            let socket = try RouteSocket(in: hosts[0].namespace)
            let error = #expect(throws: NetlinkError.self) {
                try socket.send(
                    .qdisc(
                        .add,
                        .other(kind: "no-such", options: nil),
                        link: 1,
                        parent: .root,
                        handle: Handle(1)
                    )
                )
            }
            #expect(error?.kernelErrno == ENOENT)
            #expect(error?.kernelText == "Specified qdisc kind is unknown")
            #expect(error?.library == 12)
            #expect(error?.code == "netlink.errno-2")
            // The socket is usable afterwards.
            #expect(try socket.links().map(\.name) == ["lo"])
        }
    }

    @Test("a kind that the kernel has not is a no with the kernel's words, one that it has is a yes")
    func probing() {
        let absent = QdiscSupport.probe(.other(kind: "no-such", options: nil))
        guard case .no(let reason) = absent else {
            Issue.record("\(absent)")
            return
        }
        #expect(reason.contains("Specified qdisc kind is unknown"))
        #expect(QdiscSupport.probe(Self.htb) == .yes)
    }

    @Test("netem and the tree answer, with the kernel's words whenever it is not yes")
    func features() {
        for feature in [Feature.netem, .delayTree] {
            let answer = feature.answer()
            #expect(answer.isYes || answer.reason?.contains("Specified qdisc kind is unknown") == true)
        }
    }

    @Test(
        "what was added is in the snapshot, a changed parameter is a difference, and after deleting there is none"
    )
    func snapshots() async throws {
        try await withTestNamespaces(count: 1) { hosts in
            let socket = try RouteSocket(in: hosts[0].namespace)
            let link = try socket.link(named: TestHost.interface).index
            let before = try socket.trafficControl()
            #expect(before.qdiscs.filter { !$0.isDefault } == [])
            let pfifo = { (limit: UInt32) in Qdisc.other(kind: "pfifo", options: Attribute.bytes(limit)) }
            try socket.send(.qdisc(.add, pfifo(10), link: link, parent: .root, handle: Handle(7)))
            let ten = try socket.trafficControl()
            #expect(try socket.trafficControl() == ten)
            #expect(ten.qdiscs.contains { $0.kind == "pfifo" && $0.options == Attribute.bytes(UInt32(10)) })
            try socket.send(.qdisc(.change, pfifo(11), link: link, parent: .root, handle: Handle(7)))
            let eleven = try socket.trafficControl()
            #expect(ten.difference(to: eleven).count == 1)
            #expect(!before.difference(to: eleven).isEmpty)
            // Of another handle or kind: the kernel refuses, and it stays.
            for (handle, kind) in [(Handle(8), "pfifo"), (Handle(7), "htb")] {
                #expect(throws: NetlinkError.self) {
                    try socket.send(.deleteQdisc(link: link, parent: .root, handle: handle, kind: kind))
                }
            }
            #expect(try socket.trafficControl() == eleven)
            let removal = Request.deleteQdisc(link: link, parent: .root, handle: Handle(7), kind: "pfifo")
            let delete = { (socket: borrowing RouteSocket) in
                try socket.deleteQdisc(removal, link: link, parent: .root, handle: Handle(7))
            }
            #expect(try delete(socket) == true)
            #expect(before.difference(to: try socket.trafficControl()) == [])
            #expect(try delete(socket) == false)
        }
    }

    @Test("packets that pass an htb count in its counters and do not change the snapshot")
    func traffic() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let socket = try RouteSocket(in: hosts[0].namespace)
            let link = try socket.link(named: TestHost.interface).index
            try socket.send(.qdisc(.add, Self.htb, link: link, parent: .root, handle: Handle(1)))
            let before = try socket.trafficControl(of: link)
            let target = hosts[1].address
            try hosts[0].namespace.inside { try sendDatagrams(20, to: target) }
            // The first ones wait for ARP.
            let deadline = Clocks.monotonic() + 5_000_000_000
            var packets: UInt64 = 0
            while packets < 20, Clocks.monotonic() < deadline {
                packets = try socket.counters(of: link).first { $0.kind == "htb" }?.packets ?? 0
            }
            #expect(packets >= 20)
            #expect(before.difference(to: try socket.trafficControl(of: link)) == [])
        }
    }
}

private func sendDatagrams(_ count: Int, to address: String) throws {
    let socket = OwnedDescriptor(
        owning: try SystemError.check("socket") { Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0) }
    )
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_port = UInt16(9999).bigEndian
    inet_pton(AF_INET, address, &target.sin_addr)
    try withUnsafePointer(to: &target) { pointer in
        try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
            _ = try SystemError.check("connect") {
                connect(socket.number, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
    // Nobody listens: the refusal (ECONNREFUSED) comes back with a later call and does not matter here.
    for _ in 0..<count { _ = send(socket.number, [1, 2, 3], 3, 0) }
}
