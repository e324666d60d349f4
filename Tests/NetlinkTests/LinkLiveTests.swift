import LinuxSystem
import Netlink
import TestSupport
import Testing

@Suite("Links in namespaces", .requires(.networkNamespaces))
struct LinkLiveTests {
    @Test(
        "a veth joins a bridge in one namespace with a host in another, and addresses are where they were put"
    )
    func wiring() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let socket = try RouteSocket(in: hosts[0].namespace)
            let link = try socket.link(named: TestHost.interface)
            #expect(link.kind == "veth")
            #expect(link.isUp)
            #expect(link.mtu == 1500)
            #expect(link.hardwareAddress.split(separator: ":").count == 6)
            #expect(try socket.link(named: "lo").isUp)
            let addresses = try socket.addresses(of: TestHost.interface).map(\.address.description)
            #expect(addresses.contains("\(hosts[0].address)/24"))
            let hub = try RouteSocket(in: NetworkNamespace(path: hosts[0].namespace.path.dropLast() + "hub"))
            let bridge = try hub.link(named: "bridge")
            #expect(bridge.kind == "bridge")
            #expect(
                try hub.links().filter { $0.master == bridge.index }.map(\.name).sorted() == [
                    "port1", "port2",
                ]
            )
        }
    }

    @Test("up and down, in and out of a bridge, an address, a route: each shows, and is taken back")
    func changes() async throws {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            let socket = try RouteSocket(in: hosts[0].namespace)
            let bridge = try socket.addBridge("bridge")
            let link = try socket.addVeth("left", peer: "right")
            #expect(!link.isUp)
            try socket.setUp("left")
            #expect(try socket.link(named: "left").isUp)
            #expect(try !socket.link(named: "right").isUp)
            try socket.setDown("left")
            #expect(try !socket.link(named: "left").isUp)
            try socket.setMaster(of: "left", to: "bridge")
            #expect(try socket.link(named: "left").master == bridge.index)
            try socket.setMaster(of: "left", to: nil)
            #expect(try socket.link(named: "left").master == nil)

            let address = try #require(InterfaceAddress("10.99.0.1/24"))
            let six = try #require(InterfaceAddress("fd00::1/64"))
            try socket.setUp("left")
            try socket.setUp("right")
            try socket.addAddress(address, to: "left")
            try socket.addAddress(six, to: "left")
            let assigned = try socket.addresses(of: "left")
            #expect(assigned.contains { $0.address == address })
            #expect(assigned.contains { $0.address == six && !$0.isTentative })
            try socket.addRoute(
                to: #require(InterfaceAddress("10.98.0.0/16")),
                via: InterfaceAddress("10.99.0.2"),
                through: "left"
            )
            // A second one of the same kind is refused: the first is there.
            let error = #expect(throws: NetlinkError.self) {
                try socket.addRoute(
                    to: #require(InterfaceAddress("10.98.0.0/16")),
                    via: InterfaceAddress("10.99.0.2"),
                    through: "left"
                )
            }
            #expect(error?.isPresent == true)
            try socket.send(.deleteAddress(address, from: link.index))
            #expect(try !socket.addresses().contains { $0.address == address })

            #expect(try socket.deleteLink("left") == true)
            #expect(try socket.deleteLink("left") == false)
            #expect(try !socket.links().contains { $0.name == "right" })
        }
    }

    @Test("a socket stays in the namespace that it was opened in, whatever its caller does")
    func home() async throws {
        try await withTestNamespaces(count: 2, wired: false) { hosts in
            let first = try RouteSocket(in: hosts[0].namespace)
            _ = try first.addBridge("only-here")
            #expect(try first.links().map(\.name).sorted() == ["lo", "only-here"])
            #expect(try RouteSocket(in: hosts[1].namespace).links().map(\.name) == ["lo"])
            let inside = try hosts[1].namespace.inside { try RouteSocket().links().map(\.name) }
            #expect(inside == ["lo"])
        }
    }

    @Test("an interface that is not there is named, with those that are")
    func absent() async throws {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            let socket = try RouteSocket(in: hosts[0].namespace)
            let error = #expect(throws: NetlinkError.self) { try socket.setUp("eth7") }
            #expect(error?.message.contains("eth7") == true)
            #expect(error?.message.contains("There are: lo") == true)
            #expect(error?.isAbsent == true)
        }
    }
}
