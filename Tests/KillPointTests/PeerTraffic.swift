import Glibc
import LinuxSystem
import Synchronization
import TestSupport

/// What a fault has to take hold of: a datagram each millisecond, and a peer that takes TCP connections.
final class PeerTraffic: Sendable {
    private let isOver: Over
    private let listener: OwnedDescriptor
    private let thread: Mutex<PinnedThread?>

    private final class Over: Sendable {
        let flag = Atomic(false)
    }

    init(from host: TestHost, to peer: TestHost) throws {
        let over = Over()
        isOver = over
        listener = try peer.namespace.inside {
            let descriptor = try Self.open(SOCK_STREAM)
            let number = descriptor.number
            try Self.name(number, "0.0.0.0", bind)
            try SystemError.check("listen") { listen(number, 4096) }
            return descriptor
        }
        let address = peer.address
        thread = Mutex(
            try PinnedThread(name: "traffic") {
                guard (try? host.namespace.enter()) != nil, let socket = try? Self.open(SOCK_DGRAM),
                    (try? Self.name(socket.number, address, connect)) != nil
                else { return }
                var byte: UInt8 = 0
                while !over.flag.load(ordering: .relaxed) {
                    _ = send(socket.number, &byte, 1, Int32(MSG_DONTWAIT))
                    Clocks.sleepUntil(monotonic: Clocks.monotonic() + 1_000_000)
                }
            }
        )
    }

    func stop() {
        isOver.flag.store(true, ordering: .relaxed)
        thread.withLock { $0.take() }?.join()
    }

    private static func open(_ kind: __socket_type) throws -> OwnedDescriptor {
        OwnedDescriptor(
            owning: try SystemError.check("socket") {
                socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            }
        )
    }

    /// Port 7 of the address, for bind or connect.
    private static func name(
        _ number: Int32,
        _ address: String,
        _ call: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32
    ) throws {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = UInt16(7).bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        try SystemError.check("name a socket") {
            withUnsafePointer(to: &name) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    call(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }
}
