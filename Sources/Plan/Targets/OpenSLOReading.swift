import Measures

/// `openslo:` of `targets:`: objectives of an OpenSLO v1 file that lies beside the experiment.
///
/// An OpenSLO file says how good a service must be, and asks a metrics store how good it is; here the load knows. So its
/// queries are passed over, and what is good is what the load calls good. A ratio becomes an availability target, a
/// threshold a latency target; the unit of its value, which OpenSLO does not have, is said here.
extension Reader {
    private static let openSLOLimit = 1 << 20

    /// `openslo: slo.yaml`, or `{ file: slo.yaml, load: browse, phase: baseline, unit: ms, confidence: 95% }`.
    func openSLO(_ value: Value, names: TargetNames) -> TargetsPlan? {
        guard value.pairs != nil else {
            guard let file = text(value, "openslo", expected: "a file beside this one, such as slo.yaml")
            else { return nil }
            return openSLO(file, at: value.place, use: OpenSLOUse())
        }
        let keys = ["file", "load", "phase", "unit", "confidence"]
        guard let fields = Fields(value, "openslo", keys: keys, problems: problems) else { return nil }
        let file = fields.required("file", "slo.yaml").flatMap {
            text($0, "file", expected: "a file beside this one, such as slo.yaml")
        }
        let scope = scope(fields, names: names)
        let confidence = confidence(fields["confidence"])
        let units = OpenSLOUse.units.map(\.name)
        let unit = given(fields["unit"]) { word($0, "unit", of: units) }
        guard let file, let scope, let confidence, let unit else { return nil }
        let use = OpenSLOUse(load: scope.load, phase: scope.phase, unit: unit, confidence: confidence)
        return openSLO(file, at: fields.place(of: "file"), use: use)
    }

    private func openSLO(_ file: String, at place: Place, use: OpenSLOUse) -> TargetsPlan? {
        let refusal = "\(quoted(file)) is no OpenSLO file: it is larger than 1 MiB or no UTF-8"
        guard
            let text = outsideText(file, limit: Self.openSLOLimit, at: place, else: ("openslo", refusal))
        else { return nil }
        let found = OpenSLOFile(text, fileName: file).targets(use)
        guard found.problems.isEmpty else {
            problems.add(from: found.problems)
            return nil
        }
        guard found.targets != .none else {
            let message = "\(quoted(file)) has no document of kind SLO; expected one"
            problems.add("openslo", at: place, message)
            return nil
        }
        return found.targets
    }
}

/// What an experiment says of the objectives that it takes over.
struct OpenSLOUse {
    var load: String?
    var phase: String?
    /// Of thresholds' values.
    var unit: String?
    var confidence = 0.95

    static let units: [(name: String, nanoseconds: Int64)] = [
        ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
    ]
}
