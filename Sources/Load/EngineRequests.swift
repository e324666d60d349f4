import Codecs
import LinuxSystem
import Measures
import Plan
import Recording

/// One request on one connection: written, answered, lost.
extension Engine {
    /// False: no idle connection took it. Idle connections that turn out to be dead are closed on the way: nothing was
    /// handed to the kernel, so the request is not sent and no repetition is used up.
    func sendOnIdle(_ due: Int64, _ number: UInt64, _ now: Int64) -> Bool {
        while let slot = idle.popFirst(in: links) {
            let request = SentRequest(due: due, firstSent: now, number: number)
            if send(request, on: slot, now, repeats: false) { return true }
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
        table[index].writtenAt = 0
        busy.append(slot, in: links)
        output.clear()
        let progress = table[index].conversation.ask(
            numbers.number(ofOwn: request.number),
            into: &output
        )
        guard transmit(slot) else {
            // Another socket would have the same fate: no route, a datagram that is too large.
            let isSpent = script.carrier != .stream
            if isSpent { finish(slot, .notConnected, now) }
            close(slot)
            return isSpent
        }
        if progress != .incomplete { advance(slot, progress, now) }
        return true
    }

    /// Hands the output to the kernel. False: the connection is dead. What does not fit into the socket's buffer follows
    /// when it is writable.
    func transmit(_ slot: Int32) -> Bool {
        guard !output.isEmpty else { return true }
        let index = Int(slot)
        guard table[index].unsent.isEmpty else {
            table[index].unsent += output.bytes
            return true
        }
        var written = 0
        while written < output.count {
            let rest = UnsafeRawBufferPointer(rebasing: output.bytes[written...])
            switch Socket.send(table[index].descriptor, rest) {
            case .moved(let count): written += count
            case .wouldBlock:
                table[index].unsent = Array(rest)
                return setInterest(slot, [.readable, .writable, .peerClosed])
            case .ended, .failed: return false
            }
        }
        if marksPackets { table[index].writtenAt = Clocks.monotonic() }
        return true
    }

    func continueWriting(_ slot: Int32) {
        if C.isShared { return continueShared(slot) }
        let index = Int(slot)
        guard !table[index].unsent.isEmpty else { return }
        output.clear()
        output.append(table[index].unsent)
        table[index].unsent = []
        guard transmit(slot) else { return lost(slot, .reset, Clocks.monotonic()) }
        if table[index].unsent.isEmpty { _ = setInterest(slot, [.readable, .peerClosed]) }
    }

    /// Level-triggered: one read an event, the rest with the next.
    func receive(_ slot: Int32) {
        if C.isShared { return receiveShared(slot) }
        let index = Int(slot)
        switch Socket.receive(table[index].descriptor, into: input) {
        case .wouldBlock: return
        case .moved(let count):
            let now = Clocks.monotonic()
            take(slot, UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(input)[..<count]), now)
        case .ended:
            let now = Clocks.monotonic()
            // A datagram may be empty.
            guard script.carrier == .stream else { return take(slot, .init(start: nil, count: 0), now) }
            let progress = table[index].conversation.end()
            if progress == .incomplete { lost(slot, .cutOff, now) } else { advance(slot, progress, now) }
        case .failed(let number):
            lost(slot, Socket.outcome(ofError: number, script.carrier), Clocks.monotonic())
        }
    }

    private func take(_ slot: Int32, _ bytes: UnsafeRawBufferPointer, _ now: Int64) {
        let index = Int(slot)
        let generation = table[index].generation
        var position = 0
        repeat {
            output.clear()
            let progress = table[index].conversation.feed(bytes, from: &position, into: &output)
            // What the protocol says in between, such as a setting or a pong, is no answer.
            if table[index].firstByte == 0, table[index].conversation.hasBegun {
                table[index].firstByte = now
            }
            guard transmit(slot) else { return lost(slot, .reset, now) }
            if table[index].state == .preparing, table[index].setUp.secured == 0,
                table[index].conversation.isSecured
            {
                table[index].setUp.secured = now
            }
            advance(slot, progress, now)
        } while (position < bytes.count || table[index].conversation.hasUnread)
            && table[index].generation == generation
    }

    private func advance(_ slot: Int32, _ progress: Progress, _ now: Int64) {
        let index = Int(slot)
        switch (progress, table[index].state) {
        case (.incomplete, _): return
        case (.ready, .preparing): established(slot, now)
        case (.complete(let outcome, let reusable), .busy):
            finish(slot, outcome, now)
            // An answer to a request that is not written yet (413): the rest would be taken for the next request.
            table[index].served += 1
            guard reusable, table[index].unsent.isEmpty, table[index].served < mostServed else {
                return close(slot)
            }
            busy.remove(slot, in: links)
            table[index].state = .idle
            idle.append(slot, in: links)
            serveWaiting()
        case (.failed(let outcome), .preparing):
            if complaint == nil { complaint = table[index].conversation.complaint }
            setUpFailed(slot, outcome, now)
        case (.unprocessed, .busy) where !table[index].isRepetition:
            let pending = table[index].request
            close(slot)
            openToRepeat(pending, now)
        case (.unprocessed, .busy):
            finish(slot, .reset, now)
            close(slot)
        case (.failed(let outcome), .busy):
            finish(slot, outcome, now)
            close(slot)
        case (_, .preparing): setUpFailed(slot, .malformed, now)
        // What nobody asked for.
        default: lost(slot, .malformed, now)
        }
    }

    /// The connection ended, perhaps with a request under way. The server may have closed a kept-alive connection just
    /// before the request arrived: then, as HTTP clients do (RFC 9112, 9.3.1), a request that may be repeated and got no
    /// byte of answer on a reused connection is sent once more, on a fresh connection: the other idle ones may have been
    /// closed as well. So there is no second repetition. Its due time and its first send are kept.
    func lost(_ slot: Int32, _ outcome: Outcome, _ now: Int64) {
        let index = Int(slot)
        if table[index].state == .preparing { return setUpFailed(slot, .notConnected, now) }
        guard table[index].state == .busy else { return close(slot) }
        let pending = table[index].request
        let isRace = table[index].served > 0 && !table[index].conversation.hasBegun && script.mayRepeat
        guard isRace else {
            finish(slot, outcome, now)
            return close(slot)
        }
        close(slot)
        openToRepeat(pending, now)
    }

    func serveWaiting() {
        while idle.count > 0, let request = waiting.popFirst() {
            guard sendOnIdle(request.due, request.number, Clocks.monotonic()) else {
                return waiting.putBack(request)
            }
        }
    }

    /// The outcome of a request that is on a connection; the connection is the caller's.
    func finish(_ slot: Int32, _ outcome: Outcome, _ now: Int64) {
        let index = Int(slot)
        let firstByte = table[index].firstByte
        record(
            table[index].request,
            firstByte: firstByte == 0 ? now : firstByte,
            done: now,
            outcome,
            on: slot
        )
    }

    /// The outcome of a request that was never sent.
    func fail(_ request: WaitingQueue.Request, _ outcome: Outcome, _ now: Int64) {
        record(
            SentRequest(due: request.due, firstSent: request.due, number: request.number),
            firstByte: now,
            done: now,
            outcome
        )
    }
}
