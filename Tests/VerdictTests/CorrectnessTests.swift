import Correctness
import Measures
import Plan
import Testing

@testable import Verdict

/// What recorded histories say of claims on them.
@Suite struct CorrectnessTests {
    private static func entry(
        _ verb: HistoryEntry.Verb,
        _ value: Int64?,
        _ start: Int64 = 0,
        _ end: Int64 = 1,
        _ outcome: InvocationOutcome = .ok
    ) throws -> HistoryEntry {
        let line =
            verb == .found
            ? value.map { HistoryLine.found($0, key: "k") } ?? HistoryLine.looked(key: "k", at: 1 << 40)
            : HistoryLine.operation(
                verb,
                key: "k",
                value: value,
                client: 1,
                start: start,
                end: end,
                outcome: outcome
            )
        return try #require(HistoryFile(Array(line.utf8), name: "h").entries.first)
    }

    private static func verdict(
        _ entries: [HistoryEntry],
        _ claim: CorrectnessTarget.Claim,
        isWhole: Bool = true
    ) -> Verdict {
        var run = TrialRun(end: .seconds(20))
        run.kill(at: .seconds(8), until: .seconds(10))
        let target = CorrectnessTarget(history: "h", claim: claim)
        return Verdict(
            timeline: run.timeline,
            targets: TargetsPlan(availability: [], latency: [], recovery: [], correctness: [target]),
            histories: [RecordedHistory(name: "h", words: "", entries: entries, isWhole: isWhole)]
        )
    }

    private static func added(_ values: ClosedRange<Int64>) throws -> [HistoryEntry] {
        try values.map { try entry(.add, $0, $0 * 1_000_000_000, $0 * 1_000_000_000 + 500_000_000) }
    }

    @Test("registers: a stale read is missed, its absence met, and nothing answered is neither")
    func registers() throws {
        let writes = [try Self.entry(.write, 1, 0, 10), try Self.entry(.write, 2, 20, 30)]
        let stale = Self.verdict(writes + [try Self.entry(.read, 1, 40, 50)], .linearizable)
        #expect(stale.outcome == .missed && stale.exitCode == 1)
        #expect(stale.histories?.first?.registers?.example.count == 3)
        #expect(stale.findings.first?.evidence.contains("neither came first") == true)
        let fresh = Self.verdict(writes + [try Self.entry(.read, 2, 40, 50)], .linearizable)
        #expect(fresh.outcome == .met)
        #expect(Self.verdict(writes, .linearizable).outcome == .inconclusive)
        let failed = [try Self.entry(.write, 1, 0, 1, .failed), try Self.entry(.read, nil, 0, 1, .failed)]
        #expect(Self.verdict(failed, .linearizable).outcome == .inconclusive)
        #expect(Self.verdict([], .linearizable).outcome == .inconclusive)
    }

    @Test("a recording that breaks off proves nothing, whichever way it points")
    func cut() throws {
        let read = [try Self.entry(.write, 1, 0, 10), try Self.entry(.read, 9, 40, 50)]
        #expect(Self.verdict(read, .linearizable).outcome == .missed)
        #expect(Self.verdict(read, .linearizable, isWhole: false).outcome == .inconclusive)
        let all = try Self.added(1...3) + (1...3).map { try Self.entry(.found, $0) }
        #expect(Self.verdict(all, .lostWrites(atMost: 0)).outcome == .met)
        #expect(Self.verdict(all, .lostWrites(atMost: 0), isWhole: false).outcome == .inconclusive)
    }

    @Test("lost writes are counted against what is allowed, and the newest is dated by the fault")
    func lost() throws {
        // Acknowledged half a second after each whole one; 9 and 10 are lost, and the kill was at 8 s.
        let found = try (1...8).map { try Self.entry(.found, $0) } + [try Self.entry(.found, nil)]
        let entries = try Self.added(1...10) + found
        let verdict = Self.verdict(entries, .lostWrites(atMost: 1))
        #expect(verdict.outcome == .missed)
        let elements = try #require(verdict.histories?.first?.elements)
        #expect(elements.acknowledged == 10 && elements.lost == 2 && elements.wasRead)
        let losses = try #require(elements.losses)
        #expect(losses.oldestSeconds == 9.5 && losses.newestSeconds == 10.5 && losses.fault == "crash#1")
        #expect(losses.recoveryPointSeconds == -2.5)
        #expect(losses.words.hasSuffix("the newest of them 2.50 s after crash#1 began"))
        #expect(Self.verdict(entries, .lostWrites(atMost: 2)).outcome == .met)
    }

    @Test("what was acknowledged before the fault has an age at its start")
    func recoveryPoint() throws {
        let found = try (1...4).map { try Self.entry(.found, $0) }
        let elements = Self.verdict(try Self.added(1...6) + found, .lostWrites(atMost: 0)).histories?.first?
            .elements
        #expect(elements?.losses?.recoveryPointSeconds == 1.5)
    }

    @Test("what was never looked at is not lost, and not there either")
    func neverRead() throws {
        let verdict = Self.verdict(try Self.added(1...3), .lostWrites(atMost: 0))
        #expect(verdict.outcome == .inconclusive)
        #expect(verdict.findings.first?.evidence.contains("never read") == true)
    }

    @Test("elements that are there twice are counted")
    func twice() throws {
        let entries = try Self.added(1...3) + [1, 2, 2, 3].map { try Self.entry(.found, $0) }
        #expect(Self.verdict(entries, .duplicates(atMost: 0)).outcome == .missed)
        #expect(Self.verdict(entries, .duplicates(atMost: 1)).outcome == .met)
    }
}
