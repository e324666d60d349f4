import Testing
import Verdict

@testable import Report

@Suite("headline")
struct HeadlineTests {
    private func verdict(_ outcomes: [Verdict.Outcome], change: (inout Verdict) -> Void = { _ in }) -> Verdict
    {
        let sample = ReportSample(rate: 20)
        var verdict = sample.verdict(of: sample.timeline)
        verdict.findings = outcomes.enumerated().map {
            Finding(target: "target \($0.offset)", outcome: $0.element, evidence: "", needed: nil)
        }
        change(&verdict)
        return verdict
    }

    @Test("targets stand worst first, else in the order of the file")
    func order() {
        let headline = Headline(verdict: verdict([.met, .missed, .inconclusive, .missed]))
        #expect(headline.findings.map(\.target) == ["target 1", "target 3", "target 2", "target 0"])
        #expect(headline.sentence == "1 of 4 targets met, 2 missed, 1 inconclusive.")
    }

    @Test("no target, no claim")
    func none() {
        #expect(Headline(verdict: verdict([])).sentence == "The experiment has no target.")
    }

    @Test("a fault is told with its cost; one that never began is not told as done")
    func faults() {
        let headline = Headline(
            verdict: verdict([.met]) {
                $0.faults[1].timeToRecoverSeconds = 3.12
                $0.faults[1].censored = true
                $0.faults[2].startBoundMicroseconds = nil
            }
        )
        #expect(headline.faults[0].hasSuffix("delay 100ms ± 10ms on web1 to lb. No bad request."))
        #expect(headline.faults[1].contains("31 of 200 requests bad, the first after 12.0\u{00A0}ms"))
        #expect(headline.faults[1].hasSuffix("not steady again within 3.12\u{00A0}s."))
        #expect(headline.faults[2].hasPrefix("crash#1, due at 60 s, did not begin: kill nginx"))
    }
}
