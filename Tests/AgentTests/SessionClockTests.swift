import AgentProtocol
import ClockSync
import LinuxSystem
import Measures
import Recording
import SwiftProtobuf
import Testing

@testable import Agent

@Suite struct SessionClockTests {
    @Test("before the first answer every word on the clock says the same: nothing is known")
    func unknown() throws {
        // Port 1 of this host answers no probe.
        let clock = try SessionClock(
            .with {
                $0.address = "127.0.0.1"
                $0.port = 1
            }
        )
        defer { clock.stop() }
        let (reading, recorded) = (clock.reading(), clock.recorded())
        let limits = clock.limits(at: Clocks.monotonic())
        #expect(limits == reading.offset - reading.bound...reading.offset + reading.bound)
        #expect(recorded.boundNanoseconds == reading.bound && recorded.model == nil)
        #expect(Duration(nanoseconds: reading.bound) > .seconds(365 * 86_400))
        #expect(throws: (any Error).self) { try clock.knownModel() }
    }

    @Test(
        "a clock is told each second where hosts are few, and of thousands each tells less often than it probes",
        arguments: [(0, 1), (50_000_000, 1), (250_000_000, 1), (260_000_000, 2), (2_000_000_000, 8)]
    )
    func telling(period: Int64, seconds: Int64) throws {
        let pace = Faultline_Agent_V1_ProbePace.with {
            $0.periodNs = period
            $0.burst = period == 0 ? 0 : 12
        }
        #expect(try ProbeCadence(pace).tellingPeriod == seconds)
    }
}
