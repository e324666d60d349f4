import Impairments
import Packetfilter

/// What is to be different about a packet when it leaves its queue.
struct QueueChange: Sendable, Equatable {
    /// nil: as it is.
    var mark: UInt32?
    var payload: [UInt8]?
    var isLost = false

    init(mark: UInt32) {
        self.mark = mark
    }

    /// A bit of the IP packet is flipped. What arrives has passed the checks of its header by then (RFC 1122, 3.2.1; a hook
    /// before them does not exist): where the bit is one of the header, it is lost, as it would be if it had been flipped
    /// under way.
    init(_ flip: BitFlip, _ packet: UnsafeRawBufferPointer, mark: UInt32?, hook: UInt8) {
        self.mark = mark
        let byte = flip.byte(of: packet.count)
        let version = (packet.first ?? 0) >> 4
        let header = version == 4 ? Int((packet.first ?? 0) & 0xf) * 4 : 40
        if hook != Hook.postrouting.rawValue, byte < header {
            isLost = true
            return
        }
        var bytes = [UInt8](packet)
        bytes[byte] ^= 1 << flip.bit
        payload = bytes
    }

    func verdict(for identifier: UInt32) -> QueueVerdict {
        isLost ? .drop(identifier) : .acceptChanged(identifier, mark: mark, payload: payload)
    }
}

extension QueueChange? {
    func verdict(for identifier: UInt32) -> QueueVerdict {
        self?.verdict(for: identifier) ?? .accept(identifier)
    }
}
