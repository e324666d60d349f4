import Codecs
import LinuxSystem
import Recording

/// A request that got no answer and is to be sent again.
struct Retry {
    /// Why; the others than `retry` are of shared connections.
    enum Reason {
        /// The load asks for it. Counted.
        case retry
        /// Nobody looked at it, as far as is known. Once only.
        case repetition
        /// The connection that it was to be sent on was dead before the kernel had any of it.
        case unsent
    }

    let request: SentRequest
    /// Never in a hurry: what failed at once would fail at once again.
    let notBefore: Int64
    /// While no connection takes it, until then.
    let until: Int64
    var reason = Reason.retry
    /// On a connection only whose opening began since: the others may be as dead as the one that it was on.
    var openedSince: Int64 = .min
}

/// Retries, where the load asks for them. A request's exchange comes into being with its last try; response time still
/// counts from its due time, and how it ended is how the last try that was made ended.
extension Engine {
    /// Whether the request is sent again instead of being recorded.
    func willRetry(_ request: SentRequest, _ outcome: Outcome, _ now: Int64) -> Bool {
        let isLost = outcome.certainty != .answered && outcome != .dropped
        guard isLost, request.retries < retries, sendsAgain else { return false }
        var again = request
        again.retries += 1
        // What was sent once may have taken effect, whatever happens to later tries.
        again.last =
            request.last.map { $0.certainty == .unknown && outcome.certainty == .failed ? $0 : outcome }
            ?? outcome
        let next = now &+ Self.reconnectInterval
        retrying.append(Retry(request: again, notBefore: next, until: next &+ timeout))
        return true
    }

    /// Those whose time has come, in order, on an idle connection or one of their own. Without either they wait: at most
    /// for a time-out.
    func retry(_ now: Int64) {
        if C.isShared { return sendAgain(now) }
        var taken = 0
        while taken < retrying.count, retrying[taken].notBefore <= now {
            let retry = retrying[taken]
            if let refusal, now < noAttemptBefore, idle.count + busy.count + connecting.count == 0 {
                // While nothing listens, a try fails as the last attempt did.
                record(retry.request, firstByte: now, done: now, refusal)
            } else if let slot = idle.popFirst(in: links) {
                // A dead one is closed on the way; the next is tried.
                guard send(retry.request.sent(again: now), on: slot, now, repeats: true) else { continue }
                interval.retries += 1
            } else if free.count > 0, now >= noAttemptBefore {
                interval.retries += 1
                openToRepeat(retry.request, now)
            } else if retry.notBefore &+ timeout <= now {
                var final = retry.request
                final.retries = retries
                record(final, firstByte: now, done: now, final.last ?? .dropped)
            } else {
                break
            }
            taken += 1
        }
        retrying.removeFirst(taken)
    }

    /// When the first retry can go, as far as is known.
    func nextRetry(_ now: Int64) -> Int64? {
        guard let first = retrying.first else { return nil }
        guard first.notBefore <= now else { return first.notBefore }
        if C.isShared { return nextOpening(until: first.until, now) }
        // An end of a busy connection wakes the loop too.
        return free.count > 0 ? max(now, noAttemptBefore) : first.notBefore &+ timeout
    }

    /// The load stops: what waits to be sent again is not.
    func dropRetries(_ now: Int64) {
        sendsAgain = false
        let dropped = retrying
        retrying = []
        for retry in dropped {
            record(retry.request, firstByte: now, done: now, retry.request.last ?? .dropped)
        }
    }
}

extension SentRequest {
    func sent(first now: Int64) -> SentRequest {
        var request = self
        request.firstSent = now
        return request
    }

    /// When no try before was sent, this is the first time.
    func sent(again now: Int64) -> SentRequest {
        guard last?.certainty == .failed else { return self }
        var request = self
        request.firstSent = now
        return request
    }
}
