/// Words of this target. A *family* is one metric with its help, its type and all its *samples*; a sample has *labels* and a
/// value. An *exposition* is the text of all families that a scraper reads. A *meter* counts what happens and says it in
/// families. Nothing here does I/O or reads a clock.
package struct MetricFamily: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    /// Without `_total`, which is a counter's ending in texts and not part of its name.
    package let name: String
    package let kind: Kind
    /// A base unit, with which the name ends: "seconds", "bytes", "ratio"; nil: a plain number.
    package let unit: String?
    package let help: String
    package var samples: [MetricSample]

    package init(
        _ name: String,
        _ kind: Kind,
        unit: String? = nil,
        _ help: String,
        _ samples: [MetricSample] = []
    ) {
        self.name = unit.map { name.hasSuffix("_\($0)") ? name : "\(name)_\($0)" } ?? name
        self.kind = kind
        self.unit = unit
        self.help = help
        self.samples = samples
    }
}

package struct MetricSample: Sendable, Equatable {
    package let labels: [MetricLabel]
    package let value: MetricValue

    package init(_ value: MetricValue, _ labels: [MetricLabel] = []) {
        self.labels = labels
        self.value = value
    }
}

package enum MetricValue: Sendable, Equatable {
    case number(Double)
    case count(UInt64)
    case distribution(Distribution)
}

package struct MetricLabel: Sendable, Equatable {
    package let name: String
    package let value: String

    /// Bytes of UTF-8: names come from files and from other hosts, and every series carries them.
    package static let longest = 256

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value.bounded(toBytes: Self.longest)
    }
}

extension String {
    /// As it is, or its first whole scalars with an ellipsis: at most so many bytes. A character may be made of any number of
    /// scalars, so characters bound nothing.
    package func bounded(toBytes most: Int) -> String {
        guard utf8.count > most else { return self }
        var kept = String.UnicodeScalarView()
        var bytes = 3
        for scalar in unicodeScalars {
            bytes += UTF8.width(scalar)
            guard bytes <= most else { break }
            kept.append(scalar)
        }
        return String(kept) + "…"
    }
}
