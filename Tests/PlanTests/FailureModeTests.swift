import Measures
import Testing

@testable import Plan

@Suite struct FailureModeTests {
    private static func file(_ modes: String) -> BadFile {
        BadFile("", replacing: "duration: 10s", with: "failure-modes: \(modes)\nduration: 10s", expects: [])
    }

    @Test("a mode is a name, a fault of the file, an exact rate and its source")
    func reads() throws {
        let yaml = Self.file(
            "[ { name: primary lost, fault: crash, rate: 0.25/month, source: \"incident log 2024\" } ]"
        ).yaml
        let plan = try Plan(yaml: yaml, fileName: "web.yaml")
        #expect(
            plan.failureModes == [
                FailureModePlan(
                    name: "primary lost",
                    fault: "crash",
                    rate: ExactDecimal(significand: 25, exponent: -2),
                    period: .month,
                    source: "incident log 2024"
                )
            ]
        )
        let again = try Plan(yaml: plan.canonicalText, fileName: "web.yaml")
        #expect(again.digest == plan.digest)
        #expect(again.failureModes == plan.failureModes)
        #expect(try Plan(yaml: BadFile.base, fileName: "web.yaml").digest != plan.digest)
    }

    @Test("no modes, and an empty list of them, change no digest")
    func empty() throws {
        let digest = try Plan(yaml: BadFile.base, fileName: "web.yaml").digest
        #expect(try Plan(yaml: Self.file("[]").yaml, fileName: "web.yaml").digest == digest)
    }

    @Test(
        "what is wrong is named with line and remedy",
        arguments: [
            ("x", "failure-modes is 'x'; expected a list such as - { name: primary lost"),
            ("[ { name: a, fault: crash, rate: 4/year } ]", "a failure mode has no key 'source'"),
            ("[ { name: a, fault: crahs, rate: 4/year, source: b } ]", "Did you mean 'crash'?"),
            ("[ { name: a, fault: crash, rate: 4, source: b } ]", "rate is '4' without a unit"),
            (
                "[ { name: a, fault: crash, rate: 4/s, source: b } ]",
                "rate is '4/s'; expected outages in a time"
            ),
            ("[ { name: a, fault: crash, rate: often, source: b } ]", "rate is 'often'; expected"),
            ("[ { name: a, fault: crash, rate: 0/year, source: b } ]", "more than 0 and at most 100000"),
            ("[ { name: a, fault: crash, rate: 0.0000001/year, source: b } ]", "at most 6 decimals"),
            ("[ { name: a, fault: crash, rate: 1/year, source: \"b\\nc\" } ]", "one line of at most 200"),
            (
                "[ { name: a, fault: crash, rate: 1/year, source: b }, { name: a, fault: slow, rate: 1/day, source: b } ]",
                "failure mode 'a' is there twice"
            ),
        ]
    )
    func refused(modes: String, message: String) {
        let error = #expect(throws: PlanError.self) {
            try Plan(yaml: Self.file(modes).yaml, fileName: "web.yaml")
        }
        let text = error?.message ?? ""
        #expect(text.contains(message), "\(text)")
        #expect(error?.diagnostics.first?.place.line == 18)
    }
}
