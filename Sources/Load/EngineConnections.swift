import Codecs
import Glibc
import LinuxSystem
import Recording

/// Opening and closing. A refused connect fails what waits, once each; the next attempt comes `reconnectInterval` later.
/// A connect without an answer fails nobody: what waits has its own time-outs.
extension Engine {
    /// Gives what waits a chance: fails it while nothing listens, else opens connections for it, as many as wait.
    func settle(_ now: Int64) {
        if C.isShared { return settleShared(now) }
        while !waiting.isEmpty {
            let isDown = refusal != nil && idle.count + busy.count + connecting.count == 0
            if now < noAttemptBefore {
                guard isDown, let refusal else { return }
                while let request = waiting.popFirst() { fail(request, refusal, now) }
                return
            }
            // While nothing is known to listen, one attempt finds out for all.
            let wanted = refusal == nil ? waiting.count : 1
            guard connecting.count < wanted, mayAttempt(now), let slot = free.popFirst(in: links) else {
                return
            }
            open(slot, now)
        }
    }

    /// Half of the connections may be opened at once; further attempts, while those have no answer, are spread over the
    /// time-out. A path that swallows packets and comes back is so noticed by a fresh attempt within
    /// `time-out / (connections / 2)`, and not only when all attempts have timed out together.
    func mayAttempt(_ now: Int64) -> Bool {
        let half = max(1, slots / 2)
        return connecting.count < half || now >= lastAttempt &+ attemptGap
    }

    var attemptGap: Int64 { timeout / Int64(max(1, slots / 2)) }

    /// One more connection, for this request alone; a failure of the connection is the request's.
    func openToRepeat(_ request: SentRequest, _ now: Int64) {
        guard now >= noAttemptBefore, let slot = free.popFirst(in: links) else {
            return record(request, firstByte: now, done: now, request.last ?? .reset)
        }
        repeating += 1
        open(slot, now, toRepeat: request)
    }

    func open(_ slot: Int32, _ now: Int64, toRepeat request: SentRequest? = nil) {
        let index = Int(slot)
        table[index].generation &+= 1
        table[index].served = 0
        table[index].since = now
        table[index].isRepetition = request != nil
        if let request { table[index].request = request }
        table[index].setUp = SetUpStamps(began: now)
        table[index].state = .connecting
        connecting.append(slot, in: links)
        lastAttempt = now
        switch Socket.open(address, script.carrier) {
        case .failed(let number): connectFailed(slot, errno: number, now)
        case .underWay(let descriptor):
            table[index].descriptor = descriptor
            watch(slot, .writable, now)
        case .connected(let descriptor):
            table[index].descriptor = descriptor
            if watch(slot, [.readable, .peerClosed], now) { prepare(slot, now) }
        }
    }

    @discardableResult
    private func watch(_ slot: Int32, _ interest: Poller.Interest, _ now: Int64) -> Bool {
        do {
            try poller.add(table[Int(slot)].descriptor, token: token(of: slot), interest)
            return true
        } catch {
            note(error)
            connectFailed(slot, errno: 0, now)
            return false
        }
    }

    func handle(_ event: Poller.Event) {
        let slot = Int32(truncatingIfNeeded: event.token & 0xffff_ffff)
        guard slot >= 0, Int(slot) < slots, token(of: slot) == event.token else { return }
        switch table[Int(slot)].state {
        case .closed: return
        case .connecting: finishConnecting(slot)
        case .preparing, .idle, .roomy, .busy:
            if event.seen.contains(.writable) { continueWriting(slot) }
            let isReadable = !event.seen.isDisjoint(with: [.readable, .peerClosed, .hangUp, .error])
            if isReadable, token(of: slot) == event.token { receive(slot) }
        }
    }

    private func finishConnecting(_ slot: Int32) {
        let index = Int(slot)
        var number = Socket.error(of: table[index].descriptor)
        let now = Clocks.monotonic()
        if number == 0, Socket.isItsOwnPeer(table[index].descriptor) {
            Socket.reset(table[index].descriptor)
            table[index].descriptor = -1
            number = ECONNREFUSED
        }
        guard number == 0, setInterest(slot, [.readable, .peerClosed]) else {
            return connectFailed(slot, errno: number, now)
        }
        prepare(slot, now)
    }

