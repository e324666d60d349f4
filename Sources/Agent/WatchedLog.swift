import AgentProtocol
import Codecs
import Plan
import Recording

/// Which lines of a service's log are marks.
struct WatchedLog: Sendable {
    let service: String
    let path: String
    private let marks: [LogMarkPlan]

    /// What a mark keeps of its line, bytes.
    static let mostOfLine = 300

    /// nil: nothing is to be marked.
    init?(_ request: Faultline_Agent_V1_StartServiceRequest) throws {
        guard !request.marks.isEmpty else { return nil }
        service = request.name
        path = request.marksPath.isEmpty ? request.logPath : request.marksPath
        marks = try request.marks.map { mark in
            do throws(PatternProblem) {
                return LogMarkPlan(name: mark.name, pattern: try BytePattern(mark.pattern))
            } catch {
                throw WireError("the mark \(mark.name) of \(request.name) is \(error.words)")
            }
        }
    }

    func marks(in line: [UInt8], _ matcher: inout PatternMatcher) -> [LogMark] {
        line.withUnsafeBytes { bytes in
            marks.filter { matcher.finds($0.pattern, in: bytes) }
        }.map { mark in
            let text = String(decoding: line.prefix(Self.mostOfLine), as: UTF8.self)
            // What a terminal would obey has no place in a report.
            let shown = String(
                text.map { $0.unicodeScalars.contains { $0.value < 32 || $0.value == 127 } ? " " : $0 }
            )
            return LogMark(service: service, name: mark.name, line: shown)
        }
    }
}
