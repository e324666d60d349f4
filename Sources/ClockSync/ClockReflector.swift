package import LinuxSystem
import Synchronization

/// Answers clock probes with this host's CLOCK_MONOTONIC: the reference. One socket, one thread; sessions are admitted
/// with their key, and packets of no session are not answered.
package final class ClockReflector: Sendable {
    private struct State {
        var keys: [UInt64: ProbeKey] = [:]
        var answered = 0
        var followed = 0
        var refused = 0
    }

    private let socket: ProbeSocket
    private let wakeup: Wakeup
    private let poller: Poller
    private let epoch: UInt64
    private let state = Mutex(State())
    private let stopping = Atomic(false)

    /// The port that it listens on; useful when 0 was asked for.
    package let port: UInt16

    /// Port 0: any free one. `epoch`: a random number for this process. Errors: `ClockSyncError`, `SystemError`.
    package init(listening endpoint: Endpoint, in namespace: NetworkNamespace? = nil, epoch: UInt64) throws {
        socket = try ProbeSocket.open(bound: endpoint, peer: nil, in: namespace)
        port = socket.port()
        wakeup = try Wakeup()
        poller = try Poller(capacity: 4)
        self.epoch = epoch
        try poller.add(socket.number, token: 0, .readable)
        try poller.add(wakeup.number, token: 1, .readable)
        // The thread keeps this alive until `stop`.
        _ = try PinnedThread(name: "clock reference") { self.run() }
    }

    /// A session whose probes are answered from now on.
    package func admit(session: UInt64, key: ProbeKey) { state.withLock { $0.keys[session] = key } }
    package func dismiss(session: UInt64) { state.withLock { _ = $0.keys.removeValue(forKey: session) } }

    /// Probes that were answered, answers whose departure was told as well, and packets that were refused.
    package var counts: (answered: Int, followed: Int, refused: Int) {
        state.withLock { ($0.answered, $0.followed, $0.refused) }
    }

    /// Ends the thread; without it the reflector lives as long as the process.
    package func stop() {
        stopping.store(true, ordering: .releasing)
        wakeup.signal()
    }

    private func run() {
        var desk = Desk(epoch: epoch)
        while !stopping.load(ordering: .acquiring) {
            _ = try? poller.wait(timeoutNanoseconds: 1_000_000_000) { _ in }
            desk.watch()
            // Bounded, so that a flood does not keep the thread from stopping.
            for _ in 0..<64 {
                guard let arrival = socket.receive(into: &desk.buffer) else { break }
                answer(arrival, &desk)
                follow(&desk)
            }
            follow(&desk)
        }
    }

    private func answer(_ arrival: ProbeSocket.Arrival, _ desk: inout Desk) {
        let received = desk.clock.arrival(
            stamp: arrival.kernelStamp,
            takenAt: arrival.userStamp,
            now: .read()
        )
        let bytes = desk.buffer.prefix(arrival.count)
        let key = ProbePacket.session(of: bytes).flatMap { session in state.withLock { $0.keys[session] } }
        guard let key, var packet = ProbePacket(bytes, kind: .probe, key: key) else {
            state.withLock { $0.refused += 1 }
            return
        }
        let slew = ClockSlew.read()
        packet.kind = .answer
        packet.flags = received.isKernels ? .kernelReceived : []
        packet.received = received.nanoseconds
        packet.referenceEpoch = desk.epoch
        packet.slew = slew.monotonicMinusRaw
        // The packet came before this was read, and after the reading before it.
        packet.slewHalfWidth = slew.halfWidth + abs(slew.monotonicMinusRaw - desk.slew.monotonicMinusRaw)
        desk.slew = slew
        packet.answered = Clocks.monotonic()
        desk.departures.append((packet, arrival.sender))
        socket.send(packet.encoded(key: key), to: arrival.sender)
        state.withLock { $0.answered += 1 }
    }

    /// Tells when answers have left, of all whose stamps are there.
    private func follow(_ desk: inout Desk) {
        while let departure = socket.departure(into: &desk.buffer) {
            guard
                let sent = ProbePacket(ownFrame: desk.buffer.prefix(departure.count), kind: .answer),
                let index = desk.departures.firstIndex(where: { $0.packet == sent })
            else { continue }
            let (answer, sender) = desk.departures.remove(at: index)
            let left = desk.clock.departure(stamp: departure.stamp, handedAt: answer.answered, now: .read())
            let key = state.withLock { $0.keys[answer.session] }
            guard left.isKernels, let key else { continue }
            var packet = answer
            packet.kind = .followUp
            packet.flags.insert(.kernelAnswered)
            packet.answered = left.nanoseconds
            socket.send(packet.encoded(key: key), to: sender)
            state.withLock { $0.followed += 1 }
        }
    }

    /// What the thread works with.
    private struct Desk {
        /// Answers whose departure is not known yet; the oldest are given up.
        private static let mostDepartures = 64

        var clock = StampClock()
        /// As it was read for the answer before.
        var slew = ClockSlew.read()
        /// A frame of our own is longer than a packet by its headers.
        var buffer = [UInt8](repeating: 0, count: 512)
        private(set) var epoch: UInt64
        private var continuity = ClockContinuity.read()
        private var watchedAt = Clocks.monotonic()
        var departures: [(packet: ProbePacket, sender: ProbeSocket.Sender)] = [] {
            didSet { if departures.count > Self.mostDepartures { departures.removeFirst() } }
        }

        init(epoch: UInt64) { self.epoch = epoch }

        /// A clock that did not count on evenly is another reference: its probers begin anew.
        mutating func watch() {
            let now = Clocks.monotonic()
            guard now - watchedAt >= 1_000_000_000 else { return }
            watchedAt = now
            let present = ClockContinuity.read()
            if continuity.disruption(until: present) != nil { epoch &+= 1 }
            continuity = present
        }
    }
}
