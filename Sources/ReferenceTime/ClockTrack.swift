import Measures

/// One host's offset over a whole run, from readings of its interval on both sides of every instant (clocks.md, section
/// 8.5): what a reading says of its own instant holds at any other with ρ_max · |t − tᵢ| added, and all of them hold at
/// once. So a gap without exchanges is worst in its middle instead of at its end. ρ_max is the oscillators': readings are
/// compared less their slews, and between two readings the slew is taken to have been between theirs. Pure.
package struct ClockTrack: Sendable {
    /// In the order of their time; each already narrowed by all others of its epoch.
    private var readings: [ClockModel]

    /// Readings of one host, in any order.
    package init(_ models: some Sequence<ClockModel>) {
        readings = models.sorted { $0.time < $1.time }
        for index in readings.indices.dropFirst() { narrow(index, by: index - 1) }
        for index in readings.indices.dropLast().reversed() { narrow(index, by: index + 1) }
    }

    package var isEmpty: Bool { readings.isEmpty }

    /// Limits of reference − local at a local instant; nil without a reading.
    ///
    /// Between two epochs the clock was stepped, at an instant that nobody knows: the offset was that of the one or of the
    /// other, and the limits hold both.
    package func limits(at local: Int64) -> ClosedRange<Int64>? {
        var upper = readings.partitionPoint { $0.time <= local }
        guard upper > 0 || upper < readings.count else { return nil }
        if upper == readings.count { upper -= 1 }
        let lower = max(0, upper - 1)
        let isOneEpoch = readings[lower].epoch == readings[upper].epoch
        let first =
            isOneEpoch ? limits(of: lower, towards: upper, at: local) : readings[lower].limits(at: local)
        let second =
            isOneEpoch ? limits(of: upper, towards: lower, at: local) : readings[upper].limits(at: local)
        guard isOneEpoch else {
            return outside(local, lower, upper)
                ?? min(first.lowerBound, second.lowerBound)...max(first.upperBound, second.upperBound)
        }
        let (low, high) = (
            max(first.lowerBound, second.lowerBound), min(first.upperBound, second.upperBound)
        )
        // They contradict one another, and which of them is wrong is not known.
        return low <= high
            ? low...high
            : min(first.lowerBound, second.lowerBound)...max(first.upperBound, second.upperBound)
    }

    /// Whether no step is known of that could have come between two local instants: the readings around them are of one
    /// epoch.
    package func isSteady(from first: Int64, to last: Int64) -> Bool {
        guard !readings.isEmpty else { return true }
        let before = max(0, readings.partitionPoint { $0.time <= first } - 1)
        let after = min(readings.count - 1, readings.partitionPoint { $0.time < last })
        return readings[before].epoch == readings[max(before, after)].epoch
    }

    /// What the reference showed at this local instant; nil without a reading.
    package func reference(local: Int64) -> ClockModel.Converted? {
        limits(at: local)
            .map { .init(earliest: local + $0.lowerBound, latest: local + $0.upperBound) }
    }

    /// The local instant at which the reference shows this, as near as is known: the middle of the limits; nil without a
    /// reading. For comparing clocks at one instant, where an error of it costs ρ_max times as much.
    package func local(reference: Int64) -> Int64? {
        guard let first = readings.first else { return nil }
        var local = reference - first.low
        // The offset changes slowly, so each guess is better than the last by the factor of the drift; a step costs one more.
        for _ in 0..<4 {
            guard let limits = limits(at: local) else { return nil }
            local = reference - (limits.lowerBound + (limits.upperBound - limits.lowerBound) / 2)
        }
        return local
    }

    /// Before the first reading and after the last one there is only one epoch to go by.
    private func outside(_ local: Int64, _ lower: Int, _ upper: Int) -> ClosedRange<Int64>? {
        if local < readings[lower].time { return readings[lower].limits(at: local) }
        if local >= readings[upper].time { return readings[upper].limits(at: local) }
        return nil
    }

    /// What one reading says of an instant between it and another one, whose slew is that of the one, of the other, or
    /// between. Limits of a reading include the half-width w of its slew s, so those of φ are low + w − s and high − w − s.
    private func limits(of index: Int, towards other: Int, at local: Int64) -> ClosedRange<Int64> {
        let limits = readings[index].limits(at: local)
        guard index != other, local != readings[index].time else { return limits }
        let shift = shift(from: index, to: other)
        return (limits.lowerBound + min(0, shift.lowerBound))...(limits.upperBound + max(0, shift.upperBound))
    }

    /// What must be added to the limits of one reading by the time of another.
    private func shift(from index: Int, to other: Int) -> (lowerBound: Int64, upperBound: Int64) {
        let slew = readings[other].slew - readings[index].slew
        let width = readings[other].slewHalfWidth - readings[index].slewHalfWidth
        return (slew - width, slew + width)
    }

    private mutating func narrow(_ index: Int, by other: Int) {
        guard readings[index].epoch == readings[other].epoch else { return }
        let limits = readings[other].limits(at: readings[index].time)
        let shift = shift(from: other, to: index)
        let low = max(readings[index].low, limits.lowerBound + shift.lowerBound)
        let high = min(readings[index].high, limits.upperBound + shift.upperBound)
        // Readings of one epoch that contradict one another prove a drift above ρ_max: both stay as they were.
        guard low <= high else { return }
        readings[index].low = low
        readings[index].high = high
    }
}
