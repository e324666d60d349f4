import Measures
import Plan
import Testing

@testable import Schedule

@Suite struct PhaseTests {
    private func shown(_ spans: [(String, Int64, Int64)], end: Int64) -> [String] {
        Phase.sequence(of: faults(spans), end: Instant(nanoseconds: end)).map { phase in
            let what =
                switch phase.kind {
                case .baseline: "baseline"
                case .fault(let id, _): id
                case .recovery(let after): "recovery after \(after)"
                }
            return "\(what) \(phase.start.nanoseconds)-\(phase.end.nanoseconds)"
        }
    }

    private func faults(_ spans: [(String, Int64, Int64)]) -> [ScheduledFault] {
        spans.map { name, start, end in
            ScheduledFault(
                id: "\(name)#1",
                name: name,
                start: Instant(nanoseconds: start),
                end: Instant(nanoseconds: end),
                action: .pause(hosts: [], PauseParameters(target: .service("nginx"), way: .signal))
            )
        }
    }

    @Test func `no fault, all baseline`() {
        #expect(shown([], end: 9) == ["baseline 0-9"])
    }

    @Test func `between faults lies recovery, named after the fault before it`() {
        #expect(
            shown([("a", 2, 4), ("b", 6, 7)], end: 9) == [
                "baseline 0-2", "a#1 2-4", "recovery after a#1 4-6", "b#1 6-7", "recovery after b#1 7-9",
            ]
        )
    }

    @Test func `a fault at zero leaves no baseline, one until the end no recovery`() {
        #expect(shown([("a", 0, 9)], end: 9) == ["a#1 0-9"])
    }

    @Test func `faults that touch have nothing between them`() {
        #expect(shown([("a", 0, 4), ("b", 4, 9)], end: 9) == ["a#1 0-4", "b#1 4-9"])
    }

    @Test func `of two that overlap, the earlier keeps the phase until it ends`() {
        #expect(
            shown([("a", 1, 5), ("b", 3, 7)], end: 9) == [
                "baseline 0-1", "a#1 1-5", "b#1 5-7", "recovery after b#1 7-9",
            ]
        )
    }

    @Test func `a fault inside another has no phase of its own`() {
        #expect(
            shown([("a", 1, 7), ("b", 3, 5), ("c", 4, 8)], end: 9)
                == ["baseline 0-1", "a#1 1-7", "c#1 7-8", "recovery after c#1 8-9"]
        )
    }

    @Test func `of two that start together, the first of the file has the phase`() {
        #expect(shown([("b", 1, 3), ("a", 1, 4)], end: 4) == ["baseline 0-1", "b#1 1-3", "a#1 3-4"])
    }

    /// 10^4 random sets of faults.
    @Test func `phases cover the run without gaps, and each belongs to the earliest that acts`() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<10_000 {
            let end = Int64(1 + generator.next() % 40)
            let spans = (0..<generator.next() % 6).map { index in
                let start = Int64(generator.next() % UInt64(end))
                return ("f\(index)", start, min(end, start + 1 + Int64(generator.next() % 12)))
            }
            let faults = faults(spans.sorted { $0.1 < $1.1 })
            let phases = Phase.sequence(of: faults, end: Instant(nanoseconds: end))
            var now = Instant.zero
            for phase in phases {
                #expect(phase.start == now && phase.end > now)
                now = phase.end
                for instant in phase.start.nanoseconds..<phase.end.nanoseconds {
                    let at = Instant(nanoseconds: instant)
                    let acting = faults.filter { $0.start <= at && at < $0.end }
                    switch phase.kind {
                    case .fault(let id, _):
                        #expect(acting.contains { $0.id == id })
                        let first = acting.first { $0.end > phase.start && $0.start <= phase.start }
                        #expect(first?.id == id)
                    case .baseline, .recovery:
                        #expect(acting.isEmpty)
                    }
                }
            }
            #expect(now.nanoseconds == end)
        }
    }
}
