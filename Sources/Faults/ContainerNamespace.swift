import Containers
import Glibc
import LinuxSystem
import Measures
import Netlink
import Processes

/// The network namespace of a running container, held open: it stays the same whatever becomes of the container.
final class ContainerNamespace: Sendable {
    let container: FoundContainer
    /// The kernel's: two containers that share a network have the same.
    let number: UInt64
    private let descriptor: OwnedDescriptor

    /// Errors: the container ended meanwhile; its network is the host's own, or ours; it may not be entered.
    init(of container: FoundContainer) throws {
        let path = "/proc/\(container.leader.pid)/ns/net"
        descriptor = try OwnedDescriptor(opening: path, flags: O_RDONLY)
        // The pid may have been given to another between the two.
        guard container.isAlive else {
            throw FaultError("fault.no-process", "\(container.container.text) has ended")
        }
        self.container = container
        number = try NetworkNamespace(path: "/proc/self/fd/\(descriptor.number)").inode()
        let hosts = [NetworkNamespace.current.path, "/proc/self/ns/net", "/proc/1/ns/net"]
        guard !hosts.contains(where: { (try? NetworkNamespace(path: $0).inode()) == number }) else {
            throw FaultError(
                "fault.host-network",
                "\(container.container.text) shares the host's network, so that the fault would hit the host: leave "
                    + "'container' out and name its ports, or give it a network of its own"
            )
        }
    }

    /// Those of these containers, each once. Errors: as above.
    static func distinct(_ containers: [FoundContainer]) throws -> [ContainerNamespace] {
        var numbers: Set<UInt64> = []
        return try containers.map { try ContainerNamespace(of: $0) }.filter {
            numbers.insert($0.number).inserted
        }
    }

    /// Its container's.
    var name: String { container.container.name }
    /// "db (docker, postgres:16)".
    var text: String { container.container.text }

    /// Runs the body on a thread in it. Sockets opened there stay there.
    func inside<Value: Sendable & ~Copyable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
        try NetworkNamespace(path: "/proc/self/fd/\(descriptor.number)").inside(body)
    }

    /// The interface that leads out of it: that of the default route, else the only one. In the calling thread's
    /// namespace. Errors: none is up; several are, and no route says which.
    static func interface(of container: String) throws -> String {
        if let interface = DefaultRoute.interface { return interface }
        let names = try RouteSocket().links().filter { $0.isUp && $0.name != "lo" }.map(\.name).sorted()
        guard let first = names.first, names.count == 1 else {
            let said =
                names.isEmpty
                ? "has no interface but the loopback, so that no packet leaves it"
                : "has no default route and several interfaces; name one by interface: \(names.joined(separator: ", "))"
            throw FaultError("fault.interface", "the network of \(container) \(said)")
        }
        return first
    }
}

extension FoundContainer {
    var name: String { container.name }

    /// The process that it began with lives, and is the same.
    var isAlive: Bool {
        ProcessTable.status(of: leader.pid).map { $0.isAlive && $0.identity == leader } ?? false
    }
}
