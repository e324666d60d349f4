package import Measures
package import Recording
import ReferenceTime

/// Dates what hosts recorded again, with all that their clocks learnt before and after (clocks.md, section 8.5): axis =
/// local + θ − zero, where θ = reference − local lies in the limits of the host's `ClockTrack`. Pure.
///
/// What was stamped while the run went knew only the past: during a hold-over its bound grew to the end of the gap, while
/// here the worst place is the middle of it.
package struct Redating: Sendable {
    /// Time zero on the reference clock; nil: nothing can be dated again.
    private let zero: Int64?
    private var tracks: [String: ClockTrack] = [:]
    private var origins: [Sender: Int64] = [:]
    /// What one host asked another: peer − host, over the host's time.
    private var pairs: [ClockMesh.Pair: ClockTrack] = [:]

    /// One host's part of a load.
    private struct Sender: Hashable {
        let load: String
        let host: String
    }

    /// Everything stays as it was recorded.
    package static let none = Redating(zeroReference: nil, events: [])

    /// From all events of a run: the clocks' readings, and where each load began.
    package init(zeroReference: Int64?, events: some Sequence<RunEvent>) {
        zero = zeroReference.flatMap { $0.isPlausible ? $0 : nil }
        var models: [String: [ClockModel]] = [:]
        var pairModels: [ClockMesh.Pair: [ClockModel]] = [:]
        for event in events {
            switch event.body {
            case .clock(let reading):
                if let model = reading.model, model.isPlausible {
                    models[event.host, default: []].append(model)
                }
            case .origin(let load, let local) where local.isPlausible:
                origins[Sender(load: load, host: event.host)] = local
            case .path(let reading):
                // Without a reading of its own the pair is known by the others, if at all.
                let models = [reading.model].compactMap { $0 }.filter(\.isPlausible)
                pairModels[.init(host: event.host, peer: reading.peer), default: []] += models
            default: continue
            }
        }
        tracks = models.mapValues { ClockTrack($0) }
        pairs = pairModels.mapValues { ClockTrack($0) }
    }

    /// The event with the tightest interval that holds its instant: what its host's clock allows, and what it said itself.
    package func dated(_ event: RunEvent) -> RunEvent {
        guard let zero, let local = event.local, local.isPlausible, event.at.isPlausible,
            let track = tracks[event.host],
            let first = track.limits(at: local.from), let last = track.limits(at: local.to)
        else { return event }
        let earliest = Instant(nanoseconds: local.from + first.lowerBound - zero)
        let latest = max(earliest, Instant(nanoseconds: local.to + last.upperBound - zero))
        var dated = event
        let (low, high) = (max(earliest, event.at.earliest), min(latest, event.at.latest))
        if low <= high, track.isSteady(from: local.from, to: local.to) {
            dated.at = BoundedInstant(from: low, to: high)
        } else {
            // The clock was stepped about then, or ran faster than it may: neither of the two is proven to be the better.
            dated.at = BoundedInstant(
                from: min(earliest, event.at.earliest),
                to: max(latest, event.at.latest)
            )
        }
        return dated
    }

    /// All clocks together, at each whole second until this instant.
    func mesh(until end: Instant) -> ClockMesh {
        ClockMesh(zero: zero, hosts: tracks, pairs: pairs, until: end)
    }

    /// Of the exchanges that one host sends. Nil where its clock or the load's beginning there is not known: they stay as
    /// they are.
    package func load(_ name: String, from host: String) -> LoadDating? {
        guard let zero, let origin = origins[Sender(load: name, host: host)], let track = tracks[host],
            !track.isEmpty
        else { return nil }
        return LoadDating(track: track, origin: origin, zero: zero)
    }
}

/// Dates the exchanges that one host sent of a load again. They were recorded as time since the load's origin, by the host's own clock,
/// which drifts away from the axis: 18 ppm are 1.6 ms in 90 s.
package struct LoadDating: Sendable {
    let track: ClockTrack
    /// The host's clock at what it took for time zero.
    let origin: Int64
    let zero: Int64

    /// How far a recorded instant has to move, at least, to be one that the clocks allow. What they do not contradict
    /// stays, so that the schedule's instants are not blurred by what is not known.
    package func shift(of recorded: Instant) -> Duration {
        guard let allowed = allowed(recorded) else { return .zero }
        if recorded < allowed.earliest { return allowed.earliest - recorded }
        return recorded > allowed.latest ? allowed.latest - recorded : .zero
    }

    /// How far the instant may lie from where `shift` puts it.
    package func bound(of recorded: Instant) -> Duration {
        guard let allowed = allowed(recorded) else { return .zero }
        let at = recorded + shift(of: recorded)
        return max(at - allowed.earliest, allowed.latest - at)
    }

    /// All instants of one exchange move together: its durations are those that its host measured.
    package func dated(_ exchange: Exchange) -> Exchange {
        let shift = shift(of: exchange.intended)
        guard shift != .zero else { return exchange }
        var dated = exchange
        dated.intended = exchange.intended + shift
        dated.sent = exchange.sent + shift
        dated.firstByte = exchange.firstByte + shift
        dated.done = exchange.done + shift
        return dated
    }

    private func allowed(_ recorded: Instant) -> BoundedInstant? {
        guard recorded.nanoseconds.isPlausible else { return nil }
        let local = origin + recorded.nanoseconds
        guard let reference = track.reference(local: local) else { return nil }
        return BoundedInstant(
            from: Instant(nanoseconds: reference.earliest - zero),
            to: Instant(nanoseconds: reference.latest - zero)
        )
    }
}
