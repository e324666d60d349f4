import AgentProtocol
import Measures
import Testing

@testable import Coordinator

/// How often many hosts ask one clock.
@Suite struct ProbePaceTests {
    @Test(arguments: [1, 40, 41, 200, 1_600, 10_000])
    func `all hosts together ask a bounded number of times a second, and none falls silent`(_ hosts: Int) {
        let pace = ProbePace(hosts: hosts)
        #expect(pace.period >= .milliseconds(50) && pace.period <= .seconds(2))
        #expect(pace.burst >= 12 && pace.burst <= 64)
        let perSecond = Double(hosts) / pace.period.seconds
        #expect(perSecond <= 800 || pace.period == .seconds(2))
        // What an agent accepts.
        #expect((10_000_000...10_000_000_000).contains(pace.message.periodNs))
    }
}
