/// What a capture came to.
package struct CaptureSummary: Sendable, Hashable {
    /// Written, those included that later ones have overwritten.
    package let packets: Int
    /// Of them: the files that held them are gone, for later ones.
    package let overwritten: Int
    /// The size of the files that are there, their headers included.
    package let bytes: Int64
    /// Packets that passed the filter and found the kernel's buffer full: they are in no file.
    package let dropped: Int
    /// Why it ended before it was told to (the interface is gone, the disk is full); nil when it did not.
    package let failure: CaptureError?

    package init(
        packets: Int,
        overwritten: Int = 0,
        bytes: Int64,
        dropped: Int,
        failure: CaptureError? = nil
    ) {
        self.packets = packets
        self.overwritten = overwritten
        self.bytes = bytes
        self.dropped = dropped
        self.failure = failure
    }
}
