import Glibc
package import LinuxSystem
import Netlink
import Synchronization

/// One host of a test: a namespace with lo up and, when wired, an interface with an address.
package struct TestHost: Sendable {
    package let namespace: NetworkNamespace
    /// "10.99.<k>.1" for the first host; empty when not wired.
    package let address: String
    /// "eth0", a veth whose other end is a port of the test's bridge.
    package static let interface = "eth0"
}

/// Makes network namespaces fl-test-<pid>-<n>-<i>, joined by a bridge in one more unless `wired` is false, hands them
/// over, and deletes them whatever happens.
package func withTestNamespaces<Value>(
    count: Int,
    wired: Bool = true,
    _ body: ([TestHost]) async throws -> Value
) async throws -> Value {
    let number = nextNumber.wrappingAdd(1, ordering: .relaxed).newValue
    let prefix = "fl-test-\(getpid())-\(number)-"
    defer {
        for namespace in (try? NetworkNamespace.list(prefix: prefix)) ?? [] { _ = try? namespace.delete() }
    }
    let hosts = try makeHosts(prefix: prefix, count: count, wired: wired, subnet: number % 250)
    return try await body(hosts)
}

private let nextNumber = Atomic<Int>(0)

private func makeHosts(prefix: String, count: Int, wired: Bool, subnet: Int) throws -> [TestHost] {
    var hosts: [TestHost] = []
    for index in 1...max(1, count) {
        let namespace = try NetworkNamespace.create(named: "\(prefix)\(index)")
        let socket = try RouteSocket(in: namespace)
        try socket.setUp("lo")
        hosts.append(TestHost(namespace: namespace, address: wired ? "10.99.\(subnet).\(index)" : ""))
    }
    guard wired else { return hosts }
    let hub = try RouteSocket(in: NetworkNamespace.create(named: "\(prefix)hub"))
    _ = try hub.addBridge("bridge")
    try hub.setUp("bridge")
    for (index, host) in hosts.enumerated() {
        let port = "port\(index + 1)"
        _ = try hub.addVeth(port, peer: TestHost.interface, in: host.namespace)
        try hub.setMaster(of: port, to: "bridge")
        try hub.setUp(port)
        let socket = try RouteSocket(in: host.namespace)
        if let address = InterfaceAddress("\(host.address)/24") {
            try socket.addAddress(address, to: TestHost.interface)
        }
        try socket.setUp(TestHost.interface)
    }
    return hosts
}
