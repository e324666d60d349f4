import Recording

/// The checks of a load at one connection, and what is kept of the answer that they are made of. Memory is taken with the first
/// answers and kept.
struct AnswerExamination {
    private let checks: ContentChecks
    var content: AnswerContent
    private var memory = CheckMemory()

    init(_ checks: ContentChecks) {
        self.checks = checks
        content = AnswerContent(checks)
    }

    /// Nothing is to be kept.
    var isEmpty: Bool { checks.isEmpty }

    var readsBody: Bool { checks.readsBody }

    mutating func begin() {
        if !checks.isEmpty { content.clear() }
    }

    /// Of an answer whose outcome is this one unless a check fails.
    mutating func outcome(_ outcome: Outcome) -> Outcome {
        guard !checks.isEmpty, let failed = checks.firstFailure(in: content, &memory) else { return outcome }
        return .error(AnswerError(.check, UInt32(failed)))
    }

    /// Of an answer that says how it went by a number; 0 is success. Where a check wants another, that is what is good, and
    /// success is not.
    mutating func outcome(code: UInt32, of space: AnswerError.Space) -> Outcome {
        guard let (place, wanted) = checks.code else {
            return code == 0 ? outcome(.ok) : .error(AnswerError(space, code))
        }
        if code == wanted { return outcome(.ok) }
        return .error(code == 0 ? AnswerError(.check, UInt32(place)) : AnswerError(space, code))
    }
}
