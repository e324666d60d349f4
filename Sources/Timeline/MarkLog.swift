package import Measures

/// One request, good or bad, at the instant when it was due.
package struct Mark: Sendable, Equatable {
    package let at: Instant
    package let good: Bool
    /// Bit i: it was answered well within the i-th of the thresholds that are watched.
    package let within: UInt8
    /// How many alike: 1, but in a log that has grown coarse.
    package let count: Int

    package init(at: Instant, good: Bool, within: UInt8 = 0, count: Int = 1) {
        self.at = at
        self.good = good
        self.within = within
        self.count = count
    }
}

/// Good and bad in the order of intended starts, whatever the order they are added in: what outages and bursts are found in.
///
/// Requests end in another order than they are due in, and how late one may end is not bounded, so order is restored at the
/// end: eight bytes a request are kept. Beyond `exactLimit` (20 million: 160 MB, 2.8 h at 2000 a second) the log grows
/// coarse instead: counts in slots of 10 ms, 8.6 million slots a day. Then an outage is known to 10 ms, within a slot
/// the bad ones are taken to come first, and what is good is taken to be within every threshold.
package struct MarkLog: Sendable {
    /// instant × 256 + flags: sorts by instant, bad before good. Bit 0: good; the others: `Mark.within`. Instants up to a
    /// year after time zero fit.
    private var exact: [Int64] = []
    private var slots: [Slot] = []
    private var isCoarse = false
    private var isSorted = true
    private let exactLimit: Int
    package private(set) var count = 0

    package static let slotWidth: Duration = .milliseconds(10)

    /// Thresholds that `Mark.within` has room for.
    package static let mostThresholds = 7

    private struct Slot: Sendable {
        var good: UInt32 = 0
        var bad: UInt32 = 0
    }

    package init(exactLimit: Int = 20_000_000) {
        self.exactLimit = exactLimit
    }

    package mutating func add(_ at: Instant, good: Bool, within: UInt8 = 0) {
        count += 1
        guard !isCoarse else { return addToSlot(at, good: good) }
        let packed = at.nanoseconds << 8 | Int64(within & 0x7f) << 1 | (good ? 1 : 0)
        if let last = exact.last, packed < last { isSorted = false }
        exact.append(packed)
        if exact.count > exactLimit { growCoarse() }
    }

    package mutating func merge(_ other: MarkLog) {
        if other.isCoarse { growCoarse() }
        if isCoarse || count + other.count > exactLimit {
            growCoarse()
            for packed in other.exact { addToSlot(Self.instant(of: packed), good: Self.isGood(packed)) }
            if other.slots.count > slots.count {
                slots.append(contentsOf: repeatElement(Slot(), count: other.slots.count - slots.count))
            }
            for (index, slot) in other.slots.enumerated() {
                slots[index].good += slot.good
                slots[index].bad += slot.bad
            }
        } else {
            exact.append(contentsOf: other.exact)
            isSorted = count == 0 && other.isSorted || other.count == 0 && isSorted
        }
        count += other.count
    }

    /// Must be called after the last `add` and before `forEach`.
    package mutating func sort() {
        guard !isSorted else { return }
        exact.sort()
        isSorted = true
    }

    /// Every mark with start ≤ at < end, in order; nil: no border.
    package func forEach(from start: Instant? = nil, to end: Instant? = nil, _ body: (Mark) -> Void) {
        if isCoarse {
            for (index, slot) in slots.enumerated() where slot.good + slot.bad > 0 {
                let at = Instant(nanoseconds: Int64(index) * Self.slotWidth.nanoseconds)
                if let start, at < start { continue }
                if let end, at >= end { return }
                if slot.bad > 0 { body(Mark(at: at, good: false, count: Int(slot.bad))) }
                if slot.good > 0 { body(Mark(at: at, good: true, within: 0x7f, count: Int(slot.good))) }
            }
        } else {
            var index = start.map { firstIndex(notBefore: $0) } ?? 0
            let last = end.map { firstIndex(notBefore: $0) } ?? exact.count
            while index < last {
                body(Self.mark(of: exact[index]))
                index += 1
            }
        }
    }

    /// The instant that the log keeps of a request that was due then.
    func place(of instant: Instant) -> Instant {
        guard isCoarse else { return instant }
        let width = Self.slotWidth.nanoseconds
        return Instant(nanoseconds: max(0, instant.nanoseconds) / width * width)
    }

    private func firstIndex(notBefore instant: Instant) -> Int {
        var low = 0
        var high = exact.count
        while low < high {
            let middle = (low + high) / 2
            if exact[middle] >> 8 < instant.nanoseconds { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func growCoarse() {
        guard !isCoarse else { return }
        isCoarse = true
        isSorted = true
        for packed in exact { addToSlot(Self.instant(of: packed), good: Self.isGood(packed)) }
        exact = []
    }

    private mutating func addToSlot(_ at: Instant, good: Bool) {
        let index = Int(max(0, at.nanoseconds) / Self.slotWidth.nanoseconds)
        if index >= slots.count {
            slots.append(contentsOf: repeatElement(Slot(), count: index + 1 - slots.count))
        }
        if good { slots[index].good += 1 } else { slots[index].bad += 1 }
    }

    private static func instant(of packed: Int64) -> Instant { Instant(nanoseconds: packed >> 8) }
    private static func isGood(_ packed: Int64) -> Bool { packed & 1 == 1 }
    private static func mark(of packed: Int64) -> Mark {
        Mark(
            at: instant(of: packed),
            good: isGood(packed),
            within: UInt8(truncatingIfNeeded: packed & 0xff) >> 1
        )
    }
}
