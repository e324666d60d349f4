import Measures
import Recording
import Timeline
import Verdict

/// junit.xml as Jenkins, GitLab and GitHub actions read it: the suite is the experiment, a case for each target, and one
/// for each incident.
struct JUnitDocument: Sendable {
    let report: Report

    var text: String {
        let verdict = report.verdict
        let missed = verdict.findings.count { $0.outcome == .missed }
        let skipped = verdict.findings.count { $0.outcome == .inconclusive }
        let counts: KeyValuePairs<String, String?> = [
            "name": verdict.experiment, "tests": String(verdict.findings.count + verdict.incidents.count),
            "failures": String(missed), "errors": String(verdict.incidents.count), "skipped": String(skipped),
            "time": seconds, "timestamp": report.timeline.header.startedAt,
        ]
        let document = Element("testsuites") {
            Markup.lineBreak
            Element("testsuite", counts) {
                Markup.lineBreak
                properties
                for finding in verdict.findings {
                    testcase(finding)
                    Markup.lineBreak
                }
                for (index, incident) in verdict.incidents.enumerated() {
                    testcase(incident, number: index + 1)
                    Markup.lineBreak
                }
            }
            Markup.lineBreak
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + document.rendered + "\n"
    }

    private var seconds: String {
        let value = report.timeline.end.seconds
        return value.isFinite ? max(0, value).fixed(3) : "0.000"
    }

    private var properties: [Markup] {
        let verdict = report.verdict
        let values: [(String, String)] = [
            ("outcome", verdict.outcome.rawValue), ("exit-code", String(verdict.exitCode)),
            ("seed", String(verdict.seed)), ("plan-digest", verdict.planDigest),
            ("faultline", report.timeline.header.faultlineVersion),
        ]
        let element = Element("properties") {
            values.map { Element("property", ["name": $0.0, "value": $0.1]) }
        }
        return [.element(element), .lineBreak]
    }

    private func testcase(_ finding: Finding) -> Element {
        Element("testcase", attributes(name: finding.target)) {
            switch finding.outcome {
            case .met: Element("system-out", text: finding.evidence)
            case .missed: Element("failure", ["type": "missed", "message": finding.evidence])
            case .inconclusive:
                Element(
                    "skipped",
                    [
                        "message": "inconclusive: \(finding.evidence)"
                            + (finding.needed.map { " Still needed: \($0)" } ?? "")
                    ]
                )
            }
        }
    }

    private func testcase(_ incident: Incident, number: Int) -> Element {
        Element("testcase", attributes(name: "incident \(number)")) {
            Element("error", ["type": "exit code \(incident.exitCode)", "message": incident.text])
        }
    }

    private func attributes(name: String) -> KeyValuePairs<String, String?> {
        ["classname": report.verdict.experiment, "name": name, "time": "0"]
    }
}
