import LinuxSystem
import Measures
import Recording
import ReferenceTime

/// How a session tells what it knows of clocks and paths.
extension RunSession {
    /// At each whole second of the axis, on all hosts at once, so that their clocks can be compared at one instant.
    func reportClock() async {
        while !Task.isCancelled, !isClosed {
            tellClock()
            let now = axis.instant(local: Clocks.monotonic(), offset: clock.reading().offset)
            await sleep(untilNextSecondAfter: now, atMost: .seconds(1))
        }
    }

    /// When the state or the epoch changes: a gap is known from its edges inwards, so readings at its very edges date the
    /// events in it.
    func reportClockChanges() async {
        for await _ in clock.changes {
            guard !Task.isCancelled, !isClosed else { return }
            tellClock()
        }
    }

    /// Once for one telling period of the axis, a second where hosts are few, one state and one epoch.
    private func tellClock() {
        let reading = clock.reading()
        let instant = axis.instant(local: Clocks.monotonic(), offset: reading.offset)
        let now = ClockTold(
            state: reading.state,
            epoch: clock.model?.epoch,
            second: instant.wholeSecond / clock.tellingPeriod
        )
        guard now != clockTold else { return }
        clockTold = now
        let recorded = clock.recorded()
        widestBound = max(widestBound, recorded.boundNanoseconds + (recorded.realtime?.halfWidth ?? 0))
        emit(.clock(recorded), at: Clocks.monotonic())
        for text in clock.troubles() {
            emit(.note(kind: .clockTrouble, text: text), at: Clocks.monotonic())
        }
    }

    /// What the latest reading that was told said.
    struct ClockTold: Equatable {
        let state: String
        let epoch: Int?
        let second: Int64
    }

    /// Each whole second ends a stretch of latency probes.
    func reportPaths() async {
        guard let neighbours else { return }
        while !Task.isCancelled, !isClosed {
            tell(neighbours.readings())
            let now = axis.instant(local: Clocks.monotonic(), offset: clock.reading().offset)
            await sleep(untilNextSecondAfter: now, atMost: .seconds(1))
        }
    }

    func tell(_ readings: [(span: LocalSpan, reading: PathReading)]) {
        for (span, reading) in readings { emit(.path(reading), from: span.from, to: span.to) }
    }

    /// Until the axis shows a whole second, or for the limit.
    private func sleep(untilNextSecondAfter now: Instant, atMost limit: Duration) async {
        let next = Instant(.seconds(now.wholeSecond + 1)) - now
        try? await Task.sleep(for: min(next, limit), tolerance: .zero)
    }
}
