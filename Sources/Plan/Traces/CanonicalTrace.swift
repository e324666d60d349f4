import Measures

extension CanonicalText {
    /// With all arrivals, since the file that they came from may change.
    static func trace(_ trace: ArrivalTrace) -> String {
        let shape: [(String, String?)] =
            switch trace.shape {
            case .instants(let instants): [("packed", quote(PackedInstants(instants).text))]
            case .counts(let counts):
                [
                    ("every", counts.every.text),
                    ("start", counts.start == 0 ? nil : Duration(nanoseconds: counts.start).text),
                    ("counts", quote(counts.counts.map { $0.fixed(6) }.joined(separator: " "))),
                ]
            }
        let replay = [
            ("speed", trace.speed == .asRecorded ? nil : trace.speed.text),
            ("repeat", trace.period.map(\.text)),
        ]
        return map(shape + replay)
    }
}
