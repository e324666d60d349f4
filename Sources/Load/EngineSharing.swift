import Codecs
import LinuxSystem
import Plan
import Recording

/// Connections that carry several requests: who is asked, and the writing.
extension Engine {
    /// At once on a connection that carries nothing; else on the one that was asked last and is not written yet, so that
    /// what is due together goes out in few pieces; else on the one with room that was asked longest ago. False: there is
    /// none. It is written with the next `writeAsked`.
    @inline(__always)
    func share(_ due: Int64, _ number: UInt64) -> Bool {
        let slot = idle.head >= 0 ? idle.head : filling ?? shared.roomy.head
        guard slot >= 0 else { return false }
        ask(SentRequest(due: due, firstSent: .min, number: number), on: slot, repeats: false)
        return true
    }

    /// - Parameter slot: of a connection with room.
    func ask(_ request: SentRequest, on slot: Int32, repeats: Bool) {
        let index = Int(slot)
        let isFirst = shared[slot].firstAsked < 0
        let progress = table[index].conversation.ask(
            numbers.number(ofOwn: request.number),
            into: &shared[slot].outbox.bytes
        )
        guard progress == .incomplete else {
            // Nothing of it was handed to the kernel; the connection is broken in itself.
            let now = Clocks.monotonic()
            sendLater(unsent: request, now, repeats: repeats)
            return endShared(slot, .reset, now)
        }
        shared.ask(request, on: slot, table[index].conversation.place, repeats: repeats)
        if shared[slot].asked >= mostServed { shared[slot].isDraining = true }
        let before = table[index].state
        relist(slot)
        if isFirst, before == .roomy, table[index].state == .roomy {
            shared.roomy.remove(slot, in: links)
            shared.roomy.append(slot, in: links)
        }
    }

    /// The connection that was asked last, while it is not written and has room.
    private var filling: Int32? {
        guard let slot = shared.unwritten.last, table[Int(slot)].state == .roomy else { return nil }
        return slot
    }

    /// What waits goes to who has room, those first that were to be sent before.
    func serveShared() {
        if !retrying.isEmpty { sendAgain(Clocks.monotonic()) }
        while idle.count + shared.roomy.count > 0, let request = waiting.popFirst() {
            _ = share(request.due, request.number)
        }
        writeAsked()
    }

    /// What was asked since the last call goes out, all of one connection's in one piece.
    func writeAsked() {
        var next = 0
        // Nothing is asked meanwhile.
        while next < shared.unwritten.count {
            let slot = shared.unwritten[next]
            next += 1
            guard shared[slot].firstAsked >= 0 else { continue }
            let now = Clocks.monotonic()
            // Of earlier bytes the kernel has some, or all.
            let isUntouched = shared[slot].outbox.sent == 0
            let isWhole = table[Int(slot)].conversation.flush(into: &shared[slot].outbox.bytes)
            let isAlive = isWhole && push(slot)
            // What the kernel has none of was not sent.
            if isAlive || isWhole && !isUntouched || shared[slot].outbox.sent > 0 {
                shared.written(slot, at: now)
            }
            if !isAlive {
                endShared(slot, .reset, now)
            } else if shared[slot].isBlocked {
                relist(slot)
            }
        }
        shared.unwritten.removeAll(keepingCapacity: true)
    }

    /// Hands the outbox to the kernel, as far as it takes it; where it is full, the connection is to be listed anew. False:
    /// the connection is dead.
    func push(_ slot: Int32) -> Bool {
        guard !shared[slot].isBlocked else { return true }
        while !shared[slot].outbox.isEmpty {
            switch Socket.send(table[Int(slot)].descriptor, shared[slot].outbox.rest) {
            case .moved(let count): shared[slot].outbox.advance(count)
            case .wouldBlock:
                shared[slot].isBlocked = true
                return setInterest(slot, [.readable, .writable, .peerClosed])
            case .ended, .failed: return false
            }
        }
        return true
    }

    func continueShared(_ slot: Int32) {
        guard shared[slot].isBlocked else { return }
        shared[slot].isBlocked = false
        let isAlive = push(slot) && (shared[slot].isBlocked || setInterest(slot, [.readable, .peerClosed]))
        guard isAlive else { return endShared(slot, .reset, Clocks.monotonic()) }
        guard table[Int(slot)].state != .preparing else { return }
        relist(slot)
        serveShared()
    }

    /// Onto the list on which it belongs by what it carries; closed where nobody waits for it and nobody may ask.
    func relist(_ slot: Int32) {
        let index = Int(slot)
        if shared[slot].isDraining, shared[slot].awaited == 0 { return close(slot) }
        let isBusy =
            shared[slot].isDraining || shared[slot].isBlocked || table[index].conversation.room <= 0
        let state: Connection<C>.State = isBusy ? .busy : shared[slot].used == 0 ? .idle : .roomy
        guard state != table[index].state else { return }
        switch table[index].state {
        case .idle: idle.remove(slot, in: links)
        case .roomy: shared.roomy.remove(slot, in: links)
        case .busy: busy.remove(slot, in: links)
        case .closed, .connecting, .preparing: break
        }
        table[index].state = state
        switch state {
        case .idle: idle.append(slot, in: links)
        case .roomy: shared.roomy.append(slot, in: links)
        default: busy.append(slot, in: links)
        }
    }
}
