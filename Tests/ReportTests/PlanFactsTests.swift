import Measures
import Plan
import Testing

@testable import Report

@Suite("what a report takes from the plan")
struct PlanFactsTests {
    private static let yaml = """
        faultline: 1
        name: web-failover
        lab:
          hosts:
            lb: { services: [ { name: haproxy, run: "haproxy -db -f {files}/haproxy.cfg" } ] }
            client: {}
        load:
          browse:
            from: client
            http: { url: "http://lb/", timeout: 1s }
            rate: 500/s
            good: { status: 200-399, within: 800ms }
        faults:
          - { name: slow, at: 20s, for: 10s, on: lb, delay: { latency: 100ms, to: client } }
        targets:
          latency:
            - { phase: baseline, quantile: p99.9, below: 50ms }
            - { phase: slow, share-under: 300ms, at-least: 99% }
        duration: 60s
        """

    @Test("latency targets become marks of the spectrum, at their quantile and threshold")
    func markers() throws {
        let plan = try Plan(yaml: Self.yaml, fileName: "experiment.yaml")
        let markers = LatencyMarker.markers(of: plan.targets)
        #expect(markers.map(\.threshold) == [.milliseconds(50), .milliseconds(300)])
        #expect(markers.map(\.label) == ["p99.9 below 50ms in baseline", "99% under 300ms in slow"])
        #expect(abs(markers[0].exceedance - 0.001) < 1e-12)
        #expect(abs(markers[1].exceedance - 0.01) < 1e-12)
    }

    @Test("the method box names request, rate and connections; the page draws a mark for each target")
    func page() throws {
        let plan = try Plan(yaml: Self.yaml, fileName: "experiment.yaml")
        let sample = ReportSample(rate: 20)
        let timeline = sample.timeline
        let report = Report(
            timeline: timeline,
            verdict: sample.verdict(of: timeline),
            experimentFile: Self.yaml,
            plan: plan
        )
        #expect(report.html.contains("GET http://lb/ from client, time-out 1s; 500/s, evenly spaced"))
        #expect(report.html.contains("at most \(Figures.count(plan.loads[0].connections, "connection"))"))
        #expect(report.html.matches(of: /class="limit"/).count == 2)
    }
}
