import Measures

/// One object of an OpenSLO file.
struct OpenSLOObject {
    let kind: String
    let name: String
    let spec: Value
}

/// How an indicator is measured, as far as it matters here.
enum OpenSLOIndicator {
    case ratio
    case threshold
}

/// Reads OpenSLO's objects; fields that say nothing here are known and passed over, others are errors.
struct OpenSLOReader {
    let reader: Reader
    let use: OpenSLOUse

    var problems: Problems { reader.problems }

    private static let kinds = [
        "DataSource", "SLO", "SLI", "AlertPolicy", "AlertCondition", "AlertNotificationTarget", "Service",
    ]

    func object(_ root: Value) -> OpenSLOObject? {
        let keys = ["apiVersion", "kind", "metadata", "spec"]
        guard let fields = Fields(root, "the document", keys: keys, problems: problems) else { return nil }
        let version = fields.required("apiVersion", "openslo/v1").flatMap {
            reader.word($0, "apiVersion", of: ["openslo/v1"])
        }
        let kind = fields.required("kind", "SLO").flatMap { reader.word($0, "kind", of: Self.kinds) }
        let name = fields.required("metadata", "{ name: checkout-availability }").flatMap(name)
        let spec = fields.required("spec", "{ … }")
        guard version != nil, let kind, let name, let spec else { return nil }
        return OpenSLOObject(kind: kind, name: name, spec: spec)
    }

    private func name(_ metadata: Value) -> String? {
        let keys = ["name", "displayName", "labels", "annotations"]
        return Fields(metadata, "metadata", keys: keys, problems: problems)?
            .required("name", "checkout-availability").flatMap { reader.name($0, of: "an object") }
    }

    /// The spec of an SLI.
    func indicator(_ spec: Value) -> OpenSLOIndicator? {
        let keys = ["description", "thresholdMetric", "ratioMetric"]
        guard let fields = Fields(spec, "the indicator", keys: keys, problems: problems) else { return nil }
        switch (fields["ratioMetric"], fields["thresholdMetric"]) {
        case (.some, nil): return .ratio
        case (nil, .some): return .threshold
        default:
            let message = "the indicator has neither or both; expected ratioMetric or thresholdMetric"
            problems.add("indicator", at: spec.place, message)
            return nil
        }
    }

    /// `indicator:` of an SLO: an SLI without its kind.
    private func inline(_ value: Value) -> OpenSLOIndicator? {
        let keys = ["apiVersion", "kind", "metadata", "spec"]
        return Fields(value, "indicator", keys: keys, problems: problems)?.required("spec", "{ … }")
            .flatMap(indicator)
    }

    func objectives(
        of object: OpenSLOObject,
        indicators: [String: OpenSLOIndicator]
    ) -> TargetsPlan? {
        let keys = [
            "description", "service", "indicator", "indicatorRef", "timeWindow", "budgetingMethod",
            "objectives", "alertPolicies",
        ]
        guard let fields = Fields(object.spec, "the SLO", keys: keys, problems: problems) else { return nil }
        let indicator = indicator(fields, indicators)
        let method = fields.required("budgetingMethod", "Occurrences").flatMap {
            reader.word($0, "budgetingMethod", of: OpenSLOMethod.allCases.map(\.rawValue))
                .flatMap(OpenSLOMethod.init)
        }
        let window = reader.optional(fields["timeWindow"], AvailabilityTarget.usualWindow, window)
        let objectives = fields.required("objectives", "[ { target: 0.999 } ]")
        guard let indicator, let method, let window, let objectives else { return nil }
        var plan: (availability: [AvailabilityTarget], latency: [LatencyTarget]) = ([], [])
        for value in reader.items(objectives, "objectives", most: Reader.mostTargets) {
            let objective = OpenSLOObjective(self, name: object.name, method: method, window: window)
            switch indicator {
            case .ratio: plan.availability += [objective.availability(value)].compactMap { $0 }
            case .threshold: plan.latency += [objective.latency(value)].compactMap { $0 }
            }
        }
        return TargetsPlan(availability: plan.availability, latency: plan.latency)
    }

    private func indicator(
        _ fields: Fields,
        _ indicators: [String: OpenSLOIndicator]
    ) -> OpenSLOIndicator? {
        if let value = fields["indicator"] { return inline(value) }
        guard let value = fields.required("indicatorRef", "checkout-requests"),
            let name = reader.text(value, "indicatorRef", expected: "the name of an SLI of this file")
        else { return nil }
        if let known = indicators[name] { return known }
        let names = indicators.keys.sorted()
        let message =
            "no SLI of this file is named \(quoted(name)); expected \(names.isEmpty ? "one" : names.listed)"
        problems.add("indicator", at: value.place, message, nearest: Spelling.nearest(to: name, in: names))
        return nil
    }

    /// OpenSLO leaves open how long a month is: 30 days here, a quarter 90 and a year 365.
    private static let units: [(name: String, hours: Int64)] = [
        ("h", 1), ("d", 24), ("w", 168), ("M", 30 * 24), ("Q", 90 * 24), ("Y", 365 * 24),
    ]

    private func window(_ value: Value) -> Duration? {
        guard let windows = value.list, windows.count == 1, let first = windows.first else {
            let message = "timeWindow is \(value.shown); expected a list of exactly one window"
            problems.add("window", at: value.place, message)
            return nil
        }
        let keys = ["duration", "isRolling", "calendar"]
        return Fields(first, "timeWindow", keys: keys, problems: problems)?.required("duration", "30d")
            .flatMap { reader.window($0, "duration", units: Self.units, example: "30d") }
    }
}

/// How OpenSLO counts a budget.
enum OpenSLOMethod: String, CaseIterable {
    case occurrences = "Occurrences"
    case timeslices = "Timeslices"
}
