import Measures
import Recording
import ReferenceTime

/// All hosts' clocks of a run at once: what each exchanged with the reference and with one another, closed over all ways
/// round at each whole second of the axis (clocks.md, section 8.6), when agents read their clocks. Pure.
struct ClockMesh: Sendable {
    /// A host that asked, and whom it asked.
    struct Pair: Hashable, Sendable {
        let host: String
        let peer: String
    }

    /// Where exchanges contradicted one another, each set of hosts once.
    private(set) var notes: [RunEvent] = []
    /// Hosts that a contradiction names.
    private(set) var broken: Set<String> = []
    /// Peer − host over the host's time, with what all others prove.
    private var tracks: [Pair: ClockTrack] = [:]

    private static let reference = "the reference"
    /// A recording that claims to have run for longer is not looked at second by second beyond it: a day.
    private static let mostSeconds: Int64 = 86_400

    init(zero: Int64?, hosts: [String: ClockTrack], pairs: [Pair: ClockTrack], until end: Instant) {
        guard let zero, !pairs.isEmpty else { return }
        var models: [Pair: [ClockModel]] = [:]
        let last = min(Self.mostSeconds, end.nanoseconds / 1_000_000_000)
        for second in 0...max(0, last) {
            let instant = Instant(.seconds(second))
            var locals: [String: Int64] = [:]
            for (host, track) in hosts { locals[host] = track.local(reference: zero + instant.nanoseconds) }
            var graph = ClockGraph()
            for (host, track) in hosts.sorted(by: { $0.key < $1.key }) {
                guard let local = locals[host], let limits = track.limits(at: local) else { continue }
                // θ = reference − host.
                graph.add(limits, of: Self.reference, over: host)
            }
            for (pair, track) in pairs.sorted(by: { ($0.key.host, $0.key.peer) < ($1.key.host, $1.key.peer) })
            {
                guard let local = locals[pair.host], let limits = track.limits(at: local) else { continue }
                graph.add(limits, of: pair.peer, over: pair.host)
            }
            do {
                let closed = try graph.closed()
                for pair in pairs.keys {
                    guard let local = locals[pair.host],
                        let limits = closed.limits(of: pair.peer, over: pair.host)
                    else { continue }
                    models[pair, default: []].append(
                        ClockModel(
                            time: local,
                            low: limits.lowerBound,
                            high: limits.upperBound,
                            driftPPM: IntervalClock().driftPPM
                        )
                    )
                }
            } catch {
                note(error, at: instant)
            }
        }
        tracks = models.mapValues { ClockTrack($0) }
    }

    /// Limits of peer − host that hold over a stretch of the host's time; nil when nothing joins the two.
    func limits(of pair: Pair, over span: LocalSpan) -> ClosedRange<Int64>? {
        guard let track = tracks[pair], let first = track.limits(at: span.from),
            let last = track.limits(at: span.to)
        else { return nil }
        // Between the two ends the offset drifts away from either by half of what it may in the whole stretch at most.
        let drift = IntervalClock().growth(over: (span.to - span.from + 1) / 2)
        return
            (min(first.lowerBound, last.lowerBound) - drift)...(max(first.upperBound, last.upperBound) + drift)
    }

    private mutating func note(_ contradiction: ClockContradiction, at instant: Instant) {
        let hosts = Set(contradiction.nodes)
        // Said once for the same clocks; a fault that lasts would say it each second.
        guard !hosts.isSubset(of: broken.union([Self.reference])) else { return }
        broken.formUnion(hosts.subtracting([Self.reference]))
        let error = Duration(nanoseconds: contradiction.nanoseconds).rounded
        let text =
            "the clocks of \(contradiction.nodes.joined(separator: ", ")) contradict one another by \(error): one of "
            + "them was stepped or runs faster than it may, so instants of these hosts cannot be compared"
        notes.append(
            RunEvent(
                at: BoundedInstant(instant, bound: .zero),
                host: "coordinator",
                body: .note(kind: .clocksDisagree, text: text)
            )
        )
    }
}
