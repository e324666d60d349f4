import Glibc
import LinuxSystem

/// A UDP socket as any program has one: no stamps of the kernel, no priority. The only file of ClockSync, besides
/// `ProbeSocket`, that calls C for packets.
struct PathSocket: ~Copyable, Sendable {
    /// Where packets go, as C wants it.
    struct Address: Sendable {
        fileprivate var storage = sockaddr_storage()
        fileprivate var length: socklen_t = 0

        /// Errors: no numeric address.
        init(_ endpoint: Endpoint) throws {
            var storage = sockaddr_storage()
            length = try endpoint.withSocketAddress { address, length throws(ClockSyncError) in
                withUnsafeMutableBytes(of: &storage) { bytes in
                    bytes.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(length)))
                }
                return length
            }
            self.storage = storage
        }
    }

    let descriptor: OwnedDescriptor
    var number: Int32 { descriptor.number }

    /// Opened in this namespace (nil: the caller's).
    static func open(bound: Endpoint, in namespace: NetworkNamespace?) throws -> PathSocket {
        guard let namespace else { return try PathSocket(bound: bound) }
        return try namespace.inside { try PathSocket(bound: bound) }
    }

    private init(bound: Endpoint) throws {
        let descriptor = OwnedDescriptor(
            owning: try SystemError.check("open a UDP socket for latency probes") {
                socket(bound.isVersion6 ? AF_INET6 : AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            }
        )
        let number = descriptor.number
        try SystemError.check("fcntl FD_CLOEXEC") { fcntl(number, F_SETFD, FD_CLOEXEC) }
        try descriptor.setNonBlocking()
        try bound.withSocketAddress { address, length throws(ClockSyncError) in
            if bind(number, address, length) != 0 {
                throw ClockSyncError(
                    .socket,
                    "Cannot listen for latency probes on \(bound): \(SystemError.text(of: errno))"
                )
            }
        }
        self.descriptor = descriptor
    }

    /// A packet that cannot be sent is one that does not arrive.
    func send(_ bytes: [UInt8], to address: Address) {
        var address = address
        let length = address.length
        withUnsafePointer(to: &address.storage) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(number, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }

    /// The next packet's length and CLOCK_MONOTONIC after it was taken; nil when none waits. Longer ones are cut, so the
    /// buffer has one byte more than a packet.
    func receive(into buffer: inout [UInt8]) -> (count: Int, at: Int64)? {
        let count = recv(number, &buffer, buffer.count, 0)
        let now = Clocks.monotonic()
        return count >= 0 ? (count, now) : nil
    }
}
