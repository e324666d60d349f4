/// The bits of a packet's mark by which the rules of queues know their own packets. They are off again when a packet leaves
/// its queue; the other 24 bits are whatever they were.
package enum QueueMark {
    /// All that are ours.
    package static let bits: UInt32 = 0xff00_0000
    /// For which queue a copy was made; 0: it is none.
    static let copyBits: UInt32 = 0x7f00_0000
    /// By a verdict of `repeat`: one packet shall become two. Bit 31 alone, since the packet meets only the chain of its
    /// own queue with it.
    package static let wanted: UInt32 = 0x8000_0000

    static func copy(_ queue: UInt16) -> UInt32 { UInt32(queue % 127 + 1) << 24 }
    /// One of two.
    package static func twin(_ queue: UInt16) -> UInt32 { wanted | copy(queue) }
}
