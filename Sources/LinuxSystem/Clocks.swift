import Glibc

/// The kernel's clocks, in nanoseconds.
package enum Clocks {
    /// CLOCK_MONOTONIC: the only clock that timers and user stamps share. Since some point before boot.
    @inline(__always)
    package static func monotonic() -> Int64 { read(CLOCK_MONOTONIC) }

    /// CLOCK_REALTIME, since 1970-01-01T00:00:00Z without leap seconds. It can be stepped: never measure with it.
    @inline(__always)
    package static func realtime() -> Int64 { read(CLOCK_REALTIME) }

    /// CLOCK_BOOTTIME: since boot, time asleep included; what processes' start times count in.
    package static func boot() -> Int64 { read(CLOCK_BOOTTIME) }

    /// CPU time of the calling thread.
    package static func threadTime() -> Int64 { read(CLOCK_THREAD_CPUTIME_ID) }

    /// Sleeps until this instant of CLOCK_MONOTONIC; returns at once when it has passed. A signal does not shorten it.
    /// C: `clock_nanosleep(TIMER_ABSTIME)`, which returns the errno instead of setting it.
    package static func sleepUntil(monotonic deadline: Int64) {
        guard deadline > 0 else { return }
        var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
    }

    /// Waits for this instant of CLOCK_MONOTONIC and is there within the reading of the clock, unless the processor is
    /// taken away: sleeps until `spinning` nanoseconds before, then looks at the clock until it has come. At most a
    /// millisecond is spun.
    package static func meet(monotonic instant: Int64, spinning: Int64 = 300_000) {
        sleepUntil(monotonic: instant - min(max(0, spinning), 1_000_000))
        while monotonic() < instant {}
    }

    @inline(__always)
    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        // Cannot fail: the clocks above exist in every kernel that runs Swift.
        _ = clock_gettime(clock, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
