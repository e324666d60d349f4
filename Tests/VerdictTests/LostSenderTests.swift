import Measures
import Plan
import Recording
import Testing

@testable import Verdict

/// A host that sends is lost with what it was to send.
@Suite struct LostSenderTests {
    private static let target = AvailabilityTarget(
        objective: TrialRun.decimal(99, 0),
        load: "browse",
        phase: nil,
        confidence: 0.95,
        counting: .requests,
        slice: .seconds(1)
    )

    private func verdict(until told: Duration, latency: (Int) -> Duration? = { _ in .milliseconds(5) })
        -> Verdict
    {
        var run = TrialRun(end: .seconds(10))
        run.send(every: .milliseconds(1), until: told, latency: latency)
        run.note(.agentLost, "the agent on client is gone", at: .seconds(6))
        run.note(.agentLost, "no answer", at: .seconds(10), host: "client")
        let targets = TargetsPlan(availability: [Self.target], latency: [], recovery: [])
        return Verdict(timeline: run.timeline, targets: targets)
    }

    @Test("what is judged without its requests is not met, and the run says how many they are")
    func notMet() throws {
        let verdict = verdict(until: .seconds(5))
        #expect(verdict.findings.map(\.outcome) == [.inconclusive])
        #expect(verdict.findings[0].evidence.contains("of what client was to send nothing is known"))
        #expect(verdict.exitCode == ExitCode.agentFailed.rawValue)
        let words =
            "client was lost: 1 000 requests of browse that it was to send until 6.00 s are not accounted for"
        #expect(
            verdict.incidents.contains {
                $0.text.hasPrefix(words.replacing(" 000", with: "\u{a0}000")) || $0.text.hasPrefix(words)
            }
        )
        let sender = try #require(verdict.senders?.first)
        #expect(sender.isLost && sender.missing == 1_000 && sender.due == 5_000)
        #expect(VerdictText.render(verdict).contains("unaccounted"))
    }

    @Test("what is missed without them stays missed")
    func missed() {
        let verdict = verdict(until: .seconds(5)) { $0 % 4 == 0 ? nil : .milliseconds(5) }
        #expect(verdict.findings.map(\.outcome) == [.missed])
    }

    @Test("a host that was lost when all was told changes nothing")
    func nothingMissing() {
        let verdict = verdict(until: .seconds(6))
        #expect(verdict.findings.map(\.outcome) == [.met])
        #expect(!verdict.incidents.contains { $0.text.contains("not accounted for") })
    }
}
