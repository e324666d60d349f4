import LinuxSystem

/// Asks the chronyd of this host, which listens on the loopback's port 323 unless it was told otherwise. Never waits: a question
/// is sent, and its answer is there at the next look.
package struct ChronyClient: ~Copyable, Sendable {
    package static let port: UInt16 = 323

    private let socket: ProbeSocket
    private var sequence: UInt32
    private var latest: ChronyTracking?
    private var unanswered = 0

    /// Errors: `SystemError` when no socket can be opened.
    package init(port: UInt16 = Self.port) throws {
        socket = try ProbeSocket.open(bound: nil, peer: Endpoint(address: "127.0.0.1", port: port), in: nil)
        sequence = UInt32(truncatingIfNeeded: Clocks.monotonic())
    }

    /// What chronyd said last; nil where there is none, or no longer one. Asks again.
    package mutating func look() -> ChronyTracking? {
        var buffer = [UInt8](repeating: 0, count: 512)
        unanswered += 1
        // Bounded: whoever sends on the loopback cannot keep this busy.
        for _ in 0..<16 {
            guard let arrival = socket.receive(into: &buffer) else { break }
            guard
                let tracking = ChronyTracking(reply: Array(buffer.prefix(arrival.count)), sequence: sequence)
            else {
                continue
            }
            latest = tracking
            unanswered = 0
        }
        if unanswered > 3 { latest = nil }
        while socket.departure(into: &buffer) != nil {}
        sequence &+= 1
        socket.send(ChronyTracking.request(sequence: sequence))
        return latest
    }
}
