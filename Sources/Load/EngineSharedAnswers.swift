import Codecs
import LinuxSystem
import Recording

/// Connections that carry several requests: their beginning, and what comes from the peer.
extension Engine {
    /// The connection is open: what the protocol says first goes out.
    func prepareShared(_ slot: Int32, _ now: Int64) {
        shared.restart(slot)
        let opening = table[Int(slot)].conversation.begin(into: &shared[slot].outbox.bytes)
        guard push(slot) else { return setUpFailed(slot, .notConnected, now) }
        guard opening == .ready else { return }
        established(slot, now)
        serveShared()
    }

    /// Level-triggered: one read an event, the rest with the next. All that comes with it has its instant. What has become due
    /// goes out before the next connection is read, so that neither side waits until the other has dealt with all of them.
    func receiveShared(_ slot: Int32) {
        switch Socket.receive(table[Int(slot)].descriptor, into: input) {
        case .wouldBlock: return
        case .moved(let count):
            let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(input)[..<count])
            let now = Clocks.monotonic()
            takeShared(slot, bytes, now)
            if let due = arrivals.next, due <= now {
                if !waiting.isEmpty || !retrying.isEmpty { serveShared() }
                return takeArrivals(now)
            }
        case .ended: endShared(slot, .cutOff, Clocks.monotonic())
        case .failed(let number):
            endShared(slot, Socket.outcome(ofError: number, .stream), Clocks.monotonic())
        }
        serveShared()
    }

    private func takeShared(_ slot: Int32, _ bytes: UnsafeRawBufferPointer, _ now: Int64) {
        let index = Int(slot)
        let generation = table[index].generation
        shared[slot].heardAt = now
        shared[slot].isSilent = false
        var position = 0
        repeat {
            let progress = table[index].conversation.feed(
                bytes,
                from: &position,
                into: &shared[slot].outbox.bytes
            )
            while let place = table[index].conversation.nextBegun() {
                if shared[slot, place].firstByte == 0 { shared[slot, place].firstByte = now }
            }
            if table[index].state == .preparing, table[index].setUp.secured == 0,
                table[index].conversation.isSecured
            {
                table[index].setUp.secured = now
            }
            advanceShared(slot, progress, now)
        } while (position < bytes.count || table[index].conversation.hasUnread)
            && table[index].generation == generation
        guard table[index].generation == generation else { return }
        guard push(slot) else { return endShared(slot, .reset, now) }
        if table[index].state != .preparing { relist(slot) }
    }

    private func advanceShared(_ slot: Int32, _ progress: Progress, _ now: Int64) {
        let index = Int(slot)
        switch (progress, table[index].state) {
        case (.incomplete, _): return
        // Nothing is asked before all that came is looked at: it is no answer to what is asked now.
        case (.ready, .preparing): established(slot, now)
        case (.failed(let outcome), .preparing):
            if complaint == nil { complaint = table[index].conversation.complaint }
            setUpFailed(slot, outcome, now)
        case (_, .preparing): setUpFailed(slot, .malformed, now)
        case (.complete(let outcome, let reusable), _):
            if !reusable { shared[slot].isDraining = true }
            answered(slot, table[index].conversation.place, outcome, now)
        case (.unprocessed, _): repeatUnprocessed(slot, table[index].conversation.place, now)
        case (.failed(let outcome), _): endShared(slot, outcome, now)
        case (.ready, _): endShared(slot, .malformed, now)
        }
    }

    private func answered(_ slot: Int32, _ place: Int, _ outcome: Outcome, _ now: Int64) {
        switch shared[slot, place].state {
        case .underWay:
            let flight = shared[slot, place]
            shared.free(slot, place)
            recordShared(flight, on: slot, outcome, now)
        case .givenUp: shared.free(slot, place)
        // An answer to what nobody has heard yet.
        case .none, .asked: endShared(slot, .malformed, now)
        }
    }

    /// Its outcome; whether its place is free is the caller's.
    func recordShared(_ flight: Flight, on slot: Int32, _ outcome: Outcome, _ now: Int64) {
        // The connection's beginning is told with the first of its requests that ends; its port is not known.
        record(
            flight.request,
            firstByte: flight.firstByte == 0 ? now : flight.firstByte,
            done: now,
            outcome,
            on: slot
        )
        table[Int(slot)].served += 1
    }
}
