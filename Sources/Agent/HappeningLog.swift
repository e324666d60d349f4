import AgentProtocol
import SwiftProtobuf
import Synchronization

/// What a session has told, numbered, until the coordinator says that it is written down: a connection that breaks loses
/// nothing, and nothing is told twice.
final class HappeningLog: Sendable {
    private struct State {
        /// Each with its bytes, measured once: what is let go frees what it took.
        var kept: [(happening: Faultline_Agent_V1_Happening, size: Int)] = []
        var bytes = 0
        /// Of the next one.
        var number: UInt64 = 1
        var isFinished = false
        var dropped = 0
        var bells: [Int: AsyncStream<Void>.Continuation] = [:]
        var bellNumber = 0
    }

    /// Bytes of what is told and not acknowledged: batches beyond are dropped, and the run ends for it. Events, which say so,
    /// have as much again.
    static let capacity = 64 << 20
    /// Handed to a reader at once.
    private static let most = 64

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int = HappeningLog.capacity) {
        self.capacity = capacity
    }

    /// Batches that found no room: what was told is not whole.
    var dropped: Int { state.withLock { $0.dropped } }
    /// The last one's number; 0: nothing was told.
    var last: UInt64 { state.withLock { $0.number - 1 } }

    func yield(_ happening: Faultline_Agent_V1_Happening) {
        let size = (try? happening.serializedData().count) ?? 0
        state.withLock { state in
            let isEvent = if case .event = happening.body { true } else { false }
            guard !state.isFinished, state.bytes + size <= (isEvent ? 2 * capacity : capacity) else {
                if !state.isFinished { state.dropped += 1 }
                return
            }
            var happening = happening
            happening.number = state.number
            state.number += 1
            state.kept.append((happening, size))
            state.bytes += size
            for bell in state.bells.values { bell.yield() }
        }
    }

    /// Nothing follows.
    func finish() {
        state.withLock { state in
            state.isFinished = true
            for bell in state.bells.values { bell.yield() }
        }
    }

    /// What has this number or a lower one is written down elsewhere.
    func acknowledge(_ number: UInt64) {
        state.withLock { state in
            let count = state.kept.prefix { $0.happening.number <= number }.count
            guard count > 0 else { return }
            state.bytes -= state.kept.prefix(count).reduce(0) { $0 + $1.size }
            state.kept.removeFirst(count)
        }
    }

    /// Hands over what follows this number, and what comes, until all is told. Errors: the reader's.
    func tell(
        after number: UInt64,
        to reader: (Faultline_Agent_V1_Happening) async throws -> Void
    ) async throws {
        // One ring is enough: whoever hears it looks for all that is there.
        let (bell, ring) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let place = state.withLock { state in
            state.bellNumber += 1
            state.bells[state.bellNumber] = ring
            return state.bellNumber
        }
        defer { state.withLock { _ = $0.bells.removeValue(forKey: place) } }
        var rings = bell.makeAsyncIterator()
        var number = number
        while true {
            let (next, isOver) = state.withLock { state in
                let start = state.kept.first.map { first in
                    Int(clamping: number >= first.happening.number ? number - first.happening.number + 1 : 0)
                }
                let next = state.kept.dropFirst(start ?? 0).prefix(Self.most)
                return (next.map(\.happening), state.isFinished)
            }
            for happening in next {
                try await reader(happening)
                number = happening.number
            }
            guard next.isEmpty else { continue }
            if isOver { return }
            guard await rings.next() != nil else { throw CancellationError() }
        }
    }
}
