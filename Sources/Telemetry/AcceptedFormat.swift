extension Exposition.Format {
    /// Media types of one header that are looked at; a longer list is cut.
    private static let most = 32

    /// What a scraper would rather have, by its Accept header (RFC 9110, section 12.5.1): OpenMetrics where it is named with a
    /// weight not below the text format's, else the text format, which every scraper reads.
    ///
    /// - Parameter header: as it came, of any content; nil: there was none.
    package init(accepting header: String?) {
        var open = 0.0
        var plain = 0.0
        for part in (header ?? "").split(separator: ",", maxSplits: Self.most).prefix(Self.most) {
            let fields = part.split(separator: ";").map(Self.trimmed)
            guard let type = fields.first?.lowercased() else { continue }
            let weight = Self.weight(in: fields.dropFirst())
            switch type {
            case "application/openmetrics-text" where Self.isKnown(fields.dropFirst()):
                open = max(open, weight)
            case "text/plain", "text/*": plain = max(plain, weight)
            default: break
            }
        }
        self = open > 0 && open >= plain ? .openMetrics : .prometheus
    }

    private static func isKnown(_ parameters: some Sequence<Substring>) -> Bool {
        let versions = parameters.filter { $0.lowercased().hasPrefix("version=") }
        return versions.allSatisfy { ["version=1.0.0", "version=0.0.1"].contains($0.lowercased()) }
    }

    /// 0 to 1; 1 where none is given, 0 where it is no weight.
    private static func weight(in parameters: some Sequence<Substring>) -> Double {
        for parameter in parameters where parameter.lowercased().hasPrefix("q=") {
            let value = Double(parameter.dropFirst(2)) ?? 0
            return value >= 0 && value <= 1 ? value : 0
        }
        return 1
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
        while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
        return text
    }
}
