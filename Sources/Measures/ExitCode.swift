/// How a command ends. The worst wins, in the order of `severity`.
package enum ExitCode: Int32, Sendable, Codable, CaseIterable {
    case met = 0
    case missed = 1
    case badInput = 2
    case inconclusive = 3
    case stopped = 4
    case notHealed = 5
    case agentFailed = 6
    case defect = 70

    /// Greater is worse: met < inconclusive < missed < stopped < agentFailed < notHealed < badInput < defect.
    package var severity: Int {
        switch self {
        case .met: 0
        case .inconclusive: 1
        case .missed: 2
        case .stopped: 3
        case .agentFailed: 4
        case .notHealed: 5
        case .badInput: 6
        case .defect: 7
        }
    }

    package static func worst(_ codes: some Sequence<ExitCode>) -> ExitCode {
        codes.max { $0.severity < $1.severity } ?? .met
    }

    package var meaning: String {
        switch self {
        case .met: "every target met"
        case .missed: "a target missed"
        case .badInput: "bad file or usage, or refused by a host's policy; nothing was touched"
        case .inconclusive: "inconclusive: too little data"
        case .stopped: "stopped by a guard or by the user; healed"
        case .notHealed: "something could not be healed, or a fault had no effect"
        case .agentFailed: "an agent or the machine failed"
        case .defect: "a defect of Faultline"
        }
    }
}

/// An error that a person reads: what happened, what to do, and how the command ends.
package protocol ReadableError: Error, CustomStringConvertible {
    /// Short and stable, for tests and scripts: "lab.exists", "plan.unknown-key".
    var code: String { get }
    /// One or more lines, the remedy included.
    var message: String { get }
    var exitCode: ExitCode { get }
}

extension ReadableError {
    package var description: String { message }
}
