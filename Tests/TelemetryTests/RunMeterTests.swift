import Measures
import Plan
import Recording
import Testing

@testable import Telemetry

@Suite("What a meter counts")
struct RunMeterTests {
    private static func exchange(_ outcome: Outcome, milliseconds: Int64 = 5) -> Exchange {
        let start = Instant(.seconds(1))
        let done = start + .milliseconds(milliseconds)
        return Exchange(intended: start, sent: start, firstByte: done, done: done, outcome: outcome)
    }

    private static func event(_ body: RunEvent.Body, host: String = "web1") -> RunEvent {
        RunEvent(at: BoundedInstant(.zero, bound: .zero), host: host, body: body)
    }

    private static func value(
        _ name: String,
        in families: [MetricFamily],
        where labels: [String: String] = [:]
    ) -> MetricValue? {
        families.first { $0.name == name }?.samples.first { sample in
            labels.allSatisfy { name, value in sample.labels.contains(MetricLabel(name, value)) }
        }?.value
    }

    @Test("every outcome counts once, by its name, and good is the load's own measure")
    func outcomes() {
        var meter = RunMeter()
        meter.judge("browse", by: GoodCriterion(statuses: 200...299, within: .milliseconds(10)))
        let exchanges = [
            Self.exchange(.answered(status: 200)), Self.exchange(.answered(status: 200), milliseconds: 20),
            Self.exchange(.answered(status: 503)), Self.exchange(.timedOut), Self.exchange(.dropped),
        ]
        meter.add(exchanges, of: "browse", from: "client")
        let families = meter.families(at: 0)
        let value = { Self.value("faultline_requests", in: families, where: ["outcome": $0]) }
        #expect(value("status 200") == .count(2))
        #expect(value("status 503") == .count(1))
        #expect(value("timed out") == .count(1))
        #expect(Self.value("faultline_requests_good", in: families) == .count(1))
        #expect(Self.value("faultline_requests_never_sent", in: families) == .count(1))
        guard case .distribution(let times) = Self.value("faultline_response_time_seconds", in: families)
        else { return #expect(Bool(false), "no response times") }
        // Unanswered ones count beyond every limit.
        #expect(times.count == 5)
        #expect(times.cumulative.dropLast().last?.count == 3)
    }

    @Test("in flight is due less done, and never below nothing")
    func inFlight() {
        var meter = RunMeter()
        func read(offered: Int, completed: Int) -> MetricValue? {
            let reading = GeneratorReading(
                load: "browse",
                offered: offered,
                completed: completed,
                latenessP99Nanoseconds: 2_000_000
            )
            meter.add(Self.event(.generator(reading)), at: 0)
            return Self.value("faultline_requests_in_flight", in: meter.families(at: 0))
        }
        #expect(read(offered: 10, completed: 4) == .count(6))
        #expect(read(offered: 0, completed: 6) == .count(0))
        #expect(read(offered: 0, completed: 1) == .count(0))
        let lateness = Self.value("faultline_send_lateness_p99_seconds", in: meter.families(at: 0))
        #expect(lateness == .number(0.002))
    }

    @Test("an injection is in force from its start to its end, whatever is told twice or not at all")
    func injections() {
        var meter = RunMeter()
        meter.name("delay", of: "slow#1")
        func after(_ step: InjectionEvent.Step) -> MetricValue? {
            let event = InjectionEvent(fault: "slow#1", step: step, detail: "")
            meter.add(Self.event(.injection(event)), at: 0)
            return Self.value(
                "faultline_injections_in_force",
                in: meter.families(at: 0),
                where: ["kind": "delay", "host": "web1"]
            )
        }
        #expect(after(.armed) == .count(0))
        #expect(after(.started) == .count(1))
        #expect(after(.started) == .count(1))
        #expect(after(.ended) == .count(0))
        #expect(after(.healed) == .count(0))
        #expect(after(.started) == .count(1))
        meter.close(host: "web1", differences: 2)
        let families = meter.families(at: 0)
        #expect(Self.value("faultline_injections_in_force", in: families) == .count(0))
        #expect(Self.value("faultline_injections_not_healed", in: families) == .count(2))
        #expect(Self.value("faultline_injections_healed", in: families) == .count(1))
    }

    @Test("a lease's age and rest add up, and end with the run")
    func lease() {
        var meter = RunMeter()
        meter.open(run: "r", experiment: "e")
        meter.lease(renewed: 1_000_000_000, until: 4_000_000_000)
        let families = meter.families(at: 2_000_000_000)
        #expect(Self.value("faultline_lease_age_seconds", in: families) == .number(1))
        #expect(Self.value("faultline_lease_left_seconds", in: families) == .number(2))
        #expect(Self.value("faultline_run_in_progress", in: families) == .count(1))
        meter.close(host: "web1", differences: 0)
        #expect(Self.value("faultline_lease_left_seconds", in: meter.families(at: 0)) == nil)
        #expect(Self.value("faultline_run_in_progress", in: meter.families(at: 0)) == .count(0))
    }

    @Test("hostile runs do not make it grow: loads, outcomes and hosts beyond a number share a series")
    func bounded() {
        var meter = RunMeter()
        for number in 0..<2_000 {
            meter.add([Self.exchange(.answered(status: UInt16(number)))], of: "one", from: "client")
            meter.add([Self.exchange(.ok)], of: "load \(number)", from: "client")
            let reading = ClockReading(
                offsetNanoseconds: 1,
                boundNanoseconds: 1,
                state: "",
                exchanges: 1,
                roundTripNanoseconds: 1
            )
            meter.add(Self.event(.clock(reading), host: "host \(number)"), at: 0)
        }
        let families = meter.families(at: 0)
        let requests = families.first { $0.name == "faultline_requests" }?.samples ?? []
        #expect(requests.count { $0.labels.contains(MetricLabel("load", "one")) } <= 41)
        #expect(Set(requests.compactMap { $0.labels.first { $0.name == "load" }?.value }).count <= 257)
        var total: UInt64 = 0
        for case .count(let count) in requests.map(\.value) { total += count }
        #expect(total == 4_000)
        #expect(families.first { $0.name == "faultline_clock_bound_seconds" }?.samples.count == 1_024)
    }
}
