import Measures
import Plan
import Schedule
import Testing

@testable import Timeline

@Suite("A fault in a line")
struct FaultWordsTests {
    private func words(_ hosts: Int) -> String {
        let names = (1...hosts).map { "h\($0)" }
        return ScheduledFault.Action.limit(hosts: names, LimitPlan(target: .service("x"))).words
    }

    @Test("names its hosts, and of hundreds the first and how many there are beside them")
    func hosts() {
        #expect(words(2).hasSuffix(" on h1, h2"))
        #expect(words(24).hasSuffix(", h23, h24"))
        #expect(words(10_000).hasSuffix(" on h1, h2, h3, h4, h5, h6, h7, h8 and 9992 more"))
    }

    @Test("says both sides of a partition so")
    func sides() {
        let far = (1...300).map { "far\($0)" }
        let action = ScheduledFault.Action.partition(
            .sides(from: ["near"], to: far, bothWays: true),
            drops: PartitionPlan.drops(from: ["near"], to: far, bothWays: true),
            TrafficPlan(direction: .ingress)
        )
        #expect(action.words.hasPrefix("partition near | far1, far2"))
        #expect(action.words.hasSuffix("and 292 more"))
    }
}
