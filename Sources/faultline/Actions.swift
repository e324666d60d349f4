import Foundation
import Report
import Verdict

/// What GitHub Actions is told besides: the step's summary where it asks for one, annotations where a target was missed. Never
/// a reason to fail.
enum Actions {
    private static var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// - Parameters:
    ///   - findings: those that are missed or inconclusive become annotations.
    ///   - markdown: asked for only where there is a summary.
    static func tell(_ findings: [Finding], of experiment: String, markdown: () -> String) {
        if let path = environment["GITHUB_STEP_SUMMARY"], !path.isEmpty { append(markdown(), to: path) }
        guard environment["GITHUB_ACTIONS"] == "true" else { return }
        for line in WorkflowCommand.annotations(of: findings, experiment: experiment) { Console.error(line) }
    }

    private static func append(_ text: String, to path: String) {
        do {
            if !FileManager.default.fileExists(atPath: path) {
                try Data().write(to: URL(fileURLWithPath: path))
            }
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            defer { try? file.close() }
            let present = try file.seekToEnd()
            let fitting = StepSummaryText.fitting(text, beside: Int(clamping: present))
            try file.write(contentsOf: Data(fitting.utf8))
        } catch {
            Console.error("note: the step summary \(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
