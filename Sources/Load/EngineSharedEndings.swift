import Codecs
import LinuxSystem
import Recording

/// Connections that carry several requests: time-outs, lost connections, and what is sent again.
extension Engine {
    /// The connection ended; each request that was under way on it has this outcome, and what was not written is sent on
    /// another connection.
    ///
    /// The server may have closed a kept-alive connection just before requests arrived on it (see `lost`). So what was
    /// asked on one that was used before and carried nothing, and from which nothing has come since, is sent once more where
    /// that does no harm. Once bytes have come, requests and answers overlap, and nobody knows what the server had looked at.
    func endShared(_ slot: Int32, _ outcome: Outcome, _ now: Int64) {
        let index = Int(slot)
        switch table[index].state {
        case .closed: return
        case .connecting, .preparing: return setUpFailed(slot, .notConnected, now)
        case .idle, .roomy, .busy: break
        }
        let isRace = shared[slot].isSilent && table[index].served > 0 && script.mayRepeat
        for place in 0..<shared.most where shared[slot, place].state != .none {
            let flight = shared[slot, place]
            shared.free(slot, place)
            switch flight.state {
            case .none, .givenUp: continue
            case .asked: sendLater(unsent: flight.request, now, repeats: flight.isRepetition)
            case .underWay where isRace && !flight.isRepetition && sendsAgain:
                repeatOnce(flight.request, notBefore: now, openedSince: now)
            case .underWay: recordShared(flight, on: slot, outcome, now)
            }
        }
        shared[slot].restart()
        close(slot)
    }

    /// Time-outs. One request's does not take the others with it. Where the protocol can, it is cancelled; else its answer
    /// keeps its place, and the connection takes no further requests: it is closed when those that are on it have their
    /// outcomes. So is one from which nothing has come since the request was written, for the path may be dead.
    func expireShared(_ now: Int64) {
        guard let (slot, place) = shared.oldest, shared[slot, place].since &+ timeout <= now else { return }
        while let (slot, place) = shared.oldest, shared[slot, place].since &+ timeout <= now {
            let flight = shared[slot, place]
            shared.settle(slot, place)
            recordShared(flight, on: slot, .timedOut, now)
            let isGone = table[Int(slot)].conversation.giveUp(place, into: &shared[slot].outbox.bytes)
            if isGone { shared.free(slot, place) }
            if !isGone || shared[slot].heardAt < flight.since { shared[slot].isDraining = true }
            if push(slot) { relist(slot) } else { endShared(slot, .reset, now) }
        }
        // There may be room again.
        serveShared()
    }

    /// The peer says that it never looked at it: sent once more, on any connection; where this one still takes requests,
    /// its server is asked for a little patience.
    func repeatUnprocessed(_ slot: Int32, _ place: Int, _ now: Int64) {
        let flight = shared[slot, place]
        guard flight.state == .underWay else { return shared.free(slot, place) }
        shared.free(slot, place)
        guard !flight.isRepetition, sendsAgain else { return recordShared(flight, on: slot, .reset, now) }
        let isLeaving = table[Int(slot)].conversation.room <= 0
        repeatOnce(flight.request, notBefore: isLeaving ? now : now &+ Self.reconnectInterval)
    }

    private func repeatOnce(_ request: SentRequest, notBefore: Int64, openedSince: Int64 = .min) {
        var request = request
        // Where it cannot be sent again, nobody knows what became of it.
        request.last = .reset
        enqueue(
            Retry(
                request: request,
                notBefore: notBefore,
                until: notBefore &+ timeout,
                reason: .repetition,
                openedSince: openedSince
            )
        )
    }

    /// It waits on as if it had never been asked, within its time-out.
    func sendLater(unsent request: SentRequest, _ now: Int64, repeats: Bool) {
        var request = request
        if request.firstSent == .min { request.firstSent = request.due }
        guard sendsAgain else {
            return record(request, firstByte: now, done: now, request.last ?? .dropped)
        }
        enqueue(
            Retry(
                request: request,
                notBefore: now,
                until: request.due &+ timeout,
                reason: repeats ? .repetition : .unsent
            )
        )
    }

    /// By when they may go.
    private func enqueue(_ retry: Retry) {
        let place = retrying.firstIndex { $0.notBefore > retry.notBefore } ?? retrying.count
        retrying.insert(retry, at: place)
    }

    /// Those whose time has come, in order, as far as there is room for them.
    func sendAgain(_ now: Int64) {
        var taken = 0
        while taken < retrying.count, retrying[taken].notBefore <= now {
            let retry = retrying[taken]
            if let slot = room(openedSince: retry.openedSince) {
                var request = retry.request
                if retry.reason == .unsent, request.last == nil { request.firstSent = .min }
                if retry.reason == .retry { interval.retries += 1 }
                ask(request, on: slot, repeats: retry.reason == .repetition)
            } else if retry.until <= now {
                var final = retry.request
                final.retries = retries
                record(final, firstByte: now, done: now, final.last ?? .dropped)
            } else {
                break
            }
            taken += 1
        }
        retrying.removeFirst(taken)
        writeAsked()
    }

    private func room(openedSince instant: Int64) -> Int32? {
        for list in [idle, shared.roomy] {
            var slot = list.head
            while slot >= 0, table[Int(slot)].setUp.began < instant { slot = links[Int(slot)].next }
            if slot >= 0 { return slot }
        }
        return nil
    }

    /// Opens connections for what waits, as many as can carry it; fails it while nothing listens.
    func settleShared(_ now: Int64) {
        while true {
            let isDue = retrying.first.map { $0.notBefore <= now } ?? false
            let queued = waiting.count + (isDue ? retrying.count : 0)
            guard queued > 0 else { return }
            if now < noAttemptBefore {
                let isDown = idle.count + shared.roomy.count + busy.count + connecting.count == 0
                if isDown, let refusal { failQueued(refusal, now) }
                return
            }
            // While nothing is known to listen, one attempt finds out for all.
            let wanted = refusal == nil ? (queued + shared.most - 1) / shared.most : 1
            guard connecting.count < wanted, mayAttempt(now), let slot = free.popFirst(in: links) else {
                return
            }
            open(slot, now)
        }
    }

    private func failQueued(_ refusal: Outcome, _ now: Int64) {
        while let request = waiting.popFirst() { fail(request, refusal, now) }
        let due = retrying.prefix { $0.notBefore <= now }
        retrying.removeFirst(due.count)
        for retry in due {
            // What was sent once may have taken effect.
            let last = retry.request.last.flatMap { $0.certainty == .unknown ? $0 : nil }
            record(retry.request, firstByte: now, done: now, last ?? refusal)
        }
    }

    /// When a connection may next be opened for what waits; at most until then.
    func nextOpening(until: Int64, _ now: Int64) -> Int64 {
        var next = until
        if noAttemptBefore > now { next = min(next, noAttemptBefore) }
        let paced = lastAttempt &+ attemptGap
        if free.count > 0, paced > now { next = min(next, paced) }
        return next
    }
}
