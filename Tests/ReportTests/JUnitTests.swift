import Testing
import Verdict

@testable import Report

@Suite("junit.xml and verdict.json")
struct JUnitTests {
    @Test("is well-formed, whatever the run was", arguments: ReportVariants.all)
    func wellFormed(_ variant: ReportVariants.Variant) {
        #expect(XMLOutline(variant.report.junit).problem == nil)
    }

    @Test("a case for each target and each incident, counted in the suite")
    func cases() throws {
        let sample = ReportSample()
        let timeline = sample.timeline
        var verdict = sample.verdict(of: timeline)
        verdict.incidents = [Incident(exitCode: 5, text: "slow#1 had no effect on web1")]
        let report = Report(timeline: timeline, verdict: verdict, experimentFile: "")
        let outline = XMLOutline(report.junit)
        let suite = try #require(outline.named("testsuite").first).attributes
        #expect(suite["name"] == "web-failover")
        #expect(
            [suite["tests"], suite["failures"], suite["skipped"], suite["errors"]] == ["5", "1", "1", "1"]
        )
        #expect(suite["time"] == "90.000")
        #expect(outline.named("testcase").count == 5)
        #expect(outline.named("failure").first?.attributes["message"]?.hasPrefix("44 107 of 45 000") == true)
        #expect(
            outline.named("skipped").first?.attributes["message"]
                == "inconclusive: No failure in 22 000 requests supports 99.986 % at 95 % confidence. Still needed: "
                + "about 278 000 more requests without a failure"
        )
        #expect(outline.named("error").first?.attributes["message"] == "slow#1 had no effect on web1")
        #expect(outline.named("testcase").allSatisfy { $0.attributes["classname"] == "web-failover" })
    }

    @Test("verdict.json keeps its bytes: sorted keys, two blanks, a line end")
    func golden() {
        let verdict = Verdict(
            experiment: "a/b \"c\"",
            planDigest: "00ff",
            seed: 7,
            outcome: .inconclusive,
            exitCode: 3,
            findings: [Finding(target: "t", outcome: .inconclusive, evidence: "e", needed: nil)],
            incidents: [],
            phases: [],
            faults: []
        )
        #expect(
            VerdictDocument(verdict: verdict).text == """
                {
                  "exitCode" : 3,
                  "experiment" : "a/b \\"c\\"",
                  "faults" : [

                  ],
                  "findings" : [
                    {
                      "evidence" : "e",
                      "outcome" : "inconclusive",
                      "target" : "t"
                    }
                  ],
                  "incidents" : [

                  ],
                  "outcome" : "inconclusive",
                  "phases" : [

                  ],
                  "planDigest" : "00ff",
                  "seed" : 7
                }

                """
        )
    }

    @Test("a figure that is no number does not break verdict.json")
    func infinite() {
        let sample = ReportSample()
        var verdict = sample.verdict(of: sample.timeline)
        verdict.phases[0].availability = .nan
        verdict.faults[0].outageSeconds = .infinity
        let text = VerdictDocument(verdict: verdict).text
        #expect(text.contains("\"availability\" : \"not a number\""))
        #expect(text.contains("\"outageSeconds\" : \"infinity\""))
    }
}
