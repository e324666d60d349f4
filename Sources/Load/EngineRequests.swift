import LinuxSystem
import Recording

/// One request on one connection: written, answered, lost.
extension Engine {
    /// False: no idle connection took it. Idle connections that turn out to be dead are closed on the way: nothing was
    /// handed to the kernel, so the request is not sent and no repetition is used up.
    func sendOnIdle(_ due: Int64, _ now: Int64) -> Bool {
        while let slot = idle.popFirst(in: table) {
            if send(SentRequest(due: due, firstSent: now), on: slot, now, repeats: false) { return true }
        }
        return false
    }

    /// On a connection that is on no list. False: it was dead, and is closed.
    func send(_ request: SentRequest, on slot: Int32, _ now: Int64, repeats: Bool) -> Bool {
        let index = Int(slot)
        table[index].state = .busy
        table[index].request = request
        table[index].isRepetition = repeats
        table[index].since = now
        table[index].firstByte = 0
        table[index].written = 0
        table[index].writtenAt = 0
        table[index].scanner = AnswerScanner(answersHead: self.request.isHead)
        busy.append(slot, in: table)
        if write(slot) { return true }
        close(slot)
        return false
    }

    /// False: the connection is dead. What does not fit into the socket's buffer follows when it is writable.
    private func write(_ slot: Int32) -> Bool {
        let index = Int(slot)
        let descriptor = table[index].descriptor
        while table[index].written < request.bytes.count {
            let written = table[index].written
            let result = request.bytes.withUnsafeBytes { bytes in
                Socket.send(descriptor, UnsafeRawBufferPointer(rebasing: bytes[written...]))
            }
            switch result {
            case .moved(let count): table[index].written += count
            case .wouldBlock: return setInterest(slot, [.readable, .writable, .peerClosed])
            case .ended, .failed: return false
            }
        }
        if marksPackets { table[index].writtenAt = Clocks.monotonic() }
        return true
    }

    func continueWriting(_ slot: Int32) {
        guard table[Int(slot)].state == .busy, table[Int(slot)].written < request.bytes.count else { return }
        guard write(slot) else { return lost(slot, Clocks.monotonic()) }
        if table[Int(slot)].written == request.bytes.count {
            _ = setInterest(slot, [.readable, .peerClosed])
        }
    }

    /// Level-triggered: one read an event, the rest with the next.
    func receive(_ slot: Int32) {
        let index = Int(slot)
        let result = Socket.receive(table[index].descriptor, into: input)
        guard table[index].state == .busy else {
            // The server closed an idle connection, or sent what nobody asked for.
            if case .wouldBlock = result { return }
            return close(slot)
        }
        switch result {
        case .wouldBlock: return
        case .moved(let count):
            let now = Clocks.monotonic()
            if table[index].firstByte == 0 { table[index].firstByte = now }
            let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(input)[..<count])
            advance(slot, table[index].scanner.feed(bytes), now)
        case .ended:
            let now = Clocks.monotonic()
            let progress = table[index].scanner.end()
            if progress == .incomplete { lost(slot, now) } else { advance(slot, progress, now) }
        case .failed: lost(slot, Clocks.monotonic())
        }
    }

    private func advance(_ slot: Int32, _ progress: AnswerScanner.Progress, _ now: Int64) {
        let index = Int(slot)
        switch progress {
        case .incomplete: return
        case .malformed:
            finish(slot, .malformed, now)
            close(slot)
        case .complete(let status, let reusable):
            finish(slot, .answered(status: status), now)
            // An answer to a request that is not written yet (413): the rest would be taken for the next request.
            guard reusable, table[index].written == request.bytes.count else {
                close(slot)
                return
            }
            table[index].served += 1
            busy.remove(slot, in: table)
            table[index].state = .idle
            idle.append(slot, in: table)
            serveWaiting()
        }
    }

    /// The connection ended with the request under way. The server may have closed a kept-alive connection just before
    /// the request arrived: then, as HTTP clients do (RFC 9112, 9.3.1), a GET or HEAD that got no byte of answer on a
    /// reused connection is sent once more, on a fresh connection: the other idle ones may have been closed as well. So
    /// there is no second repetition. Its due time and its first send are kept.
    func lost(_ slot: Int32, _ now: Int64) {
        let index = Int(slot)
        guard table[index].state == .busy else { return close(slot) }
        let pending = table[index].request
        let isRace = table[index].served > 0 && !table[index].scanner.hasBegun && request.mayRetry
        guard isRace else {
            finish(slot, .reset, now)
            return close(slot)
        }
        close(slot)
        openToRepeat(pending, now)
    }

    func serveWaiting() {
        while idle.count > 0, let due = waiting.popFirst() {
            if !sendOnIdle(due, Clocks.monotonic()) { return waiting.putBack(due) }
        }
    }

    /// The outcome of a request that is on a connection; the connection is the caller's.
    func finish(_ slot: Int32, _ outcome: Outcome, _ now: Int64) {
        let connection = table[Int(slot)]
        let firstByte = connection.firstByte == 0 ? now : connection.firstByte
        record(connection.request, firstByte: firstByte, done: now, outcome, on: connection)
    }

    /// The outcome of a request that was never sent.
    func fail(_ due: Int64, _ outcome: Outcome, _ now: Int64) {
        record(SentRequest(due: due, firstSent: due), firstByte: now, done: now, outcome)
    }
}
