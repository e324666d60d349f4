import Measures
import Testing

@testable import Plan

/// Objectives that are kept in an OpenSLO file.
@Suite struct OpenSLOTests {
    private static let slo = """
        # Kept by the platform team.
        apiVersion: openslo/v1
        kind: Service
        metadata: { name: shop }
        spec: { description: The shop }
        ---
        apiVersion: openslo/v1
        kind: SLI
        metadata:
          name: shop-latency
        spec:
          thresholdMetric:
            metricSource: { type: Prometheus, spec: { query: "shop_seconds" } }
        ---
        apiVersion: openslo/v1
        kind: SLO
        metadata:
          name: shop-availability
          displayName: The shop answers
          labels: { team: [shop, web] }
        spec:
          service: shop
          indicator:
            metadata: { name: shop-requests }
            spec:
              ratioMetric:
                counter: true
                good: { metricSource: { type: Prometheus, spec: { query: good } } }
                total: { metricSource: { type: Prometheus, spec: { query: all } } }
          timeWindow:
            - duration: 1M
              isRolling: true
          budgetingMethod: Occurrences
          objectives:
            - displayName: Page
              target: 0.9995
            - targetPercent: 99.99
          alertPolicies: []
        --- # the contract
        apiVersion: openslo/v1
        kind: SLO
        metadata: { name: contract }
        spec:
          indicator: { spec: { ratioMetric: { rawType: success, raw: {} } } }
          timeWindow: [ { duration: 4w, isRolling: true } ]
          budgetingMethod: Timeslices
          objectives: [ { target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 1m } ]
        ---
        apiVersion: openslo/v1
        kind: SLO
        metadata: { name: quick }
        spec:
          indicatorRef: shop-latency
          budgetingMethod: Occurrences
          objectives: [ { op: lte, value: 0.3, target: 0.99 } ]

        """

    private static func plan(_ words: String, _ slo: String) throws -> Plan {
        let file = BadFile(
            "",
            replacing: "  availability: { objective: \"99.9\", load: browse }",
            with: "  openslo: \(words)",
            expects: []
        )
        let outside = OutsideFiles { $0 == "slo.yaml" ? Array(slo.utf8) : nil }
        return try Plan(yaml: file.yaml, fileName: "web.yaml", outside: outside)
    }

    private static func headlines(_ words: String, _ slo: String = slo) -> [String] {
        let error = #expect(throws: PlanError.self) { try plan(words, slo) }
        return error?.diagnostics.map(\.headline) ?? []
    }

