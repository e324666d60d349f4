import Testing
import Verdict

@testable import Report

struct ActionsTests {
    @Test(
        "what fits is whole; what does not is cut at a line, its folds closed and said, and never more than there is room for"
    )
    func cut() {
        let text =
            "| a |\n|---|\n<details><summary>x</summary>\n\n```yaml\n"
            + String(repeating: "some line\n", count: 200_000)
            + "```\n</details>\n"
        #expect(StepSummaryText.fitting("short\n", beside: 10) == "short\n")
        for present in [0, 1000, 400_000, 899_000, 899_900, 900_000, 2_000_000] {
            let kept = StepSummaryText.fitting(text, beside: present)
            #expect(kept.utf8.count + present <= 901_000 || kept.isEmpty)
            #expect(kept.isEmpty || kept.contains("Cut here"))
            let open = kept.split(separator: "\n").count { $0.contains("<details>") }
            let closed = kept.split(separator: "\n").count { $0.contains("</details>") }
            #expect(open == closed)
            #expect(kept.split(separator: "\n").count { $0.hasPrefix("```") } % 2 == 0)
        }
        #expect(StepSummaryText.fitting(text, beside: 0).utf8.count > 899_000)
    }

    @Test(
        "a missed target is an error, one that cannot be told a warning, and no text breaks out of its line"
    )
    func annotations() {
        let nasty = "50 % bad\n::error::x\r\n::set-output name=a::b"
        let findings = [
            Finding(target: "availability 99.9 %, of a:b", outcome: .missed, evidence: nasty, needed: nil),
            Finding(target: "recovery", outcome: .inconclusive, evidence: "few", needed: "more"),
            Finding(target: "latency", outcome: .met, evidence: "fine", needed: nil),
        ]
        let lines = WorkflowCommand.annotations(of: findings, experiment: "trial")
        #expect(
            lines == [
                "::error title=trial%3A availability 99.9 %25%2C of a%3Ab missed::"
                    + "50 %25 bad%0A::error::x%0A::set-output name=a::b",
                "::warning title=trial%3A recovery inconclusive::few; needed: more",
            ]
        )
        let many = Array(repeating: findings[0], count: 50)
        #expect(WorkflowCommand.annotations(of: many, experiment: "t").count == 10)
    }
}
