package import Verdict

/// Lines that GitHub's runner shows as annotations: "::error title=…::…".
package enum WorkflowCommand {
    /// One for each target that was missed, and a warning for each that could not be told. At most ten of a kind: a step shows no
    /// more.
    package static func annotations(of findings: [Finding], experiment: String) -> [String] {
        let kinds: [(Verdict.Outcome, String)] = [(.missed, "error"), (.inconclusive, "warning")]
        return kinds.flatMap { outcome, kind in
            findings.filter { $0.outcome == outcome }.prefix(10).map { finding in
                let title = "\(experiment): \(finding.target) \(outcome.rawValue)"
                let needed = finding.needed.map { "; needed: \($0)" } ?? ""
                return "::\(kind) title=\(property(title))::\(data(finding.evidence + needed))"
            }
        }
    }

    /// Nothing in it ends the line or begins another command.
    private static func data(_ text: String) -> String {
        text.withoutControls.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing(
            "\n",
            with: "%0A"
        )
    }

    private static func property(_ text: String) -> String {
        data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
