/// What must stay the same for CLOCK_MONOTONIC to count on evenly (clocks.md, section 3, A4): the time spent suspended,
/// which MONOTONIC leaves out and BOOTTIME does not, and the hardware that the kernel counts with.
package struct ClockContinuity: Sendable, Hashable {
    /// BOOTTIME − MONOTONIC, nanoseconds, and the reading's half-width.
    package let suspended: Int64
    package let halfWidth: Int64
    /// "tsc", "kvm-clock" and so on; nil where the kernel does not tell.
    package let source: String?

    package init(suspended: Int64, halfWidth: Int64, source: String?) {
        self.suspended = suspended
        self.halfWidth = halfWidth
        self.source = source
    }

    package static func read() -> ClockContinuity {
        let before = Clocks.monotonic()
        let boot = Clocks.boot()
        let after = Clocks.monotonic()
        let path = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
        return ClockContinuity(
            suspended: boot - (before + (after - before) / 2),
            halfWidth: (after - before + 1) / 2 + 1,
            source: (try? FileContents.text(path)).map { String($0.prefix { $0 != "\n" }) }
        )
    }

    /// What happened between this reading and a later one, in words; nil: MONOTONIC counted on evenly.
    package func disruption(until later: ClockContinuity) -> String? {
        if let source, let present = later.source, source != present {
            return "the kernel's clock source changed from \(source) to \(present)"
        }
        let slept = later.suspended - suspended
        guard abs(slept) > halfWidth + later.halfWidth else { return nil }
        return "the host was suspended for \(slept / 1_000_000) ms"
    }
}
