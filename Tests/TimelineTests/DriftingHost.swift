import Measures
import Recording
import ReferenceTime

/// A host whose clock drifts, wanders and may be stepped, with the truth: what an agent on it would have recorded.
struct DriftingHost {
    /// Time zero on the reference clock.
    static let zero: Int64 = 5_000_000_000_000
    /// How far the reference is ahead at local instant 0.
    private let offset: Int64 = 4_990_000_000_000
    let driftPPM: Int64
    /// Local instants without an exchange.
    let gap: Range<Int64>
    /// Local instant, and how far the offset jumps there.
    let step: (at: Int64, by: Int64)?
    private(set) var readings: [RunEvent] = []
    private var models: [(from: Int64, model: ClockModel)] = []

    /// Probes of a run of so many seconds: 20 a second, each way 20 to 200 µs.
    init(
        seconds: Int64,
        driftPPM: Int64 = 18,
        gap: Range<Int64> = 0..<0,
        step: (at: Int64, by: Int64)? = nil,
        seed: UInt64 = 1
    ) {
        self.driftPPM = driftPPM
        self.gap = gap
        self.step = step
        var random = SeededGenerator(seed: seed)
        var clock = IntervalClock()
        var told: (at: Int64, state: ClockEstimate.State, epoch: Int)?
        for local in stride(from: Int64(9_000_000_000), to: (10 + seconds) * 1_000_000_000, by: 50_000_000) {
            if !gap.contains(local) {
                let out = Int64.random(in: 20_000...200_000, using: &random)
                let back = Int64.random(in: 20_000...200_000, using: &random)
                let arrived = local + out + theta(local + out)
                let returned = local + out + back + 5_000
                _ = clock.add(
                    ClockExchange(
                        sent: local,
                        received: arrived,
                        answered: arrived + 5_000,
                        returned: returned
                    )
                )
            }
            let now = local + 1_000_000
            guard let model = clock.model(), let estimate = clock.estimate(at: now) else { continue }
            models.append((now, model))
            if let last = told, last.state == estimate.state, last.epoch == estimate.epoch,
                now - last.at < 1_000_000_000
            {
                continue
            }
            told = (now, estimate.state, estimate.epoch)
            let reading = ClockReading(
                offsetNanoseconds: estimate.offset,
                boundNanoseconds: estimate.bound,
                state: estimate.state.rawValue,
                exchanges: estimate.exchanges,
                roundTripNanoseconds: estimate.roundTrip,
                model: model
            )
            readings.append(event(at: now, .clock(reading)))
        }
    }

    /// The true reference − local: the drift, and a slow swing of 2 µs/s at most.
    func theta(_ local: Int64) -> Int64 {
        let phase = local % 40_000_000_000
        let swing = phase < 20_000_000_000 ? phase : 40_000_000_000 - phase
        let jump = step.map { local >= $0.at ? $0.by : 0 } ?? 0
        return offset + local / 1_000_000 * driftPPM + swing / 500_000 + jump
    }

    func truth(_ local: Int64) -> Instant { Instant(nanoseconds: local + theta(local) - Self.zero) }

    /// Stamped as an agent stamps: by what its clock had learnt by then.
    func event(at local: Int64, _ body: RunEvent.Body) -> RunEvent {
        let limits = models.last { $0.from <= local }?.model.limits(at: local) ?? 0...0
        return RunEvent(
            at: BoundedInstant(
                from: Instant(nanoseconds: local + limits.lowerBound - Self.zero),
                to: Instant(nanoseconds: local + limits.upperBound - Self.zero)
            ),
            host: "web1",
            local: LocalSpan(from: local, to: local),
            body: body
        )
    }

    /// A change of a process each 130 ms, on the axis from 0 s on.
    func changes(seconds: Int64) -> [RunEvent] {
        stride(from: Int64(10_500_000_000), to: (10 + seconds) * 1_000_000_000, by: 130_000_000).map {
            event(at: $0, .process(ProcessEvent(service: "nginx", pid: 1, change: .signalled)))
        }
    }
}
