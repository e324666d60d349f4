/// What one prober learns of one path, second by second. Pure: instants are parameters, all of this host's
/// CLOCK_MONOTONIC in nanoseconds.
package struct PathLedger: Sendable {
    /// A stretch of probing, usually a second, by when its probes were sent.
    package struct Stretch: Sendable, Hashable {
        package var from: Int64
        package var to: Int64
        package var sent = 0
        package var answered = 0
        /// Lost on the way there, and on the way back, as far as that is proven by an answer to a later probe.
        package var lostOut = 0
        package var lostBack = 0
        /// T2 − T1, the way there with the other clock's offset in it; nil without an answer.
        package var out: Spread?
        /// T4 − T3, the way back less that offset.
        package var back: Spread?
        /// Limits of other − own clock that held whenever a probe of the stretch was answered; nil when one was not known.
        package var offset: ClosedRange<Int64>?
    }

    package struct Spread: Sendable, Hashable {
        package var least: Int64
        package var median: Int64
        package var p99: Int64

        init?(_ values: [Int64]) {
            let sorted = values.sorted()
            guard let first = sorted.first else { return nil }
            least = first
            median = sorted[(sorted.count - 1) / 2]
            // Nearest rank from above: of up to 100 the greatest.
            p99 = sorted[(sorted.count * 99 + 99) / 100 - 1]
        }
    }

    private struct Probe: Sendable {
        let sent: Int64
        /// Nil: nothing is known of it.
        var arrived: Bool?
        var exchange: (out: Int64, back: Int64)?
        var offset: ClosedRange<Int64>?
    }

    /// A host that never asks for its stretches keeps no more than this many probes.
    private static let mostProbes = 4096

    private var probes: [Probe] = []
    /// Of the first probe kept.
    private var firstSequence: UInt64 = 1
    /// Where the stretches that have not been told begin.
    private var edges: [Int64]

    package init(from start: Int64) {
        edges = [start]
    }

    /// The next probe's sequence number; it counts as sent.
    package mutating func send(at now: Int64) -> UInt64 {
        if probes.count == Self.mostProbes { drop(1) }
        probes.append(Probe(sent: now))
        return firstSequence + UInt64(probes.count - 1)
    }

    /// An answer. False for one that answers nothing: repeated, too late, or of another probe. `offset`: limits of other −
    /// own clock from `sent` to `returned`.
    package mutating func take(_ answer: PathPacket, returned: Int64, offset: ClosedRange<Int64>?) -> Bool {
        guard answer.kind == .answer, let index = index(of: answer.sequence), probes[index].exchange == nil,
            probes[index].sent == answer.sent
        else { return false }
        let exchange = (
            out: answer.received.subtractingReportingOverflow(answer.sent),
            back: returned.subtractingReportingOverflow(answer.answered)
        )
        guard !exchange.out.overflow, !exchange.back.overflow else { return false }
        probes[index].exchange = (exchange.out.partialValue, exchange.back.partialValue)
        probes[index].offset = offset
        for age in 0..<64 where index >= age {
            let came = answer.arrived & (1 << UInt64(age)) != 0
            probes[index - age].arrived = came || probes[index - age].arrived == true
        }
        return true
    }

    /// Stretches that are waited for before one is told: answers come late, and the first after a silence tells of the 63
    /// probes before it, three seconds of them.
    private static let patience = 3

    /// Ends a stretch now, and tells the one that has waited long enough.
    package mutating func cut(at now: Int64) -> [Stretch] {
        edges.append(now)
        return edges.count > Self.patience + 1 ? [tellFirst()] : []
    }

    /// All that has not been told, and the stretch that ends now.
    package mutating func finish(at now: Int64) -> [Stretch] {
        edges.append(now)
        var stretches: [Stretch] = []
        while edges.count > 1 { stretches.append(tellFirst()) }
        return stretches
    }

    private mutating func tellFirst() -> Stretch {
        let (from, to) = (edges[0], edges[1])
        edges.removeFirst()
        let count = probes.prefix { $0.sent < to }.count
        var stretch = Stretch(from: from, to: to)
        for probe in probes.prefix(count) {
            stretch.sent += 1
            if probe.exchange != nil {
                stretch.answered += 1
            } else if let arrived = probe.arrived {
                if arrived { stretch.lostBack += 1 } else { stretch.lostOut += 1 }
            }
        }
        let answered = probes.prefix(count).filter { $0.exchange != nil }
        stretch.out = Spread(answered.compactMap { $0.exchange?.out })
        stretch.back = Spread(answered.compactMap { $0.exchange?.back })
        let offsets = answered.compactMap(\.offset)
        if offsets.count == answered.count, let low = offsets.map(\.lowerBound).min(),
            let high = offsets.map(\.upperBound).max()
        {
            stretch.offset = low...high
        }
        drop(count)
        return stretch
    }

    private mutating func drop(_ count: Int) {
        probes.removeFirst(count)
        firstSequence += UInt64(count)
    }

    private func index(of sequence: UInt64) -> Int? {
        guard sequence >= firstSequence, sequence - firstSequence < UInt64(probes.count) else { return nil }
        return Int(sequence - firstSequence)
    }
}
