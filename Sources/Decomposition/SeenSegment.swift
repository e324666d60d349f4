/// A segment with data, as one host's capture saw it.
struct SeenSegment {
    /// The capturing host's CLOCK_MONOTONIC.
    var local: Int64
    let sequence: UInt32
    let length: UInt32
    let acknowledgement: UInt32

    /// Behind its last byte.
    var end: UInt32 { sequence &+ length }

    /// Sequence numbers go round (RFC 9293, 3.4): the distance says which comes first.
    func holds(_ byte: UInt32) -> Bool { byte &- sequence < length }
}

/// What of one stretch of bytes has been seen: some first copies may come late, or in other pieces than they were sent in.
struct CoveredBytes {
    /// Ascending and apart, in distances from the first byte.
    private var ranges: [Range<UInt32>] = []

    /// True when a byte of it had not been seen before.
    mutating func add(_ range: Range<UInt32>) -> Bool {
        guard !range.isEmpty,
            !ranges.contains(where: { $0.contains(range.lowerBound) && $0.upperBound >= range.upperBound })
        else { return false }
        var merged = range
        ranges.removeAll { other in
            guard other.lowerBound <= merged.upperBound, merged.lowerBound <= other.upperBound else {
                return false
            }
            merged = min(merged.lowerBound, other.lowerBound)..<max(merged.upperBound, other.upperBound)
            return true
        }
        let place = ranges.firstIndex { $0.lowerBound > merged.lowerBound } ?? ranges.count
        ranges.insert(merged, at: place)
        return true
    }
}
