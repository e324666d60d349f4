import Glibc
package import LinuxSystem
import Synchronization

/// Threads that keep something busy until they are stopped: every processor, or a link.
package final class Burners: Sendable {
    private let isOver = Atomic(false)

    /// One thread a processor, counting.
    package init() throws {
        for _ in 0..<max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) {
            _ = try PinnedThread(name: "burner") {
                var count: UInt64 = 0
                while !self.isOver.load(ordering: .relaxed) { count &+= 1 }
            }
        }
    }

    /// One thread that sends 1400 bytes again and again, and waits where the socket's buffer is full.
    package init(flooding socket: consuming OwnedDescriptor) throws {
        let bytes = [UInt8](repeating: 0, count: 1400)
        let owner = Owner(socket)
        _ = try PinnedThread(name: "flood") {
            while !self.isOver.load(ordering: .relaxed) {
                _ = send(owner.socket.number, bytes, bytes.count, 0)
            }
        }
    }

    private final class Owner: Sendable {
        let socket: OwnedDescriptor
        init(_ socket: consuming OwnedDescriptor) { self.socket = socket }
    }

    package func stop() { isOver.store(true, ordering: .relaxed) }
}
