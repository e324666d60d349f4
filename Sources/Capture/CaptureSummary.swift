/// What a capture came to.
package struct CaptureSummary: Sendable, Hashable {
    /// Written to the file.
    package let packets: Int
    /// The file's size, its header included.
    package let bytes: Int64
    /// Packets that passed the filter and found the kernel's buffer full: they are not in the file.
    package let dropped: Int
    /// The file is full: what came later is not in it, and is not counted.
    package let reachedLimit: Bool
    /// Why it ended before it was told to (the interface is gone, the disk is full); nil when it did not.
    package let failure: CaptureError?

    package init(
        packets: Int,
        bytes: Int64,
        dropped: Int,
        reachedLimit: Bool,
        failure: CaptureError? = nil
    ) {
        self.packets = packets
        self.bytes = bytes
        self.dropped = dropped
        self.reachedLimit = reachedLimit
        self.failure = failure
    }
}
