package import LinuxSystem
import Measures
import Synchronization

/// Measures the ways to other hosts and back, over the network that the experiment uses, so that its faults act on these
/// probes as on any other packet. One socket and one thread ask some peers and answer the others.
package final class PathStation: Sendable {
    package struct Peer: Sendable {
        package var name: String
        package var endpoint: Endpoint
        package var session: UInt64
        package var key: ProbeKey
        /// Asks the peer; else only answers it: one of the two is enough for both ways.
        package var asks: Bool

        package init(name: String, endpoint: Endpoint, session: UInt64, key: ProbeKey, asks: Bool) {
            self.name = name
            self.endpoint = endpoint
            self.session = session
            self.key = key
            self.asks = asks
        }
    }

    /// Time between two probes of one peer, on average.
    package static let period: Duration = .milliseconds(50)
    /// Nanoseconds: an answer to what was sent before is none.
    private static let longestWay: Int64 = 600_000_000_000

    private struct Line: Sendable {
        let peer: Peer
        let address: PathSocket.Address
        /// Next probe, CLOCK_MONOTONIC.
        var due: Int64
    }

    private struct State {
        /// By peer's name.
        var ledgers: [String: PathLedger] = [:]
        var refused = 0
    }

    private let socket: PathSocket
    private let wakeup: Wakeup
    private let poller: Poller
    private let lines: [Line]
    /// By session: the index in `lines`.
    private let sessions: [UInt64: Int]
    private let state: Mutex<State>
    private let stopping = Atomic(false)
    /// Limits of the peer's − this host's clock at a local instant.
    private let offset: @Sendable (_ peer: String, _ local: Int64) -> ClosedRange<Int64>?

    /// Begins at once. Errors: the port is taken (`ClockSyncError`), `SystemError`.
    package init(
        listening endpoint: Endpoint,
        peers: [Peer],
        in namespace: NetworkNamespace? = nil,
        offset: @escaping @Sendable (_ peer: String, _ local: Int64) -> ClosedRange<Int64>?
    ) throws {
        socket = try PathSocket.open(bound: endpoint, in: namespace)
        wakeup = try Wakeup()
        poller = try Poller(capacity: 4)
        self.offset = offset
        let now = Clocks.monotonic()
        lines = try peers.map { Line(peer: $0, address: try PathSocket.Address($0.endpoint), due: now) }
        sessions = Dictionary(lines.enumerated().map { ($1.peer.session, $0) }) { first, _ in first }
        var state = State()
        for peer in peers where peer.asks { state.ledgers[peer.name] = PathLedger(from: now) }
        self.state = Mutex(state)
        try poller.add(socket.number, token: 0, .readable)
        try poller.add(wakeup.number, token: 1, .readable)
        // The thread keeps this alive until `stop`.
        _ = try PinnedThread(name: "path probes") { self.run() }
    }

    /// Ends a stretch of every path that is asked, and tells those that are ripe (see `PathLedger`), by peer's name; at the
    /// end all that are left.
    package func cut(isLast: Bool = false) -> [(peer: String, stretch: PathLedger.Stretch)] {
        state.withLock { state in
            let now = Clocks.monotonic()
            return state.ledgers.keys.sorted().flatMap { name in
                let told = isLast ? state.ledgers[name]?.finish(at: now) : state.ledgers[name]?.cut(at: now)
                return (told ?? []).map { (name, $0) }
            }
        }
    }

    /// Packets that were none of a session's.
    package var refused: Int { state.withLock { $0.refused } }

    package func stop() {
        stopping.store(true, ordering: .releasing)
        wakeup.signal()
    }

    private func run() {
        var lines = lines
        var arrivals = lines.map { _ in PathArrivals() }
        var buffer = [UInt8](repeating: 0, count: PathPacket.size + 1)
        var random = SeededGenerator(seed: lines.first?.peer.session ?? 0)
        while !stopping.load(ordering: .acquiring) {
            let now = Clocks.monotonic()
            var next = now + 1_000_000_000
            for index in lines.indices where lines[index].peer.asks {
                if now >= lines[index].due {
                    ask(lines[index])
                    // Jittered, so that it keeps in step with nothing; late ones are not made up for.
                    let period = Self.period.nanoseconds
                    lines[index].due =
                        now + Int64.random(in: period * 9 / 10...period * 11 / 10, using: &random)
                }
                next = min(next, lines[index].due)
            }
            _ = try? poller.wait(timeoutNanoseconds: max(0, next - Clocks.monotonic())) { _ in }
            wakeup.clear()
            // Bounded, so that a flood does not keep the thread from stopping.
            for _ in 0..<64 {
                guard let (count, at) = socket.receive(into: &buffer) else { break }
                take(buffer.prefix(count), at: at, &arrivals)
            }
        }
    }

    private func ask(_ line: Line) {
        let now = Clocks.monotonic()
        guard let sequence = state.withLock({ $0.ledgers[line.peer.name]?.send(at: now) }) else { return }
        let packet = PathPacket(kind: .probe, session: line.peer.session, sequence: sequence, sent: now)
        socket.send(packet.encoded(key: line.peer.key), to: line.address)
    }

    private func take(_ bytes: ArraySlice<UInt8>, at now: Int64, _ arrivals: inout [PathArrivals]) {
        guard let index = PathPacket.session(of: bytes).flatMap({ sessions[$0] }),
            let packet = PathPacket(bytes, key: lines[index].peer.key)
        else { return state.withLock { $0.refused += 1 } }
        let peer = lines[index].peer
        // Whoever asks is never asked in the same session: a packet that comes back to its sender answers nothing.
        switch packet.kind {
        case .answer:
            // What is none of ours must not be reckoned with.
            guard (now - Self.longestWay...now).contains(packet.sent) else {
                return state.withLock { $0.refused += 1 }
            }
            // Between sending and receipt the limits are nowhere wider than at one of the two.
            let (first, last) = (offset(peer.name, packet.sent), offset(peer.name, now))
            let limits = first.flatMap { first in
                last.map {
                    min(first.lowerBound, $0.lowerBound)...max(first.upperBound, $0.upperBound)
                }
            }
            state.withLock { state in
                if state.ledgers[peer.name]?.take(packet, returned: now, offset: limits) != true {
                    state.refused += 1
                }
            }
        case .probe:
            guard !peer.asks, let arrived = arrivals[index].note(packet.sequence) else {
                return state.withLock { $0.refused += 1 }
            }
            var answer = packet
            answer.kind = .answer
            answer.received = now
            answer.arrived = arrived
            answer.answered = Clocks.monotonic()
            socket.send(answer.encoded(key: peer.key), to: lines[index].address)
        }
    }
}
