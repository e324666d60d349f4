import Measures
import Testing

@testable import Agent

@Suite("What is done about armed edges") struct EdgeAgendaTests {
    private let second: Int64 = 1_000_000_000

    @Test func `the clock is probed before an edge, the edge set, and the clock probed again`() {
        var agenda = EdgeAgenda()
        agenda.add(edge: 10 * second, now: 0)
        var done: [(Int64, EdgeAgenda.Step)] = []
        while let next = agenda.next {
            for step in agenda.take(until: next.at) { done.append((next.at - 10 * second, step)) }
        }
        #expect(done.map(\.1) == [.burst, .settle, .burst])
        #expect(done.map(\.0) == [-90_000_000, -20_000_000, 3_000_000])
        // The burst, 64 probes at 1 ms, is over before the edge is set.
        #expect(done[1].0 - done[0].0 >= 64_000_000)
    }

    @Test func `edges at one instant are set together, by one reading of the clock`() {
        var agenda = EdgeAgenda()
        for _ in 0..<100 { agenda.add(edge: 10 * second, now: 0) }
        #expect(agenda.entries.count == 3)
    }

    @Test func `what is due is done once, in order, whatever the order it came in`() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            var agenda = EdgeAgenda()
            let edges = (0..<20).map { _ in Int64.random(in: 0...(20 * second), using: &random) }
            let now = Int64.random(in: 0...(10 * second), using: &random)
            for edge in edges { agenda.add(edge: edge, now: now) }
            #expect(agenda.entries.map(\.at) == agenda.entries.map(\.at).sorted())
            #expect(agenda.entries.allSatisfy { $0.at > now })
            for edge in edges where edge - EdgeAgenda.settleLead > now {
                let settle = EdgeAgenda.Entry(at: edge - EdgeAgenda.settleLead, step: .settle)
                #expect(agenda.entries.contains(settle))
            }
            var last = now
            while let next = agenda.next {
                #expect(next.at > last || next.at == last)
                last = next.at
                #expect(!agenda.take(until: next.at).isEmpty)
            }
        }
    }
}
