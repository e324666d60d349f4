import Measures
import Plan
import Testing

@testable import Schedule

@Suite struct ScheduleTests {
    private static let chosen = """
        { name: one, at: 1s, for: 1s, every: 2s, times: 5, on: { any: { 3 of: [h0, h1, h2, h3, h4, h5] } },
          delay: { latency: 1ms } },
        { name: part, at: 20s, for: 1s, on: { percent: { 31% of: [h0, h1, h2, h3, h4, h5, h6, h7, h8, h9] } },
          loss: { share: 1% } }
        """

    private func hosts(_ fault: ScheduledFault) -> [String] {
        switch fault.action {
        case .impairment(let hosts, _, _, _), .kill(let hosts, _), .reset(let hosts, _): hosts
        case .pause(let hosts, _), .restart(let hosts, _), .stress(let hosts, _), .limit(let hosts, _): hosts
        case .partition: []
        }
    }

    @Test func `the same plan and seed give the same schedule`() throws {
        for seed: UInt64 in [0, 1, 42, .max] {
            let first = Schedule(plan: try SchedulePlans.plan(Self.chosen), seed: seed)
            let second = Schedule(plan: try SchedulePlans.plan(Self.chosen), seed: seed)
            #expect(first == second)
        }
    }

    @Test func `a choice is the same on every machine and in every version`() throws {
        let schedule = Schedule(plan: try SchedulePlans.plan(Self.chosen), seed: 42)
        #expect(
            schedule.faults.map(hosts) == [
                ["h1", "h2", "h5"], ["h2", "h3", "h5"], ["h1", "h2", "h4"], ["h2", "h3", "h5"],
                ["h1", "h4", "h5"],
                ["h0", "h2", "h3", "h6"],
            ]
        )
    }

    @Test func `another seed chooses otherwise`() throws {
        let plan = try SchedulePlans.plan(Self.chosen)
        let choices = Set((0..<50).map { Schedule(plan: plan, seed: $0).faults.map(hosts) })
        #expect(choices.count > 45)
    }

    @Test func `a fault that is added does not move the choices of others`() throws {
        let more =
            Self.chosen
            + ",\n{ name: more, at: 0s, for: 1s, on: { any: { 1 of: [h6, h7] } }, loss: { share: 1% } }"
        let (few, many) = (try SchedulePlans.plan(Self.chosen), try SchedulePlans.plan(more))
        for seed: UInt64 in 0..<20 {
            let before = Schedule(plan: few, seed: seed).faults
            let after = Schedule(plan: many, seed: seed).faults
            #expect(after.filter { $0.name != "more" } == before)
        }
    }

    @Test func `a choice has the right number of hosts, in the file's order, none twice`() throws {
        let plan = try SchedulePlans.plan(Self.chosen)
        for seed: UInt64 in 0..<500 {
            for fault in Schedule(plan: plan, seed: seed).faults {
                let hosts = hosts(fault)
                #expect(hosts.count == (fault.name == "one" ? 3 : 4))
                #expect(hosts == Set(hosts).sorted())
            }
        }
    }

    @Test func `each host is chosen as often as any other`() {
        let selector = Selector.any(count: 2, of: ["a", "b", "c", "d", "e"])
        var generator = SeededGenerator(seed: 7)
        var counts: [String: Int] = [:]
        let draws = 50_000
        for _ in 0..<draws {
            for host in selector.resolved(using: &generator) { counts[host, default: 0] += 1 }
        }
        // Binomial(50 000, 2/5): standard deviation 110; six of them.
        for host in ["a", "b", "c", "d", "e"] {
            #expect(abs((counts[host] ?? 0) - draws * 2 / 5) < 660, "\(host): \(counts[host] ?? 0)")
        }
    }

    @Test(arguments: [
        ("exactly three", "30%", 10, 3), ("rounded up", "31%", 10, 4), ("at least one", "0.000001%", 10, 1),
        ("all", "100%", 10, 10), ("a third of three is one", "33.3333333333333333%", 3, 1),
        ("just above a third is two", "33.3333333333333334%", 3, 2), ("all of one", "1%", 1, 1),
    ])
    func `a share of hosts is rounded up to whole ones`(
        _ reason: String,
        _ text: String,
        _ count: Int,
        _ whole: Int
    ) throws {
        let share = try #require(Share(text))
        #expect(Selector.wholeHosts(share, of: count) == whole, "\(reason)")
    }

    @Test func `repetitions have numbers and keep their distance`() throws {
        let faults = Schedule(plan: try SchedulePlans.plan(Self.chosen), seed: 1).faults.filter {
            $0.name == "one"
        }
        #expect(faults.map(\.id) == ["one#1", "one#2", "one#3", "one#4", "one#5"])
        #expect(faults.map(\.start.seconds) == [1, 3, 5, 7, 9])
        #expect(faults.map(\.end.seconds) == [2, 4, 6, 8, 10])
    }

    @Test(arguments: [
        ("a kill ends with the restart", "at: 10s, on: h0, kill: { service: s, restart-after: 3s }", 13.0),
        ("a kill without one ends with the run", "at: 10s, on: h0, kill: { service: s }", 90),
        ("a restart takes a nominal second", "at: 10s, on: h0, restart: { service: s }", 11),
        ("but not beyond the run", "at: 89500ms, on: h0, restart: { service: s }", 90),
        ("a pause ends when it says", "at: 10s, for: 5s, on: h0, pause: { service: s }", 15),
        ("so does a partition", "at: 10s, for: 80s, partition: { from: h0, to: h1 }", 90),
    ])
    func `each kind has its end`(_ reason: String, _ fault: String, _ end: Double) throws {
        let schedule = Schedule(plan: try SchedulePlans.plan("{ name: f, \(fault) }"), seed: 1)
        #expect(schedule.faults.map(\.end.seconds) == [end], "\(reason)")
    }

    @Test func `faults are by start, and by the file where they start together`() throws {
        let schedule = Schedule(
            plan: try SchedulePlans.plan(
                """
                { name: z, at: 5s, for: 1s, on: h0, loss: { share: 1% } },
                { name: b, at: 2s, for: 1s, on: h1, loss: { share: 1% } },
                { name: a, at: 2s, for: 1s, on: h2, loss: { share: 1% } }
                """
            ),
            seed: 1
        )
        #expect(schedule.faults.map(\.name) == ["b", "a", "z"])
    }
}
