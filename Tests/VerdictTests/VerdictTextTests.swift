import Measures
import Plan
import Recording
import Testing

@testable import Verdict

@Suite struct VerdictTextTests {
    @Test(
        "numbers for people",
        arguments: [
            (Words.count(0), "0"), (Words.count(999), "999"), (Words.count(18_000), "18 000"),
            (Words.count(-1_234_567), "-1 234 567"), (Words.percent(0.000351), "0.0351 %"),
            (Words.percent(0.1), "10 %"),
            (Words.percent(0.1234), "12.3 %"), (Words.percent(0), "0 %"), (Words.percent(1), "100 %"),
            (Words.goodPercent(bad: 0, of: 7), "100 %"),
            (Words.goodPercent(bad: 1, of: 1_000_000), "99.99990 %"),
            (Words.goodPercent(bad: 9, of: 45_000), "99.980 %"), (Words.goodPercent(bad: 7, of: 7), "0 %"),
            (Words.goodPercent(bad: 0, of: 0), "–"), (Words.confidence(0.95), "95 %"),
            (Words.confidence(0.999), "99.9 %"),
            (Words.about(seconds: 36), "36 s"), (Words.about(seconds: 0.2), "under 1 s"),
            (Words.about(seconds: 3600), "60 min"),
        ]
    )
    func numbers(text: String, expected: String) {
        #expect(text == expected)
    }

    @Test("a good share never rounds up to 100 %")
    func neverRoundsUp() {
        for bad in [1, 2, 9, 99] {
            for due in [100, 12_345, 1_000_000, 987_654_321] {
                #expect(!Words.goodPercent(bad: bad, of: due).hasPrefix("100"))
            }
        }
    }

    private static func verdict() -> Verdict {
        var run = TrialRun(end: .seconds(20))
        run.kill(at: .seconds(5), until: .seconds(7), bound: .microseconds(120))
        run.send(every: .milliseconds(1)) { (5100..<7100).contains($0) ? nil : .milliseconds(5) }
        run.note(.agentLost, "the agent on web2 was not heard of for 3 s", at: .seconds(19))
        let availability = [
            AvailabilityTarget(
                objective: TrialRun.decimal(999, -1),
                load: nil,
                phase: nil,
                confidence: 0.95,
                counting: .requests,
                slice: .seconds(1)
            ),
            AvailabilityTarget(
                objective: TrialRun.decimal(999_999, -4),
                load: nil,
                phase: "baseline",
                confidence: 0.95,
                counting: .requests,
                slice: .seconds(1)
            ),
        ]
        let targets = TargetsPlan(
            availability: availability,
            latency: [],
            recovery: [RecoveryTarget(within: .seconds(5), steadyFor: .seconds(1))]
        )
        return Verdict(timeline: run.timeline, targets: targets)
    }

    @Test("the whole text, byte for byte")
    func golden() {
        #expect(VerdictText.render(Self.verdict()) == Self.expected)
    }

    @Test("no line is wider than 100 columns, and none ends in a space")
    func width() {
        for line in VerdictText.render(Self.verdict()).split(separator: "\n") {
            #expect(line.count <= VerdictText.columns)
            #expect(line.last != " ")
        }
    }

    private static let expected = """
        trial: MISSED (exit 6): 1 met, 1 missed, 1 inconclusive; plan 3f9c0d12a4b5, seed 42
        ✗ availability 99.9 %: 18 000 of 20 000 requests good (90 %); failures in 1 burst (longest 2 000),
            worth 12 independent requests: at least 0.427 % fail with 95 % confidence, 0.1 % may
        ? availability 99.9999 % in baseline: 5 000 of 5 000 requests good (100 %); between 0 % and 0.0599 %
            fail (each with 95 % confidence), 0.0001 % may
            needed: 2 990 731 more requests without a failure (50 min at this rate)
        ✓ recovery from crash#1 within 5s: good again after 2.10 s (clocks known to ± 120 µs), and for 1s
            from then on; 2 000 of 15 000 requests bad
        ! the agent on web2 was not heard of for 3 s (exit 6)

        phase     load    from–to s  requests     good  95 % interval  p50 ms  p99 ms
        baseline  browse    0.0–5.0     5 000    100 %   99.926–100 %    5.01    5.01
        crash     browse    5.0–7.0     2 000      5 %        4.1–6 %       ∞       ∞
        recovery  browse   7.0–20.0    13 000  99.23 %  99.07–99.37 %    5.01    5.01

        fault    at s  start ±  skew ≤    bad      of  impact  outage  recovered  burst
        crash#1  5.00   120 µs       –  2 000  15 000  100 ms  2.00 s     2.10 s  2 000

        So many of each a 365-day year can hold:
        fault       99 %  99.9 %  99.99 %  99.999 %  99.9999 %
        crash#1  157 680  15 768    1 576       157       15.8

        Error budget of 99.9 % in 30 days: this run spent 0.0772 %; no pager would have rung
        Error budget of 99.9999 % in 30 days: this run spent 77.2 %; a pager would have rung 6 s after the
          start (14.4 × the budget's rate over 1 h)

        """
}
