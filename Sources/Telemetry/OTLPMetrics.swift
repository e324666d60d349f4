/// Families as the body of a POST to /v1/metrics: an ExportMetricsServiceRequest in JSON.
package struct OTLPMetrics: Sendable {
    private let families: [MetricFamily]
    private let resource: OTLPResource
    /// Nanoseconds since 1970: when counting began, and now.
    private let from: Int64
    private let at: Int64

    package init(_ families: [MetricFamily], of resource: OTLPResource, from: Int64, at: Int64) {
        self.families = families
        self.resource = resource
        self.from = from
        self.at = at
    }

    package var tree: JSONTree {
        let metrics = families.compactMap { family -> JSONTree? in
            let points = family.samples.compactMap { point(of: $0, isCounter: family.kind != .gauge) }
            guard !points.isEmpty else { return nil }
            var metric: [String: JSONTree] = [
                "name": .text(family.name), "description": .text(family.help),
                "unit": .text(Self.unit(of: family)),
            ]
            let data: [String: JSONTree] = ["dataPoints": .list(points)]
            // 2: since the start (AGGREGATION_TEMPORALITY_CUMULATIVE).
            let total = data.merging(["aggregationTemporality": .whole(2)]) { one, _ in one }
            switch family.kind {
            case .counter:
                metric["sum"] = .object(total.merging(["isMonotonic": .truth(true)]) { one, _ in one })
            case .gauge: metric["gauge"] = .object(data)
            case .histogram: metric["histogram"] = .object(total)
            }
            return .object(metric)
        }
        let scoped: JSONTree = .object(["scope": resource.scope, "metrics": .list(metrics)])
        return .object([
            "resourceMetrics": .list([
                .object(["resource": resource.tree, "scopeMetrics": .list([scoped])])
            ])
        ])
    }

    /// A number that JSON has no text for is left out.
    private func point(of sample: MetricSample, isCounter: Bool) -> JSONTree? {
        var point: [String: JSONTree] = [
            "attributes": .list(sample.labels.map { OTLP.attribute($0.name, $0.value) }),
            "timeUnixNano": OTLP.time(at),
        ]
        if isCounter { point["startTimeUnixNano"] = OTLP.time(from) }
        switch sample.value {
        case .number(let number):
            guard number.isFinite else { return nil }
            point["asDouble"] = .number(number)
        case .count(let count): point["asInt"] = .text(String(Int64(clamping: count)))
        case .distribution(let distribution):
            point["count"] = .text(String(distribution.count))
            point["sum"] = .number(distribution.sum)
            point["bucketCounts"] = .list(distribution.counts.map { .text(String($0)) })
            point["explicitBounds"] = .list(Distribution.limits.map { .number($0) })
        }
        return .object(point)
    }

    /// In UCUM, as OpenTelemetry wants it.
    private static func unit(of family: MetricFamily) -> String {
        switch family.unit {
        case "seconds": "s"
        case "bytes": "By"
        default: "1"
        }
    }
}
