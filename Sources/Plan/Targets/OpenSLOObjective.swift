import Measures

/// One objective of an SLO as a target.
struct OpenSLOObjective {
    private let reader: Reader
    private let use: OpenSLOUse
    private let name: String
    private let method: OpenSLOMethod
    private let window: Duration

    private static let keys = [
        "displayName", "op", "value", "target", "targetPercent", "timeSliceTarget", "timeSliceWindow",
    ]

    init(_ document: OpenSLOReader, name: String, method: OpenSLOMethod, window: Duration) {
        self.reader = document.reader
        self.use = document.use
        self.name = name
        self.method = method
        self.window = window
    }

    func availability(_ value: Value) -> AvailabilityTarget? {
        guard let fields = fields(value), let objective = objective(fields) else { return nil }
        guard method == .timeslices else { return target(objective, slice: nil) }
        let length = fields.required("timeSliceWindow", "1m").flatMap(sliceWindow)
        let share = fields.required("timeSliceTarget", "0.99").flatMap(sliceTarget)
        guard let length, let share else { return nil }
        return target(objective, slice: (length, share))
    }

    func latency(_ value: Value) -> LatencyTarget? {
        guard let fields = fields(value), let objective = objective(fields) else { return nil }
        guard method == .occurrences else {
            let message =
                "a threshold with Timeslices; expected Occurrences: latencies are counted by requests"
            reader.problems.add("method", at: value.place, message)
            return nil
        }
        let isUpper = fields.required("op", "lte").map { reader.word($0, "op", of: ["lte", "lt"]) != nil }
        let threshold = fields.required("value", "300").flatMap(threshold)
        guard isUpper == true, let threshold,
            let atLeast = Share(objective.plainText + "%")
        else { return nil }
        return LatencyTarget(
            name: name,
            load: use.load,
            phase: use.phase,
            claim: .shareUnder(threshold, atLeast: atLeast),
            confidence: use.confidence
        )
    }

    private func fields(_ value: Value) -> Fields? {
        Fields(value, "the objective", keys: Self.keys, problems: reader.problems)
    }

    private func target(
        _ objective: ExactDecimal,
        slice: (length: Duration, target: Share)?
    ) -> AvailabilityTarget {
        AvailabilityTarget(
            name: name,
            objective: objective,
            load: use.load,
            phase: use.phase,
            confidence: use.confidence,
            counting: slice == nil ? .requests : .slices,
            slice: slice?.length ?? .seconds(1),
            sliceTarget: slice?.target ?? .one,
            window: window
        )
    }

    /// Percent.
    private func objective(_ fields: Fields) -> ExactDecimal? {
        switch (fields["target"], fields["targetPercent"]) {
        case (.some(let target), nil): return reader.fraction(target, "target")
        case (nil, .some(let percent)): return reader.objective(percent, "targetPercent")
        default:
            let said = fields["target"] == nil ? "neither" : "both"
            let message = "the objective has \(said) of target and targetPercent; expected target: 0.999"
            reader.problems.add("objective", at: fields.place, message)
            return nil
        }
    }

    private func sliceTarget(_ value: Value) -> Share? {
        let expected = "a share above 0 and at most 1, such as 0.99"
        guard let text = reader.text(value, "timeSliceTarget", expected: expected) else { return nil }
        guard let share = Share(text), share != .zero, !text.hasSuffix("%") else {
            let message = "timeSliceTarget is \(quoted(text)); expected \(expected)"
            reader.problems.add("slice", at: value.place, message)
            return nil
        }
        return share
    }

    /// A number alone is minutes.
    private func sliceWindow(_ value: Value) -> Duration? {
        let expected = "whole minutes or hours such as 1m, at most 1h"
        guard let text = reader.text(value, "timeSliceWindow", expected: expected) else { return nil }
        let digits = text.prefix(while: \.isNumber)
        let minutes: Int64? = ["": 1, "m": 1, "h": 60][text.dropFirst(digits.count)]
        guard let minutes, let count = Int64(digits), (1...60).contains(count), count * minutes <= 60 else {
            let message = "timeSliceWindow is \(quoted(text)); expected \(expected)"
            reader.problems.add("slice", at: value.place, message)
            return nil
        }
        return .seconds(60 * count * minutes)
    }

    private func threshold(_ value: Value) -> Duration? {
        guard let unit = OpenSLOUse.units.first(where: { $0.name == use.unit }) else {
            let message =
                "the value of a threshold has no unit in OpenSLO; expected one in the experiment, "
                + "such as openslo: { file: slo.yaml, unit: ms }"
            reader.problems.add("unit", at: value.place, message)
            return nil
        }
        let expected = "a number from 1 us to 60 s in \(unit.name)"
        guard let text = reader.text(value, "value", expected: expected) else { return nil }
        let nanoseconds = DecimalText(text)?.times(unit.nanoseconds).flatMap { Int64(exactly: $0) }
        guard let nanoseconds, (1_000...60_000_000_000).contains(nanoseconds) else {
            let message = "value is \(quoted(text)); expected \(expected)"
            reader.problems.add("value", at: value.place, message)
            return nil
        }
        return Duration(nanoseconds: nanoseconds)
    }
}
