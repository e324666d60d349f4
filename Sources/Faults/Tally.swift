/// What a packet fault did so far, in packets, as far as its backend counts it.
package struct Tally: Sendable, Equatable {
    /// That the fault took hold of; the rest are parts of these, but for duplicates, which come on top.
    package var seen: UInt64 = 0
    package var delayed: UInt64 = 0
    package var dropped: UInt64 = 0
    package var duplicated: UInt64 = 0
    package var corrupted: UInt64 = 0
    package var overtaken: UInt64 = 0

    /// Somebody counted by kind: not only how many, but what became of them.
    package var countsKinds: Bool { delayed + dropped + duplicated + corrupted + overtaken > 0 }

    package init(seen: UInt64 = 0) {
        self.seen = seen
    }

    static func + (one: Tally, other: Tally) -> Tally {
        var sum = Tally(seen: one.seen + other.seen)
        sum.delayed = one.delayed + other.delayed
        sum.dropped = one.dropped + other.dropped
        sum.duplicated = one.duplicated + other.duplicated
        sum.corrupted = one.corrupted + other.corrupted
        sum.overtaken = one.overtaken + other.overtaken
        return sum
    }

    /// "1200 packets, 1188 delayed, 12 dropped": what is zero is left out.
    package var words: String {
        let parts = [
            (delayed, "delayed"), (dropped, "dropped"), (duplicated, "duplicated"), (corrupted, "corrupted"),
            (overtaken, "sent ahead"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return (["\(seen) packet\(seen == 1 ? "" : "s")"] + parts).joined(separator: ", ")
    }
}
