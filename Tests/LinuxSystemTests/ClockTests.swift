import LinuxSystem
import Testing

@Suite("Clocks")
struct ClockTests {
    @Test(
        "a bracketed reading holds the true difference, wherever in the bracket the clock was read",
        arguments: [(1000, 1000), (1000, 1001), (1000, 1007), (1000, 51_000)] as [(Int64, Int64)]
    )
    func bracket(before: Int64, after: Int64) {
        let difference: Int64 = 1_700_000_000_000_000_000
        for instant in [before, before + (after - before) / 3, after] {
            let map = ClockMap(before: before, realtime: instant + difference, after: after)
            #expect(abs(map.realtimeMinusMonotonic - difference) <= map.halfWidth)
        }
    }

    @Test("there and back again is the same instant")
    func inverse() {
        let map = ClockMap.read()
        let now = Clocks.monotonic()
        #expect(map.monotonic(realtime: map.realtime(monotonic: now)) == now)
        #expect(map.halfWidth > 0)
        // A real clock against a real map: only its order of magnitude is a law.
        #expect(abs(map.realtime(monotonic: now) - Clocks.realtime()) < 3_600_000_000_000)
    }

    @Test("a step greater than both widths is seen, a smaller one cannot be")
    func steps() {
        let first = ClockMap(realtimeMinusMonotonic: 5000, halfWidth: 50, readAt: 0)
        let same = ClockMap(realtimeMinusMonotonic: 5090, halfWidth: 50, readAt: 1_000_000_000)
        let stepped = ClockMap(realtimeMinusMonotonic: 5101, halfWidth: 50, readAt: 1_000_000_000)
        #expect(!first.wasStepped(until: same))
        #expect(first.wasStepped(until: stepped))
        #expect(!first.wasStepped(until: stepped, slewPPM: 1))
    }

    @Test("sleeping until an instant never ends before it, and a past one ends at once")
    func sleeping() {
        let deadline = Clocks.monotonic() + 3_000_000
        Clocks.sleepUntil(monotonic: deadline)
        #expect(Clocks.monotonic() >= deadline)
        Clocks.sleepUntil(monotonic: 1)
        Clocks.sleepUntil(monotonic: -1)
    }
}
