import Recording

/// RESP2 and RESP3, any number of commands in flight on a connection: answers come in the order of the commands.
package struct RedisConversation: Conversation {
    private let script: RedisScript
    private var scanner: ReplyScanner
    /// Answers to the log-in that are still to come.
    private var greetings = 0
    /// Commands whose answers are still to come.
    private var asked = 0
    private var examination: AnswerExamination
    private var reply = ReplyText()

    package private(set) var complaint: String?

    package init(_ script: RedisScript) {
        self.script = script
        scanner = ReplyScanner(speaksRESP3: script.speaksRESP3)
        examination = AnswerExamination(script.checks)
    }

    package var hasBegun: Bool { scanner.isInReply }

    package mutating func begin(into output: inout OutputBytes) -> Opening {
        greetings = script.logInNames.count
        output.append(script.logIn)
        return greetings == 0 ? .ready : .waiting
    }

    package mutating func ask(_ number: UInt64, into output: inout OutputBytes) -> Progress {
        asked += 1
        script.write(number, into: &output)
        return .incomplete
    }

    package mutating func feed(
        _ bytes: UnsafeRawBufferPointer,
        from position: inout Int,
        into output: inout OutputBytes
    ) -> Progress {
        while position < bytes.count {
            let start = position
            let progress = scanner.feed(bytes, from: &position)
            if !examination.isEmpty { reply.keep(UnsafeRawBufferPointer(rebasing: bytes[start..<position])) }
            switch progress {
            case .incomplete: return .incomplete
            case .push: reply.clear()
            case .malformed: return failed(.malformed, bytes, &position)
            case .reply(let isError):
                defer { reply.clear() }
                guard greetings > 0 else {
                    // Bytes that come when nothing was asked must not pass for the next answer.
                    guard asked > 0 else { return failed(.malformed, bytes, &position) }
                    asked -= 1
                    let outcome: Outcome = isError ? .error(AnswerError(.redis, 0)) : examined
                    return .complete(outcome, reusable: asked > 0 || onlyPushes(bytes, from: &position))
                }
                // Wrong password, no such database, still loading: it takes no command.
                if isError {
                    let names = script.logInNames
                    complaint = "Redis refused \(names[names.count - greetings])"
                    return failed(.notAdmitted, bytes, &position)
                }
                greetings -= 1
                if greetings == 0 { return .ready }
            }
        }
        return .incomplete
    }

    package mutating func end() -> Progress { .incomplete }

    /// Of a whole reply that is no error.
    private var examined: Outcome {
        mutating get {
            guard !examination.isEmpty else { return .ok }
            examination.begin()
            reply.write(into: &examination.content)
            return examination.outcome(.ok)
        }
    }

    /// Whether nothing follows but pushes, whole or begun, which a server may send at any time.
    private mutating func onlyPushes(_ bytes: UnsafeRawBufferPointer, from position: inout Int) -> Bool {
        while position < bytes.count {
            switch scanner.feed(bytes, from: &position) {
            case .push: continue
            case .incomplete: return !scanner.isInReply
            case .reply, .malformed:
                position = bytes.count
                return false
            }
        }
        return true
    }

    private func failed(_ outcome: Outcome, _ bytes: UnsafeRawBufferPointer, _ position: inout Int)
        -> Progress
    {
        position = bytes.count
        return .failed(outcome)
    }
}
