import AgentProtocol
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
}
