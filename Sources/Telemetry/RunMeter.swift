package import Plan
package import Recording
import Timeline

/// Counts what a run tells, of one host or of all. Pure: instants of a clock are parameters, nanoseconds of the process's
/// CLOCK_MONOTONIC. Memory is bounded whatever the run is, and however many an agent serves.
package struct RunMeter: Sendable {
    private var loads = LoadMeters()
    private var injections = InjectionMeter()
    private var clocks: [String: ClockReading] = [:]
    private var heard: [String: Int64] = [:]
    private var goods: [String: GoodCriterion] = [:]
    private var run: (name: String, experiment: String)?
    private var lease: (renewed: Int64, until: Int64)?
    private var refusals: UInt64 = 0

    /// Hosts that are told apart.
    private static let mostHosts = 1024

    package init() {}

    /// A run begins: how its loads' answers are judged, and of what kind its faults are.
    package mutating func open(run: String, experiment: String) {
        self.run = (run, experiment)
    }

    package mutating func judge(_ load: String, by good: GoodCriterion) { goods[load] = good }

    package mutating func name(_ kind: String, of fault: String) { injections.name(kind, of: fault) }

    /// It is over on this host; `differences`: what is not as it was before.
    package mutating func close(host: String, differences: Int) {
        injections.close(host: host, differences: differences)
        (run, lease) = (nil, nil)
        goods = [:]
    }

    /// A run of many hosts is over.
    package mutating func close() {
        injections.closeAll()
        (run, lease) = (nil, nil)
    }

    package mutating func lease(renewed: Int64, until: Int64) { lease = (renewed, until) }

    /// Somebody asked for what the policy forbids.
    package mutating func countRefusal() { refusals += 1 }

    package mutating func add(_ event: RunEvent, at now: Int64) {
        if heard[event.host] != nil || heard.count < Self.mostHosts { heard[event.host] = now }
        switch event.body {
        case .injection(let injection): injections.add(injection, on: event.host)
        case .arming(let arming): injections.add(arming, on: event.host)
        case .clock(let reading):
            if clocks[event.host] != nil || clocks.count < Self.mostHosts { clocks[event.host] = reading }
        case .generator(let reading): loads[event.host, reading.load].add(reading)
        case .note(.healFailed, _): injections.countNotHealed(1, on: event.host)
        case .observation, .path, .process, .logMark, .origin, .floor, .note: break
        }
    }

    package mutating func add(_ exchanges: [Exchange], of load: String, from host: String) {
        let good = goods[load] ?? .usual
        for exchange in exchanges {
            loads[host, load].add(exchange, isGood: good.fault(in: exchange) == nil)
        }
    }

    package func families(at now: Int64) -> [MetricFamily] {
        loads.families + injections.families + clockFamilies(at: now) + runFamilies(at: now)
    }

    private func clockFamilies(at now: Int64) -> [MetricFamily] {
        let sorted = clocks.sorted { $0.key < $1.key }
        func samples(_ value: (ClockReading) -> Int64) -> [MetricSample] {
            sorted.map {
                MetricSample(.number(Double(value($0.value)) / 1e9), [MetricLabel("host", $0.key)])
            }
        }
        return [
            MetricFamily(
                "faultline_clock_offset",
                .gauge,
                unit: "seconds",
                "Reference clock less the host's CLOCK_MONOTONIC.",
                samples(\.offsetNanoseconds)
            ),
            MetricFamily(
                "faultline_clock_bound",
                .gauge,
                unit: "seconds",
                "Half-width of the interval that is proven to hold the offset.",
                samples(\.boundNanoseconds)
            ),
            MetricFamily(
                "faultline_host_silence",
                .gauge,
                unit: "seconds",
                "Since anything was heard of the host's part in a run.",
                heard.sorted { $0.key < $1.key }.map {
                    MetricSample(.number(Double(now - $0.value) / 1e9), [MetricLabel("host", $0.key)])
                }
            ),
        ]
    }

    private func runFamilies(at now: Int64) -> [MetricFamily] {
        let labels = run.map { [MetricLabel("run", $0.name), MetricLabel("experiment", $0.experiment)] }
        return [
            MetricFamily(
                "faultline_run_in_progress",
                .gauge,
                "1 while a run is open here, else 0.",
                [MetricSample(.count(run == nil ? 0 : 1))]
            ),
            MetricFamily(
                "faultline_run_info",
                .gauge,
                "The run that is open; always 1.",
                labels.map { [MetricSample(.count(1), $0)] } ?? []
            ),
            MetricFamily(
                "faultline_lease_age",
                .gauge,
                unit: "seconds",
                "Since the coordinator renewed the lease.",
                lease.map { [MetricSample(.number(Double(now - $0.renewed) / 1e9))] } ?? []
            ),
            MetricFamily(
                "faultline_lease_left",
                .gauge,
                unit: "seconds",
                "Until the lease ends and everything is healed.",
                lease.map { [MetricSample(.number(Double($0.until - now) / 1e9))] } ?? []
            ),
            MetricFamily(
                "faultline_refusals",
                .counter,
                "Requests of coordinators that this agent's policy forbids.",
                [MetricSample(.count(refusals))]
            ),
        ]
    }
}
