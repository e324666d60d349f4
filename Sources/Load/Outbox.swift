import Codecs

/// What is to go out on one connection: written by its conversation, taken by the socket as far as it has room.
struct Outbox: ~Copyable {
    var bytes = OutputBytes(capacity: 1_024)
    /// Of them, those that the kernel has.
    private(set) var sent = 0

    var isEmpty: Bool { bytes.isEmpty }

    /// Valid until the next change.
    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes.bytes[sent...]) }

    mutating func advance(_ count: Int) {
        sent += count
        if sent >= bytes.count { clear() }
    }

    mutating func clear() {
        bytes.clear()
        sent = 0
    }
}
