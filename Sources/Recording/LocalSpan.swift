/// Two stamps of one host's CLOCK_MONOTONIC, nanoseconds, between which something happened.
package struct LocalSpan: Sendable, Codable, Hashable {
    package var from: Int64
    package var to: Int64

    package init(from: Int64, to: Int64) {
        self.from = from
        self.to = to
    }
}
