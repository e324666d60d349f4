import Recording

/// HTTP/1.1 with one request in flight on a connection (RFC 9112).
package struct HTTPConversation: Conversation {
    private let script: HTTPScript
    private var scanner: AnswerScanner
    private var memory: HeadMemory
    /// Bytes that come when nothing was asked must not pass for the next answer.
    private var isAsked = false
    /// The scanner is still of the answer before.
    private var isStale = false
    private var examination: AnswerExamination

    package init(_ script: HTTPScript) {
        self.script = script
        examination = AnswerExamination(script.checks)
        scanner = AnswerScanner(answersHead: script.isHead)
        memory = HeadMemory(scanner)
    }

    package var hasBegun: Bool { !isStale && scanner.hasBegun }

    package mutating func begin(into output: inout OutputBytes) -> Opening { .ready }

    package mutating func ask(_ number: UInt64, into output: inout OutputBytes) -> Progress {
        isStale = true
        examination.begin()
        isAsked = true
        script.write(number, into: &output)
        return .incomplete
    }

    package mutating func feed(
        _ bytes: UnsafeRawBufferPointer,
        from position: inout Int,
        into output: inout OutputBytes
    ) -> Progress {
        // What follows an answer, nobody asked for: the scanner sees it, and calls the connection not reusable.
        let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
        position = bytes.count
        return isAsked ? progress(scan(rest)) : .failed(.malformed)
    }

    private mutating func scan(_ bytes: UnsafeRawBufferPointer) -> AnswerScanner.Progress {
        guard script.checks.isEmpty else {
            if isStale { scanner = AnswerScanner(answersHead: script.isHead) }
            isStale = false
            return scanner.feed(bytes, keeping: &examination.content)
        }
        guard isStale else { return scanner.feed(bytes) }
        isStale = false
        if let head = memory.recall(bytes, into: &scanner) { return scanner.feed(bytes, from: head) }
        scanner = AnswerScanner(answersHead: script.isHead)
        let head = scanner.feedHead(bytes)
        if scanner.isPastHead { memory.keep(UnsafeRawBufferPointer(rebasing: bytes[..<head]), scanner) }
        return scanner.feed(bytes, from: head)
    }

    package mutating func end() -> Progress {
        // Not a byte of an answer, if it is stale.
        isAsked && !isStale ? progress(scanner.end()) : .incomplete
    }

    private mutating func progress(_ progress: AnswerScanner.Progress) -> Progress {
        switch progress {
        case .incomplete: return .incomplete
        case .malformed: return .failed(.malformed)
        case .complete(let status, let reusable):
            isAsked = false
            return .complete(outcome(status), reusable: reusable)
        }
    }

    private mutating func outcome(_ status: UInt16) -> Outcome {
        let outcome = Outcome.answered(status: status)
        return script.checkedStatuses.contains(status) ? examination.outcome(outcome) : outcome
    }
}