    /// The connection is open: what the protocol says first goes out.
    private func prepare(_ slot: Int32, _ now: Int64) {
        let index = Int(slot)
        table[index].state = .preparing
        table[index].setUp.connected = now
        table[index].conversation = C(script)
        if C.isShared { return prepareShared(slot, now) }
        output.clear()
        let opening = table[index].conversation.begin(into: &output)
        guard transmit(slot) else { return setUpFailed(slot, .notConnected, now) }
        if opening == .ready { established(slot, now) }
    }

    /// False: the connection cannot be used any more.
    func setInterest(_ slot: Int32, _ interest: Poller.Interest) -> Bool {
        do {
            try poller.modify(table[Int(slot)].descriptor, token: token(of: slot), interest)
            return true
        } catch {
            note(error)
            return false
        }
    }

    /// The connection takes requests.
    func established(_ slot: Int32, _ now: Int64) {
        let index = Int(slot)
        table[index].setUp.ready = now
        refusal = nil
        noAttemptBefore = .min
        connectionsOpened += 1
        connecting.remove(slot, in: links)
        if C.isShared { return relist(slot) }
        table[index].port = marksPackets ? Socket.localPort(of: table[index].descriptor) : 0
        if table[index].isRepetition {
            repeating -= 1
            let request = table[index].request.sent(again: now)
            if !send(request, on: slot, now, repeats: true) {
                record(request, firstByte: now, done: now, request.last ?? .reset)
            }
        } else {
            table[index].state = .idle
            idle.append(slot, in: links)
        }
        serveWaiting()
        // Whoever it was opened for has given up; for a later request it would be an old one.
        if script.needsFreshConnection, table[index].state == .idle { close(slot) }
    }

    private func connectFailed(_ slot: Int32, errno number: Int32, _ now: Int64) {
        // Of this host, not of the target: the outcome alone would blame the wrong one.
        let own = [EMFILE, ENFILE, ENOMEM, ENOBUFS, EADDRNOTAVAIL, EACCES, EPERM, EAFNOSUPPORT]
        if own.contains(number) { note(SystemError("connect to \(address)", errno: number)) }
        setUpFailed(slot, number == ECONNREFUSED ? .refused : .notConnected, now)
    }

    /// No request can be sent on this connection, and on the next neither, as far as is known.
    func setUpFailed(_ slot: Int32, _ outcome: Outcome, _ now: Int64) {
        refusal = outcome
        noAttemptBefore = now &+ Self.reconnectInterval
        giveUp(slot, now)
    }

    /// An attempt without a connection. What waits is not its own; a request that it was to repeat is: sent once, and
    /// nobody knows whether it took effect.
    func giveUp(_ slot: Int32, _ now: Int64) {
        if table[Int(slot)].isRepetition {
            repeating -= 1
            let request = table[Int(slot)].request
            record(request, firstByte: now, done: now, request.last ?? .reset)
        }
        close(slot)
    }

    /// Closes the socket and frees the slot; the request on it is the caller's.
    func close(_ slot: Int32) {
        let index = Int(slot)
        switch table[index].state {
        case .closed: return
        case .connecting, .preparing: connecting.remove(slot, in: links)
        case .idle: idle.remove(slot, in: links)
        case .roomy: shared.roomy.remove(slot, in: links)
        case .busy: busy.remove(slot, in: links)
        }
        // Closing takes it out of epoll too: the descriptor has no duplicate.
        if table[index].descriptor >= 0 { Socket.close(table[index].descriptor) }
        table[index].descriptor = -1
        table[index].unsent = []
        table[index].state = .closed
        table[index].generation &+= 1
        free.append(slot, in: links)
    }

    private func token(of slot: Int32) -> UInt64 {
        UInt64(table[Int(slot)].generation) << 32 | UInt64(UInt32(bitPattern: slot))
    }
}
