import Recording

/// PostgreSQL's protocol 3.0 with one query in flight on a connection (PostgreSQL documentation, 55.2).
///
/// A query that leaves a transaction open gives its connection up, so that each query begins outside of one. COPY is no
/// answer here: the connection is given up as malformed.
package struct PostgresConversation: Conversation {
    private enum Phase: UInt8 {
        case authenticating
        /// Believed; the server tells its parameters until it is ready.
        case starting
        case idle
        case asked
    }

    /// Most bytes of an authentication message.
    package static let logInLimit = 4_096

    private let script: PostgresScript
    private var phase = Phase.authenticating
    private var frame = BackendFrame()
    private var error = ErrorFields()
    private var logIn: PostgresLogIn
    /// The authentication message that is being read.
    private var held: [UInt8] = []
    private var isParsed = false
    private var status: UInt8 = 0
    // Of the query under way:
    package private(set) var hasBegun = false
    private var isExecuted = false
    /// The first error's SQLSTATE.
    private var failure: UInt32?
    private var examination: AnswerExamination

    package private(set) var complaint: String?

    package init(_ script: PostgresScript) {
        self.script = script
        logIn = PostgresLogIn(script)
        examination = AnswerExamination(script.checks)
    }

    package mutating func begin(into output: inout OutputBytes) -> Opening {
        output.append(script.startup)
        return .waiting
    }

    package mutating func ask(_ number: UInt64, into output: inout OutputBytes) -> Progress {
        phase = .asked
        hasBegun = false
        isExecuted = false
        failure = nil
        if !isParsed { output.append(script.parse) }
        examination.begin()
        script.write(number, into: &output)
        return .incomplete
    }

    package mutating func feed(
        _ bytes: UnsafeRawBufferPointer,
        from position: inout Int,
        into output: inout OutputBytes
    ) -> Progress {
        while position < bytes.count {
            if frame.isInHead {
                let isWhole = frame.head(bytes[position])
                position += 1
                guard isWhole else { continue }
                guard beginMessage() else { return failed(.malformed, bytes, &position) }
            } else {
                let taken = min(frame.remaining, bytes.count - position)
                body(UnsafeRawBufferPointer(rebasing: bytes[position..<position + taken]))
                position += taken
                frame.body(taken)
            }
            guard frame.remaining == 0 else { continue }
            switch endMessage(into: &output) {
            case .incomplete: continue
            case .ready: return .ready
            case .unprocessed: return .unprocessed
            case .failed(let outcome): return failed(outcome, bytes, &position)
            case .complete(let outcome, let reusable):
                phase = .idle
                // What a server may say at any time may follow, and nothing else.
                let rest = position < bytes.count ? feed(bytes, from: &position, into: &output) : .incomplete
                return .complete(outcome, reusable: reusable && rest == .incomplete)
            }
        }
        return .incomplete
    }

    /// A server that ends the connection with a word says why; the answer is that word.
    package mutating func end() -> Progress {
        guard phase == .asked, let failure else { return .incomplete }
        phase = .idle
        return .complete(.error(AnswerError(.sql, failure)), reusable: false)
    }

    private func failed(_ outcome: Outcome, _ bytes: UnsafeRawBufferPointer, _ position: inout Int)
        -> Progress
    {
        position = bytes.count
        return .failed(outcome)
    }

    /// False: such a message has no place here, or no such length.
    private mutating func beginMessage() -> Bool {
        let type = Unicode.Scalar(frame.type)
        let length = frame.bodyLength
        guard length >= 0, length < 1 << 30 else { return false }
        switch type {
        // Notice, notification, changed parameter: at any time.
        case "N": return true
        case "A", "S": return phase != .authenticating
        case "E":
            error = ErrorFields()
            hasBegun = true
            return true
        case "R":
            held.removeAll(keepingCapacity: true)
            return phase == .authenticating && length >= 4 && length <= Self.logInLimit
        case "K": return phase == .starting
        case "Z": return phase != .authenticating && phase != .idle && length == 1
        case "T":
            hasBegun = true
            examination.content.result.beginDescription()
            return phase == .asked && (!script.isPrepared || script.checks.namesColumns)
        // No columns to describe.
        case "n":
            hasBegun = true
            return phase == .asked && script.isPrepared && script.checks.namesColumns && length == 0
        case "1", "2":
            hasBegun = true
            return phase == .asked && script.isPrepared && length == 0
        case "D", "C":
            hasBegun = true
            if frame.type == UInt8(ascii: "D") { examination.content.result.beginRow() }
            return phase == .asked
        case "I":
            hasBegun = true
            return phase == .asked && length == 0
        default: return false
        }
    }

    @inline(__always)
    private mutating func body(_ bytes: UnsafeRawBufferPointer) {
        switch frame.type {
        case UInt8(ascii: "E"): error.feed(bytes)
        case UInt8(ascii: "R"): held += bytes
        case UInt8(ascii: "Z"): status = bytes[0]
        case UInt8(ascii: "D"), UInt8(ascii: "T"): examination.content.result.feed(bytes)
        default: return
        }
    }

    @inline(__always)
    private mutating func endMessage(into output: inout OutputBytes) -> Progress {
        let type = frame.type
        frame.next()
        switch type {
        case UInt8(ascii: "E"): return endError()
        case UInt8(ascii: "R"): return authenticate(into: &output)
        case UInt8(ascii: "Z"): return readyForQuery()
        case UInt8(ascii: "1"): isParsed = true
        case UInt8(ascii: "C"), UInt8(ascii: "I"): isExecuted = true
        default: break
        }
        return .incomplete
    }

    private mutating func endError() -> Progress {
        guard let number = error.sqlState else { return .failed(.malformed) }
        let outcome = Outcome.error(AnswerError(.sql, failure ?? number))
        switch phase {
        // Wrong password, no such database, too many connections, starting up.
        case .authenticating, .starting:
            complaint = "PostgreSQL refused the log-in: \(outcome.label)"
            return .failed(.notAdmitted)
        // The server takes its leave.
        case .idle: return .failed(outcome)
        case .asked:
            failure = failure ?? number
            return error.isFatal ? .complete(outcome, reusable: false) : .incomplete
        }
    }

    private mutating func authenticate(into output: inout OutputBytes) -> Progress {
        switch logIn.step(held, into: &output) {
        case .next: return .incomplete
        case .admitted:
            phase = .starting
            return .incomplete
        case .refused:
            complaint =
                script.password == nil
                ? "PostgreSQL asks for a password, and none is given"
                : "PostgreSQL asks for a log-in that is not spoken here, or does not know the password itself"
            return .failed(.notAdmitted)
        case .malformed: return .failed(.malformed)
        }
    }

    private mutating func readyForQuery() -> Progress {
        let isOutside = status == UInt8(ascii: "I")
        guard isOutside || status == UInt8(ascii: "T") || status == UInt8(ascii: "E") else {
            return .failed(.malformed)
        }
        guard phase == .asked else {
            phase = .idle
            return .ready
        }
        if let failure {
            return .complete(.error(AnswerError(.sql, failure)), reusable: isOutside)
        }
        return isExecuted ? .complete(examination.outcome(.ok), reusable: isOutside) : .failed(.malformed)
    }
}
