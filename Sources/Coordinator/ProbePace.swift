import AgentProtocol
import Measures
import SwiftProtobuf

/// How densely the hosts of a run probe clocks. Up to 40 hosts each sends as many as it likes; of more hosts each sends fewer,
/// so that the one reference that all of them ask hears no more of them together: 800 probes a second in the steady state,
/// and at an edge about 2,560 at once; of more than 1,600 hosts each sends one in two seconds all the same. Bounds of clocks
/// are wider between edges for it, by the drift of a longer time.
struct ProbePace: Equatable {
    let period: Duration
    let burst: Int

    static let mostAtFullPace = 40
    private static let fullPeriod = Duration.milliseconds(50)
    private static let longestPeriod = Duration.seconds(2)
    private static let fullBurst = 64
    /// Fewer would leave the best of them to chance.
    private static let leastBurst = 12

    init(hosts: Int) {
        let factor = max(1, (hosts + Self.mostAtFullPace - 1) / Self.mostAtFullPace)
        period = min(Self.fullPeriod * factor, Self.longestPeriod)
        burst = max(Self.leastBurst, Self.fullBurst / factor)
    }

    var message: Faultline_Agent_V1_ProbePace {
        .with {
            $0.periodNs = period.nanoseconds
            $0.burst = UInt32(burst)
        }
    }
}
