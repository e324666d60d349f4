import Foundation
import LinuxSystem
import Measures

/// An agent's record of what was asked of it and what it did: one JSON object a line. What changes something is on the disk
/// before it is done.
final class AuditLog: Sendable {
    private let file: LineFile
    private let host: String
    /// For the agent's log, when the audit log cannot be written.
    private let tell: @Sendable (String) -> Void

    /// Bytes. Words of a message are others': bounded.
    private static let longest = 4096

    init(_ file: LineFile, host: String, tell: @escaping @Sendable (String) -> Void) {
        self.file = file
        self.host = host
        self.tell = tell
    }

    /// Before something is done: on the disk when it returns. Errors: it is not, and nothing may be done.
    func ask(_ action: AuditEntry.Action, run: String? = nil, detail: String? = nil) throws {
        do {
            try append(entry(action, .asked, run: run, detail: detail), sync: true)
        } catch {
            throw AuditError(path: file.path, cause: "\(error)")
        }
    }

    /// After it. What cannot be written is said in the agent's log: healing does not wait for a disk.
    func note(
        _ action: AuditEntry.Action,
        _ outcome: AuditEntry.Outcome,
        who: String? = nil,
        from: String? = nil,
        run: String? = nil,
        fault: String? = nil,
        rules: [String]? = nil,
        detail: String? = nil,
        boundNs: Int64? = nil
    ) {
        let entry = entry(
            action,
            outcome,
            who: who,
            from: from,
            run: run,
            fault: fault,
            rules: rules,
            detail: detail,
            boundNs: boundNs
        )
        do { try append(entry, sync: false) } catch { tell("audit log: \(error)") }
    }

    private func entry(
        _ action: AuditEntry.Action,
        _ outcome: AuditEntry.Outcome,
        who: String? = nil,
        from: String? = nil,
        run: String? = nil,
        fault: String? = nil,
        rules: [String]? = nil,
        detail: String? = nil,
        boundNs: Int64? = nil
    ) -> AuditEntry {
        let now = Clocks.realtime()
        let date = Date(timeIntervalSince1970: Double(now) / 1e9)
        return AuditEntry(
            time: date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)),
            wallNs: now,
            boundNs: boundNs,
            host: host,
            who: who ?? Caller.current.name,
            from: from ?? Caller.current.address,
            action: action,
            outcome: outcome,
            run: run.map { String($0.prefix(200)) },
            fault: fault.map { String($0.prefix(200)) },
            rules: rules,
            detail: detail.map { String($0.prefix(Self.longest)) }
        )
    }

    private func append(_ entry: AuditEntry, sync: Bool) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try file.append(Array(try encoder.encode(entry)), sync: sync)
    }
}

/// What is asked would leave no trace, and is not done.
struct AuditError: ReadableError {
    let code = "agent.audit"
    let message: String
    let exitCode = ExitCode.agentFailed

    init(path: String, cause: String) {
        message =
            "the audit log \(path) cannot be written, and nothing is done without it: \(cause); make room, or correct "
            + "audit: in agent.yaml"
    }
}
