package import LinuxSystem
import Measures
package import ReferenceTime
import Synchronization

/// Compares this host's CLOCK_MONOTONIC with the reference's, all the time, on a thread of its own.
package final class ClockProber: Sendable {
    private struct State {
        var clock: IntervalClock
        var burstWanted = false
        var sent = 0
        var answered = 0
        var realtimeSteps = 0
        var referenceEpoch: UInt64?
    }

    /// Probes without an answer that are remembered; older ones are given up.
    private static let mostOutstanding = 256

    private let socket: ProbeSocket
    private let wakeup: Wakeup
    private let poller: Poller
    private let session: UInt64
    private let key: ProbeKey
    private let cadence: ProbeCadence
    private let limits: ClockLimits
    private let state: Mutex<State>
    private let stopping = Atomic(false)

    /// Begins at once with a burst. Errors: `ClockSyncError`, `SystemError`.
    package init(
        reference: Endpoint,
        session: UInt64,
        key: ProbeKey,
        in namespace: NetworkNamespace? = nil,
        driftPPM: Int64 = 200,
        cadence: ProbeCadence = ProbeCadence(),
        limits: ClockLimits = ClockLimits()
    ) throws {
        socket = try ProbeSocket.open(bound: nil, peer: reference, in: namespace)
        wakeup = try Wakeup()
        poller = try Poller(capacity: 4)
        self.session = session
        self.key = key
        self.cadence = cadence
        self.limits = limits
        state = Mutex(State(clock: IntervalClock(driftPPM: driftPPM)))
        try poller.add(socket.number, token: 0, .readable)
        try poller.add(wakeup.number, token: 1, .readable)
        // The thread keeps this alive until `stop`.
        _ = try PinnedThread(name: "clock probes") { self.run() }
    }

    /// What is known now; nil before the first answer.
    package func estimate() -> ClockEstimate? {
        let now = Clocks.monotonic()
        return state.withLock { $0.clock.estimate(at: now, limits: limits) }
    }

    /// For conversions between this host's CLOCK_MONOTONIC and the reference's; nil before the first answer.
    package var model: ClockModel? { state.withLock { $0.clock.model } }

    /// Probes sent and answered, and steps of CLOCK_REALTIME seen (whose stamps were not used).
    package var counts: (sent: Int, answered: Int, realtimeSteps: Int) {
        state.withLock { ($0.sent, $0.answered, $0.realtimeSteps) }
    }

    /// Probes densely for a moment: before an armed fault, and at its end.
    package func burst() {
        state.withLock { $0.burstWanted = true }
        wakeup.signal()
    }

    package func stop() {
        stopping.store(true, ordering: .releasing)
        wakeup.signal()
    }

    private func run() {
        var arrivals = ArrivalClock()
        var buffer = [UInt8](repeating: 0, count: ProbePacket.size + 1)
        var outstanding: [UInt64: Int64] = [:]
        var sequence: UInt64 = 0
        var beat = ProbeCadence.Beat(cadence, now: Clocks.monotonic())
        while !stopping.load(ordering: .acquiring) {
            let wantsBurst = state.withLock { state in
                defer { state.burstWanted = false }
                return state.burstWanted
            }
            if wantsBurst { beat.beginBurst(now: Clocks.monotonic()) }
            if Clocks.monotonic() >= beat.due {
                sequence += 1
                outstanding.removeValue(forKey: sequence &- UInt64(Self.mostOutstanding))
                probe(sequence, &outstanding)
                beat.sent(now: Clocks.monotonic())
            }
            _ = try? poller.wait(timeoutNanoseconds: max(0, beat.due - Clocks.monotonic())) { _ in }
            wakeup.clear()
            for _ in 0..<64 {
                guard let arrival = socket.receive(into: &buffer) else { break }
                if take(arrival, buffer, &arrivals, &outstanding) == .alarm {
                    beat.beginBurst(now: Clocks.monotonic())
                }
            }
        }
    }

    private func probe(_ sequence: UInt64, _ outstanding: inout [UInt64: Int64]) {
        let now = Clocks.monotonic()
        outstanding[sequence] = now
        socket.send(
            ProbePacket(kind: .probe, session: session, sequence: sequence, sent: now).encoded(key: key)
        )
        state.withLock { $0.sent += 1 }
    }

    /// Nil for a packet that answers no probe of this session: forged, repeated, or given up.
    private func take(
        _ arrival: ProbeSocket.Arrival,
        _ buffer: [UInt8],
        _ arrivals: inout ArrivalClock,
        _ outstanding: inout [UInt64: Int64]
    ) -> IntervalClock.Outcome? {
        let returned = arrivals.monotonic(arrival)
        let steps = arrivals.steps
        guard let packet = ProbePacket(buffer.prefix(arrival.count), kind: .answer, key: key),
            packet.session == session, let sent = outstanding.removeValue(forKey: packet.sequence),
            sent == packet.sent
        else { return nil }
        let exchange = ClockExchange(
            sent: sent,
            received: packet.received,
            answered: packet.answered,
            // The arrival stamp may lie a map's width after the true arrival, never before the probe left.
            returned: max(returned, sent)
        )
        return state.withLock { state in
            state.answered += 1
            state.realtimeSteps = steps
            if let known = state.referenceEpoch, known != packet.referenceEpoch { state.clock.restart() }
            state.referenceEpoch = packet.referenceEpoch
            return state.clock.add(exchange)
        }
    }
}