    @Test func `ratios become availability targets, time slices are counted, thresholds are latencies`()
        throws
    {
        let targets = try Self.plan("{ file: slo.yaml, load: browse, unit: s, confidence: 99% }", Self.slo)
            .targets
        #expect(
            targets.availability == [
                AvailabilityTarget(
                    name: "shop-availability",
                    objective: ExactDecimal(significand: 9995, exponent: -2),
                    load: "browse",
                    phase: nil,
                    confidence: 0.99,
                    counting: .requests,
                    slice: .seconds(1)
                ),
                AvailabilityTarget(
                    name: "shop-availability",
                    objective: ExactDecimal(significand: 9999, exponent: -2),
                    load: "browse",
                    phase: nil,
                    confidence: 0.99,
                    counting: .requests,
                    slice: .seconds(1)
                ),
                AvailabilityTarget(
                    name: "contract",
                    objective: 99,
                    load: "browse",
                    phase: nil,
                    confidence: 0.99,
                    counting: .slices,
                    slice: .seconds(60),
                    sliceTarget: try #require(Share("95%")),
                    window: .seconds(28 * 86_400)
                ),
            ]
        )
        #expect(
            targets.latency == [
                LatencyTarget(
                    name: "quick",
                    load: "browse",
                    phase: nil,
                    claim: .shareUnder(.milliseconds(300), atLeast: try #require(Share("99%"))),
                    confidence: 0.99
                )
            ]
        )
    }

    @Test func `what is taken over is a part of the plan, and its digest`() throws {
        let words = "{ file: slo.yaml, unit: s }"
        let plan = try Self.plan(words, Self.slo)
        let other = try Self.plan(words, Self.slo.replacing("target: 0.9995", with: "target: 0.9994"))
        #expect(plan.digest != other.digest)
        let written = try Plan(yaml: CanonicalText(plan).text, fileName: "web.yaml")
        #expect(written.targets == plan.targets)
        #expect(written.digest == plan.digest)
    }

    @Test func `a threshold without a unit is refused, in the file and at the line that has it`() {
        #expect(
            Self.headlines("slo.yaml") == [
                "slo.yaml:55:35: error: the value of a threshold has no unit in OpenSLO; expected one in the experiment, "
                    + "such as openslo: { file: slo.yaml, unit: ms }"
            ]
        )
    }

    @Test(
        "what is wrong is named with the file, the line of the whole file, and what was expected",
        arguments: [
            (
                "apiVersion: openslo/v1\nkind: SLI", "apiVersion: openslo/v2alpha\nkind: SLI",
                "slo.yaml:7:13: error: 'openslo/v2alpha' is no apiVersion; expected openslo/v1"
            ),
            (
                "indicatorRef: shop-latency", "indicatorRef: shop-latencies",
                "slo.yaml:53:17: error: no SLI of this file is named 'shop-latencies'; expected shop-latency. "
                    + "Did you mean 'shop-latency'?"
            ),
            (
                "targetPercent: 99.99", "targetPercent: 100",
                "slo.yaml:37:22: error: targetPercent is '100'; expected a percentage between 0 and 100, such as 99.9"
            ),
            (
                "target: 0.9995", "targt: 0.9995",
                "slo.yaml:36:7: error: unknown key 'targt' in the objective; expected displayName, op, value, target, "
                    + "targetPercent, timeSliceTarget, timeSliceWindow. Did you mean 'target'?"
            ),
            (
                "timeSliceWindow: 1m", "timeSliceWindow: 1s",
                "slo.yaml:47:73: error: timeSliceWindow is '1s'; expected whole minutes or hours such as 1m, at most 1h"
            ),
            (
                "duration: 1M", "duration: 0M",
                "slo.yaml:31:17: error: duration is '0M'; expected a window such as 30d (units: h, d, w, M, Q, Y)"
            ),
            (
                "budgetingMethod: Timeslices", "budgetingMethod: RatioTimeslices",
                "slo.yaml:46:20: error: 'RatioTimeslices' is no budgetingMethod; expected Occurrences, Timeslices"
            ),
            (
                "op: lte", "op: gte", "slo.yaml:55:23: error: 'gte' is no op; expected lte, lt"
            ),
        ]
    )
    func mistakes(_ old: String, _ new: String, _ expected: String) {
        let found = Self.headlines("{ file: slo.yaml, unit: s }", Self.slo.replacing(old, with: new))
        #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
    }

    @Test func `a file that is not there, and one without an objective, are refused where they are named`() {
        #expect(
            Self.headlines("other.yaml") == [
                "web.yaml:17:12: error: 'other.yaml' cannot be read; expected a file beside this one"
            ]
        )
        #expect(
            Self.headlines(
                "slo.yaml",
                "apiVersion: openslo/v1\nkind: Service\nmetadata: { name: a }\nspec: {}\n"
            ) == [
                "web.yaml:17:12: error: 'slo.yaml' has no document of kind SLO; expected one"
            ]
        )
    }

    @Test func `no damage to the file makes it anything but read or refused`() {
        var random = SeededGenerator(seed: 6)
        let bytes = Array(Self.slo.utf8)
        for _ in 0..<2_000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: damaged[place] = UInt8.random(in: 0...255, using: &random)
                case 1: damaged.remove(at: place)
                default: damaged = Array(damaged[..<place])
                }
                if damaged.isEmpty { break }
            }
            let text = String(decoding: damaged, as: UTF8.self)
            do {
                _ = try Self.plan("{ file: slo.yaml, unit: s }", text)
            } catch let error as PlanError {
                #expect(!error.diagnostics.isEmpty)
            } catch {
                Issue.record("\(error)")
            }
        }
    }
}

extension String {
    fileprivate func replacing(_ old: String, with new: String) -> String {
        guard let place = firstRange(of: old) else {
            Issue.record("\(old) is not there")
            return self
        }
        return String(self[..<place.lowerBound]) + new + self[place.upperBound...]
    }
}
