package import Measures

/// A file (experiment, policy) is not valid. Holds every problem that was found, in the order of the file; nothing was touched.
package struct PlanError: ReadableError, Equatable {
    /// Never empty.
    package let diagnostics: [Diagnostic]
    /// Problems beyond the most that are listed.
    package let unlisted: Int
    package let subject: Subject

    /// "plan.unknown-key", "policy.unknown-key": the first problem's.
    package var code: String { "\(subject.area).\(diagnostics.first?.code ?? "invalid")" }

    package var message: String {
        let count = diagnostics.count + unlisted
        let more = unlisted > 0 ? " (\(diagnostics.count) shown)" : ""
        let sum = count == 1 ? "1 error" : "\(count) errors\(more)"
        return diagnostics.map(\.rendered).joined(separator: "\n") + "\n\(sum); nothing was touched"
    }

    package var exitCode: ExitCode { .badInput }
}
