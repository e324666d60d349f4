/// Families as text for a scraper: Prometheus' text format 0.0.4, or OpenMetrics 1.0 (draft-richih-opsawg-openmetrics,
/// section 4).
package struct Exposition: Sendable {
    package enum Format: Sendable, Equatable {
        case prometheus
        case openMetrics

        package var contentType: String {
            switch self {
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }
    }

    private let families: [MetricFamily]

    package init(_ families: [MetricFamily]) {
        self.families = families
    }

    package func text(_ format: Format) -> String {
        var text = ""
        for family in families where !family.samples.isEmpty { write(family, format, to: &text) }
        if format == .openMetrics { text += "# EOF\n" }
        return text
    }

    private func write(_ family: MetricFamily, _ format: Format, to text: inout String) {
        let isCounter = family.kind == .counter
        let total = isCounter ? "\(family.name)_total" : family.name
        let title = format == .openMetrics ? family.name : total
        text += "# HELP \(title) \(Self.escaped(family.help, quotes: format == .openMetrics))\n"
        text += "# TYPE \(title) \(family.kind.rawValue)\n"
        if format == .openMetrics, let unit = family.unit { text += "# UNIT \(title) \(unit)\n" }
        for sample in family.samples {
            switch sample.value {
            case .number(let number): Self.line(total, sample.labels, Self.text(number), to: &text)
            case .count(let count): Self.line(total, sample.labels, String(count), to: &text)
            case .distribution(let distribution):
                for (limit, count) in distribution.cumulative {
                    let labels = sample.labels + [MetricLabel("le", Self.text(limit))]
                    Self.line("\(family.name)_bucket", labels, String(count), to: &text)
                }
                Self.line("\(family.name)_sum", sample.labels, Self.text(distribution.sum), to: &text)
                Self.line("\(family.name)_count", sample.labels, String(distribution.count), to: &text)
            }
        }
    }

    private static func line(_ name: String, _ labels: [MetricLabel], _ value: String, to text: inout String)
    {
        text += name
        if !labels.isEmpty {
            text += "{"
            text += labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
            text += "}"
        }
        text += " \(value)\n"
    }

    /// A line break, a backslash and, where it ends something, a quotation mark.
    static func escaped(_ value: String, quotes: Bool) -> String {
        var result = ""
        result.reserveCapacity(value.utf8.count)
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    static func text(_ number: Double) -> String {
        guard !number.isNaN else { return "NaN" }
        guard number.isFinite else { return number > 0 ? "+Inf" : "-Inf" }
        return "\(number)"
    }
}
