package import LinuxSystem
import Measures
package import ReferenceTime
import Synchronization

/// Compares this host's CLOCK_MONOTONIC with the reference's, all the time, on a thread of its own.
package final class ClockProber: Sendable {
    /// What was sent and what came back.
    package struct Counts: Sendable, Hashable {
        package var sent = 0
        package var answered = 0
        /// Exchanges whose four instants are all the kernel's.
        package var kernelStamped = 0
        /// Steps of CLOCK_REALTIME seen; stamps around them were not used.
        package var realtimeSteps = 0
        /// What made a clock begin anew, in words: suspends, another clock source, another reference. The first eight.
        package var disruptions: [String] = []
    }

    private struct State {
        var clock: TwoTierClock
        var burstWanted = false
        var counts = Counts()
        /// Of the reference, and the probe that brought it.
        var reference: (epoch: UInt64, sequence: UInt64)?
    }

    private let socket: ProbeSocket
    private let wakeup: Wakeup
    private let poller: Poller
    private let session: UInt64
    private let key: ProbeKey
    private let cadence: ProbeCadence
    private let limits: ClockLimits
    private let observe: (@Sendable (ProbeLedger.Finding) -> Void)?
    private let state: Mutex<State>
    private let stopping = Atomic(false)
    /// A word each time when the clock's state or epoch has become another, at most a probe's period later. Ends with the
    /// prober.
    package let changes: AsyncStream<Void>
    private let changed: AsyncStream<Void>.Continuation

    /// Begins at once with a burst. `observe`: called with each exchange as it is known, on the prober's thread; once more
    /// for one that a late stamp made narrower. Errors: `ClockSyncError`, `SystemError`.
    package init(
        reference: Endpoint,
        session: UInt64,
        key: ProbeKey,
        in namespace: NetworkNamespace? = nil,
        driftPPM: Int64 = 200,
        cadence: ProbeCadence = ProbeCadence(),
        limits: ClockLimits = ClockLimits(),
        observe: (@Sendable (ProbeLedger.Finding) -> Void)? = nil
    ) throws {
        socket = try ProbeSocket.open(bound: nil, peer: reference, in: namespace)
        wakeup = try Wakeup()
        poller = try Poller(capacity: 4)
        self.session = session
        self.key = key
        self.cadence = cadence
        self.limits = limits
        self.observe = observe
        state = Mutex(State(clock: TwoTierClock(driftPPM: driftPPM)))
        (changes, changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        try poller.add(socket.number, token: 0, .readable)
        try poller.add(wakeup.number, token: 1, .readable)
        // The thread keeps this alive until `stop`.
        _ = try PinnedThread(name: "clock probes") { self.run() }
    }

    /// What is known now; nil before the first answer.
    package func estimate() -> ClockEstimate? {
        let slew = ClockSlew.read().monotonicMinusRaw
        let now = Clocks.monotonic()
        return state.withLock { $0.clock.estimate(at: now, localSlew: slew, limits: limits) }
    }

    /// For conversions between this host's CLOCK_MONOTONIC and the reference's; nil before the first answer.
    package var model: ClockModel? { state.withLock { $0.clock.interval.model() } }

    package var counts: Counts { state.withLock { $0.counts } }

    /// Probes densely for a moment: before an armed fault, and at its end.
    package func burst() {
        state.withLock { $0.burstWanted = true }
        wakeup.signal()
    }

    package func stop() {
        stopping.store(true, ordering: .releasing)
        wakeup.signal()
    }

    /// What the thread works with.
    private struct Desk {
        var clock = StampClock()
        var ledger = ProbeLedger()
        /// A frame of our own is longer than a packet by its headers.
        var buffer = [UInt8](repeating: 0, count: 512)
        // Above those of any prober of the same session before, so that nothing meant for it fits.
        var sequence = UInt64(bitPattern: Clocks.realtime())
        var random = SystemRandomNumberGenerator()
        var continuity = ClockContinuity.read()
        var watchedAt = Clocks.monotonic()
        var beat: ProbeCadence.Beat
        var sight: Sight?
    }

    /// What is told of when it becomes another.
    private struct Sight: Equatable {
        let state: ClockEstimate.State
        let epoch: Int
    }

    private func run() {
        var desk = Desk(beat: ProbeCadence.Beat(cadence, now: Clocks.monotonic()))
        while !stopping.load(ordering: .acquiring) {
            let wantsBurst = state.withLock { state in
                defer { state.burstWanted = false }
                return state.burstWanted
            }
            if wantsBurst { desk.beat.beginBurst(now: Clocks.monotonic()) }
            if Clocks.monotonic() >= desk.beat.due { probe(&desk) }
            watch(&desk)
            _ = try? poller.wait(timeoutNanoseconds: max(0, desk.beat.due - Clocks.monotonic())) { _ in }
            wakeup.clear()
            takeDepartures(&desk)
            for _ in 0..<64 {
                guard let arrival = socket.receive(into: &desk.buffer) else { break }
                take(arrival, &desk)
            }
            noticeChange(&desk)
        }
        changed.finish()
    }

    private func noticeChange(_ desk: inout Desk) {
        let now = Clocks.monotonic()
        let estimate = state.withLock { $0.clock.interval.estimate(at: now, limits: limits) }
        let sight = estimate.map { Sight(state: $0.state, epoch: $0.epoch) }
        guard sight != desk.sight else { return }
        desk.sight = sight
        changed.yield()
    }

    private func probe(_ desk: inout Desk) {
        desk.sequence &+= 1
        let slew = ClockSlew.read()
        let now = Clocks.monotonic()
        desk.ledger.send(desk.sequence, at: now, slew: slew)
        socket.send(
            ProbePacket(kind: .probe, session: session, sequence: desk.sequence, sent: now).encoded(key: key)
        )
        state.withLock { $0.counts.sent += 1 }
        desk.beat.sent(now: Clocks.monotonic(), draw: Double.random(in: 0..<1, using: &desk.random))
    }

    /// Every stamp that waits is taken, whichever probe it is of.
    private func takeDepartures(_ desk: inout Desk) {
        while let departure = socket.departure(into: &desk.buffer) {
            guard let packet = ProbePacket(ownFrame: desk.buffer.prefix(departure.count), kind: .probe),
                packet.session == session, let handed = desk.ledger.handedAt(packet.sequence)
            else { continue }
            let left = desk.clock.departure(stamp: departure.stamp, handedAt: handed, now: .read())
            learn(desk.ledger.depart(packet.sequence, at: left), &desk)
        }
    }

    /// Nothing is learnt from a packet that answers no probe of this session: forged, repeated, or given up.
    private func take(_ arrival: ProbeSocket.Arrival, _ desk: inout Desk) {
        let bytes = desk.buffer.prefix(arrival.count)
        if let packet = ProbePacket(bytes, kind: .answer, key: key), packet.session == session {
            let returned = desk.clock.arrival(
                stamp: arrival.kernelStamp,
                takenAt: arrival.userStamp,
                now: .read()
            )
            learn(desk.ledger.answer(packet, returned: returned, slew: .read()), &desk)
        } else if let packet = ProbePacket(bytes, kind: .followUp, key: key), packet.session == session {
            learn(desk.ledger.follow(packet), &desk)
        }
    }

    private func learn(_ finding: ProbeLedger.Finding?, _ desk: inout Desk) {
        guard let finding else { return }
        let steps = desk.clock.steps
        let outcome = state.withLock { state -> IntervalClock.Outcome in
            state.counts.realtimeSteps = steps
            if finding.isFirst { state.counts.answered += 1 }
            if finding.isComplete, finding.isKernels { state.counts.kernelStamped += 1 }
            guard Self.concerns(finding, &state) else { return .outdated }
            return state.clock.add(finding.exchange, isRefined: !finding.isFirst)
        }
        if outcome == .alarm { desk.beat.alarm(now: Clocks.monotonic()) }
        observe?(finding)
    }

    /// Whether the exchange is with the present reference. A new one is believed when its answer is to a later probe than
    /// those of the one before: what is late from the old one must not bring it back.
    private static func concerns(_ finding: ProbeLedger.Finding, _ state: inout State) -> Bool {
        guard let reference = state.reference, reference.epoch != finding.referenceEpoch else {
            let sequence = max(state.reference?.sequence ?? 0, finding.sequence)
            state.reference = (finding.referenceEpoch, sequence)
            return true
        }
        guard finding.sequence > reference.sequence else { return false }
        state.reference = (finding.referenceEpoch, finding.sequence)
        state.clock.restart(since: finding.exchange.sent)
        state.counts.note("the reference clock is another one than before")
        return true
    }

    /// Once a second: did CLOCK_MONOTONIC count on evenly?
    private func watch(_ desk: inout Desk) {
        let now = Clocks.monotonic()
        guard now - desk.watchedAt >= 1_000_000_000 else { return }
        desk.watchedAt = now
        let present = ClockContinuity.read()
        if let disruption = desk.continuity.disruption(until: present) {
            state.withLock { state in
                state.clock.restart(since: now, isAlarm: true)
                state.counts.note(disruption)
            }
            desk.beat.alarm(now: now)
        }
        desk.continuity = present
    }
}

extension ClockProber.Counts {
    fileprivate mutating func note(_ disruption: String) {
        if disruptions.count < 8 { disruptions.append(disruption) }
    }
}
