import BenchSupport
import ClockSync
import Glibc
import LinuxSystem
import TestSupport

/// Two namespaces joined by a veth, gone with this value: a prober in the near one, a reflector in the far one.
struct ClockNetwork: ~Copyable {
    static let near = "10.78.1.1"
    static let far = "10.78.1.2"
    static let key = ProbeKey(1, 2)
    static let session: UInt64 = 1

    private let nearOwner: OwnedNamespace
    private let farOwner: OwnedNamespace
    var nearNamespace: NetworkNamespace { nearOwner.namespace }
    var farNamespace: NetworkNamespace { farOwner.namespace }

    init() throws {
        let near = try OwnedNamespace("fl-bench-\(getpid())-ca")
        let far = try OwnedNamespace("fl-bench-\(getpid())-cb")
        let (a, b) = (near.namespace.name, far.namespace.name)
        for command in [
            "ip -n \(a) link add v0 type veth peer name v0 netns \(b)",
            "ip -n \(a) address add \(Self.near)/24 dev v0", "ip -n \(b) address add \(Self.far)/24 dev v0",
            "ip -n \(a) link set v0 up", "ip -n \(b) link set v0 up", "ip -n \(a) link set lo up",
            "ip -n \(b) link set lo up",
            "ip netns exec \(a) ping -q -c 1 -w 10 -i 0.2 \(Self.far)",
        ] {
            try Program.run(command.split(separator: " ").map(String.init))
        }
        nearOwner = near
        farOwner = far
    }

    func reflector() throws -> ClockReflector {
        let reflector = try ClockReflector(
            listening: Endpoint(address: Self.far, port: 0),
            in: farNamespace,
            epoch: 1
        )
        reflector.admit(session: Self.session, key: Self.key)
        return reflector
    }

    /// In front of the reflector, in its namespace.
    func relay(to port: UInt16, _ path: DelayingRelay.Path) throws -> DelayingRelay {
        try DelayingRelay(on: Self.far, to: (Self.far, port), in: farNamespace, path: path)
    }

    /// 200 Mbit/s where packets leave the near side; `flood` keeps it full.
    func shape() throws {
        let command =
            "tc -n \(nearNamespace.name) qdisc add dev v0 root tbf rate 200mbit burst 32k latency 4ms"
        try Program.run(command.split(separator: " ").map(String.init))
    }

    func flood() throws -> Burners {
        let socket = try nearNamespace.inside {
            let descriptor = OwnedDescriptor(
                owning: try SystemError.check("socket") {
                    Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
                }
            )
            let number = descriptor.number
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = UInt16(9).bigEndian
            inet_pton(AF_INET, Self.far, &name.sin_addr)
            try SystemError.check("connect") {
                withUnsafePointer(to: &name) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
            }
            return descriptor
        }
        return try Burners(flooding: socket)
    }
}
