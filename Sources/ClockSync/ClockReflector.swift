package import LinuxSystem
import Synchronization

/// Answers clock probes with this host's CLOCK_MONOTONIC: the reference. One socket, one thread; sessions are admitted
/// with their key, and packets of no session are not answered.
package final class ClockReflector: Sendable {
    private struct State {
        var keys: [UInt64: ProbeKey] = [:]
        var answered = 0
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

    /// Probes that were answered, and packets that were not.
    package var counts: (answered: Int, refused: Int) { state.withLock { ($0.answered, $0.refused) } }

    /// Ends the thread; without it the reflector lives as long as the process.
    package func stop() {
        stopping.store(true, ordering: .releasing)
        wakeup.signal()
    }

    private func run() {
        var clock = ArrivalClock()
        var buffer = [UInt8](repeating: 0, count: ProbePacket.size + 1)
        while !stopping.load(ordering: .acquiring) {
            _ = try? poller.wait(timeoutNanoseconds: 1_000_000_000) { _ in }
            // Bounded, so that a flood does not keep the thread from stopping.
            for _ in 0..<64 {
                guard let arrival = socket.receive(into: &buffer) else { break }
                answer(arrival, buffer, &clock)
            }
        }
    }

    private func answer(_ arrival: ProbeSocket.Arrival, _ buffer: [UInt8], _ clock: inout ArrivalClock) {
        var arrival = arrival
        let received = clock.monotonic(arrival)
        let bytes = buffer.prefix(arrival.count)
        let key = ProbePacket.session(of: bytes).flatMap { session in state.withLock { $0.keys[session] } }
        guard let key, var packet = ProbePacket(bytes, kind: .probe, key: key) else {
            state.withLock { $0.refused += 1 }
            return
        }
        packet.kind = .answer
        packet.received = received
        packet.referenceEpoch = epoch
        packet.answered = Clocks.monotonic()
        socket.send(packet.encoded(key: key), to: &arrival)
        state.withLock { $0.answered += 1 }
    }
}
