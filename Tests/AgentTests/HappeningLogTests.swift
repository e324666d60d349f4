import AgentProtocol
import Foundation
import SwiftProtobuf
import Synchronization
import Testing

@testable import Agent

/// What a session tells is told once, whatever becomes of connections.
@Suite struct HappeningLogTests {
    private func event(_ text: String) -> Faultline_Agent_V1_Happening { .with { $0.event = text } }

    private func batch(_ bytes: Int) -> Faultline_Agent_V1_Happening {
        .with { $0.batch.block = Data(repeating: 7, count: bytes) }
    }

    /// All that is told after a number, when nothing follows.
    private func told(_ log: HappeningLog, after number: UInt64) async throws -> [String] {
        let texts = Mutex<[String]>([])
        try await log.tell(after: number) { happening in
            texts.withLock { $0.append("\(happening.number) \(happening.event)") }
        }
        return texts.withLock { $0 }
    }

    @Test func `numbers count from one without a gap, and each reader goes on from its own`() async throws {
        let log = HappeningLog()
        for text in ["a", "b", "c"] { log.yield(event(text)) }
        log.finish()
        log.yield(event("late"))
        #expect(try await told(log, after: 0) == ["1 a", "2 b", "3 c"])
        #expect(try await told(log, after: 2) == ["3 c"])
        #expect(try await told(log, after: 3) == [])
        #expect(try await told(log, after: 99) == [])
    }

    @Test func `what is acknowledged is kept no more, and all else is`() async throws {
        let log = HappeningLog()
        for text in ["a", "b", "c"] { log.yield(event(text)) }
        log.acknowledge(2)
        log.acknowledge(1)
        log.finish()
        #expect(try await told(log, after: 0) == ["3 c"])
        #expect(log.last == 3)
    }

    @Test func `a reader hears what comes while it waits, across connections that break`() async throws {
        let log = HappeningLog()
        let heard = Mutex<[UInt64]>([])
        let writer = Task {
            for index in 0..<2000 {
                log.yield(event("\(index)"))
                if index % 100 == 0 { await Task.yield() }
            }
            log.finish()
        }
        struct Broken: Error {}
        var isOver = false
        // Each connection takes seven and breaks, as a reader would see it.
        while !isOver {
            let start = heard.withLock { $0.last ?? 0 }
            do {
                try await log.tell(after: start) { happening in
                    let count = heard.withLock {
                        $0.append(happening.number)
                        return $0.count
                    }
                    if count % 7 == 0 { throw Broken() }
                }
                isOver = true
            } catch is Broken {}
            log.acknowledge(heard.withLock { $0.last ?? 0 })
        }
        await writer.value
        #expect(heard.withLock { $0 } == Array(1...2000))
    }

    @Test func `a full log drops batches and says so, and still takes the event that tells it`() async throws
    {
        let log = HappeningLog(capacity: 1000)
        log.yield(batch(600))
        log.yield(batch(600))
        #expect(log.dropped == 1)
        log.yield(event("lost"))
        log.acknowledge(1)
        log.yield(batch(600))
        log.finish()
        #expect(log.dropped == 1 && log.last == 3, "a dropped batch takes no number: the rest has no gap")
        let numbers = Mutex<[UInt64]>([])
        try await log.tell(after: 0) { happening in numbers.withLock { $0.append(happening.number) } }
        #expect(numbers.withLock { $0 } == [2, 3])
    }

    @Test
    func `what is acknowledged frees what it took and no more: the bound is the same after many rounds`() {
        let log = HappeningLog(capacity: 1000)
        for round in 1...1000 {
            log.yield(event("round"))
            log.acknowledge(UInt64(round))
        }
        log.yield(batch(600))
        log.yield(batch(600))
        #expect(log.dropped == 1)
    }

    @Test func `a reader that is cancelled ends`() async {
        let log = HappeningLog()
        let reader = Task { try await log.tell(after: 0) { _ in } }
        reader.cancel()
        await #expect(throws: CancellationError.self) { try await reader.value }
    }
}
