import Measures
import Plan
import Schedule
import Testing

@testable import Coordinator

/// A run that need not go on.
@Suite struct EarlyStopTests {
    private static func target(load: String? = nil) -> AvailabilityTarget {
        AvailabilityTarget(
            objective: 90,
            load: load,
            phase: nil,
            confidence: 0.95,
            counting: .requests,
            slice: .seconds(1),
            stopsEarly: true
        )
    }

    private static let fault = ScheduledFault(
        id: "cut#1",
        name: "cut",
        start: Instant(.seconds(3)),
        end: Instant(.seconds(6)),
        action: .kill(
            hosts: ["web1"],
            KillParameters(target: .service("nginx"), signal: "KILL", restartAfter: nil)
        )
    )

    /// The first second at which it is decided, with 100 requests a second, all good.
    private static func second(_ targets: TargetsPlan, after faults: [ScheduledFault] = []) -> Int? {
        var stop = EarlyStop(targets, after: faults)
        for second in 0..<60 {
            for index in 0..<100 {
                let at = Instant(nanoseconds: Int64(second) * 1_000_000_000 + Int64(index) * 10_000_000)
                stop.add("browse", intended: at, good: true)
            }
            let known = Instant(.seconds(second + 1))
            if stop.decided(known: known) != nil { return second + 1 }
        }
        return nil
    }

    @Test func `it ends when its target is decided, and not before its faults are over and healed`() throws {
        let alone = try #require(Self.second(TargetsPlan(availability: [Self.target()])))
        #expect(alone <= 2)
        let recovery = RecoveryTarget(within: .seconds(1), steadyFor: .seconds(2))
        let faulty = TargetsPlan(availability: [Self.target()], recovery: [recovery])
        #expect(Self.second(faulty, after: [Self.fault]) == 8)
    }

    @Test func `it does not end for a target without data, nor without a target that asks for it`() {
        #expect(Self.second(TargetsPlan(availability: [Self.target(), Self.target(load: "other")])) == nil)
        #expect(Self.second(TargetsPlan()) == nil)
    }
}
