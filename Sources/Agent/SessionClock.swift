import AgentProtocol
import ClockSync
import Faults
import LinuxSystem
import Measures
import Recording
import ReferenceTime
import Synchronization

/// This host's clock against the reference's during one run.
final class SessionClock: Sendable {
    struct Reading: Sendable {
        /// Reference − local, nanoseconds; positive: the reference is ahead.
        var offset: Int64
        /// Half-width of the proven interval, nanoseconds.
        var bound: Int64
        var state: String
        var exchanges: Int
        var roundTrip: Int64
    }

    private let prober: ClockProber
    private let chrony = Mutex<ChronyClient?>(try? ChronyClient())
    private let reference: Endpoint
    private let firstAnswers: Int
    /// Seconds from one telling to the next while nothing changes.
    let tellingPeriod: Int64
    /// What was told of already.
    private let told = Mutex((alarms: 0, steps: 0, disruptions: 0))

    init(_ reflector: Faultline_Agent_V1_Reflector) throws {
        guard let port = UInt16(exactly: reflector.port), port > 0 else {
            throw WireError("port \(reflector.port)")
        }
        reference = Endpoint(address: reflector.address, port: port)
        let cadence = try ProbeCadence(reflector.pace)
        prober = try ClockProber(
            reference: reference,
            session: reflector.session,
            key: ProbeKey(reflector.keyFirst, reflector.keySecond),
            cadence: cadence,
            limits: ClockLimits(period: cadence.period)
        )
        firstAnswers = min(32, cadence.burst)
        tellingPeriod = cadence.tellingPeriod
    }

    /// Blocks until the first burst is in, at most a second.
    func waitForFirst() {
        let deadline = Clocks.monotonic() + 1_000_000_000
        while Clocks.monotonic() < deadline, prober.counts.answered < firstAnswers {
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 10_000_000)
        }
    }

    /// Half-width of the offset's interval, nanoseconds, before the first answer and after the reference was replaced: 18 years,
    /// since what two hosts' clocks since boot may differ by is not known.
    static let unknown: Int64 = 1 << 59

    /// Before the first answer `unknown` is the bound.
    func reading() -> Reading { reading(of: prober.estimate()) }

    private func reading(of estimate: ClockEstimate?) -> Reading {
        guard let estimate else {
            return Reading(
                offset: 0,
                bound: Self.unknown,
                state: "no answer",
                exchanges: 0,
                roundTrip: 0
            )
        }
        return Reading(
            offset: estimate.offset,
            bound: estimate.bound,
            state: estimate.state.rawValue,
            exchanges: estimate.exchanges,
            roundTrip: estimate.roundTrip
        )
    }

    /// Limits of reference − local at a local instant, nanoseconds; of `unknown` width before the first answer.
    func limits(at local: Int64) -> ClosedRange<Int64> {
        model?.limits(at: local) ?? -Self.unknown...Self.unknown
    }

    /// The interval as it is carried to others; nil before the first answer.
    var model: ClockModel? { prober.model }

    /// For the run's recording.
    func recorded() -> ClockReading {
        let estimate = prober.estimate()
        let reading = reading(of: estimate)
        let map = ClockMap.read()
        let model = prober.model
        let counts = prober.counts
        return ClockReading(
            offsetNanoseconds: reading.offset,
            boundNanoseconds: reading.bound,
            state: reading.state,
            exchanges: reading.exchanges,
            roundTripNanoseconds: reading.roundTrip,
            model: model,
            realtime: RealtimeOffset(
                local: map.readAt,
                offset: map.realtimeMinusMonotonic,
                halfWidth: map.halfWidth
            ),
            detail: estimate.map {
                ClockDetail(
                    $0,
                    driftPPM: model?.driftPPM ?? 0,
                    sent: counts.sent,
                    answered: counts.answered,
                    kernelStamped: counts.kernelStamped,
                    realtimeSteps: counts.realtimeSteps
                )
            },
            wall: wallClock()
        )
    }

    /// What the kernel and chronyd say of this host's wall clock.
    private func wallClock() -> WallClockReading? {
        let kernel = try? KernelClockError.read()
        let chrony = chrony.withLock { $0?.look() }.flatMap { $0.stratum > 0 ? $0 : nil }
        guard kernel != nil || chrony != nil else { return nil }
        return WallClockReading(
            kernelErrorNanoseconds: kernel.flatMap { $0.isSynchronised ? $0.greatest : nil },
            chronyErrorNanoseconds: chrony?.bound
        )
    }

    /// What went astray since this was last asked, in words.
    func troubles() -> [String] {
        let counts = prober.counts
        let alarms = prober.estimate()?.alarms
        return told.withLock { told in
            var texts = Array(counts.disruptions.dropFirst(told.disruptions))
            if let alarms, alarms > told.alarms {
                texts.append(
                    "what was known of the clock was contradicted \(alarms - told.alarms) times: it was stepped or suspended, "
                        + "or drifts faster than allowed; a new epoch began"
                )
            }
            if counts.realtimeSteps > told.steps {
                texts.append("CLOCK_REALTIME was stepped; kernel stamps around it were not used")
            }
            told = (max(told.alarms, alarms ?? 0), counts.realtimeSteps, counts.disruptions.count)
            return texts
        }
    }

    /// Errors: nothing was heard of the reference, and no instant of it means anything here.
    func knownModel() throws -> ClockModel {
        if let model { return model }
        throw FaultError(
            "clock.no-answer",
            "the reference clock at \(reference) has not answered, so no fault can be armed for an instant of it; "
                + "let UDP to that port pass"
        )
    }

    /// What the reference shows at this local instant, as far as is known; nil while nothing is.
    func now(_ local: Int64) -> Int64? { model?.reference(local: local).nanoseconds }

    /// As `ClockProber.changes`.
    var changes: AsyncStream<Void> { prober.changes }

    /// Probes densely for a moment.
    func burst() { prober.burst() }

    func stop() { prober.stop() }
}

extension ProbeCadence {
    /// Seconds from one telling of the clock to the next: about four probes, or the coordinator of thousands of hosts would hear
    /// nothing else.
    var tellingPeriod: Int64 { max(1, (4 * period.nanoseconds + 999_999_999) / 1_000_000_000) }

    /// As the coordinator asks for it. Errors: one that would flood the reference, or never know it.
    init(_ pace: Faultline_Agent_V1_ProbePace) throws {
        self.init()
        guard pace.periodNs != 0 || pace.burst != 0 else { return }
        guard (10_000_000...10_000_000_000).contains(pace.periodNs), (8...256).contains(pace.burst) else {
            throw WireError(
                "clock probes each \(pace.periodNs) ns, \(pace.burst) in a burst; 10 ms to 10 s and 8 to 256 are possible"
            )
        }
        period = Duration(nanoseconds: pace.periodNs)
        burst = Int(pace.burst)
    }
}
