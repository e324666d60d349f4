import Impairments
import Measures

extension Reader {
    /// `rate:` with its own keys.
    func rate(_ fields: Fields) -> LineRate? {
        let bits = fields.required("bandwidth", "10mbit").flatMap { bitRate($0, "bandwidth") }
        let burst = optional(fields["burst"], 0) { size($0, "burst", from: 1, to: 1 << 30) }
        let limit: Int?? = fields["queue"].map { count($0, "queue", 1...1_000_000) }
        let overhead = optional(fields["overhead"], 0) { signedCount($0, "overhead", -1000...1000) }
        if case .some(.none) = limit { return nil }
        guard let bits, let burst, let overhead else { return nil }
        return LineRate(
            bitsPerSecond: bits,
            burst: UInt32(burst),
            limit: limit.flatMap { $0 }.map { UInt32($0) },
            packetOverhead: Int32(overhead)
        )
    }

    /// `rate: 10mbit` or `rate: { … }` beside another impairment.
    func combinedRate(_ value: Value) -> LineRate? {
        if value.text != nil { return bitRate(value, "rate").map { LineRate(bitsPerSecond: $0) } }
        return Fields(value, "rate", keys: ImpairmentKind.rate.keys, problems: problems).flatMap(rate)
    }

    /// `gap: 10ms` or `gap: [5ms, 20ms]`: packets leave in bunches, as on a radio link.
    func slots(_ fields: Fields) -> Slots? {
        guard let gap = fields.required("gap", "[5ms, 20ms]") else { return nil }
        let list = gap.list ?? [gap, gap]
        guard list.count == 2, let first = list.first, let last = list.last else {
            problems.add(
                "slots",
                at: gap.place,
                "gap is a list of \(list.count); expected a duration, or the shortest and the longest: [5ms, 20ms]"
            )
            return nil
        }
        let minimum = duration(first, "gap", from: .nanoseconds(1), to: .seconds(60))
        let maximum = duration(last, "gap", from: .nanoseconds(1), to: .seconds(60))
        let packets = optional(fields["packets"], 0) { count($0, "packets", 1...1_000_000) }
        let bytes = optional(fields["bytes"], 0) { size($0, "bytes", from: 1, to: 1 << 30) }
        guard let minimum, let maximum, let packets, let bytes else { return nil }
        guard minimum <= maximum else {
            problems.add(
                "slots",
                at: gap.place,
                "the shortest gap \(minimum.text) is longer than the longest \(maximum.text)"
            )
            return nil
        }
        return Slots(minimum: minimum, maximum: maximum, packets: UInt32(packets), bytes: UInt32(bytes))
    }

    func combinedSlots(_ value: Value) -> Slots? {
        Fields(value, "slots", keys: ImpairmentKind.slots.keys, problems: problems).flatMap(slots)
    }
}
