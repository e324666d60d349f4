import Measures

extension Reader {
    private static let traceUnits = [
        "ns": Int64(1), "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000,
    ]
    private static let traceExpected = "a file such as arrivals.csv, or { file: arrivals.csv, speed: 2 }"

    /// `trace:` of a rate: a file, or a map that names one or has the arrivals written out.
    func trace(_ value: Value) -> ArrivalProcess? {
        guard value.pairs != nil else {
            return text(value, "trace", expected: Self.traceExpected)
                .flatMap { traceShape(of: $0, TraceText.Words(), at: value.place) }
                .flatMap { checked(ArrivalTrace(shape: $0), at: value.place) }
        }
        let sources = ["file", "counts", "packed"]
        let keys = sources + ["unit", "column", "count", "every", "start", "speed", "repeat"]
        guard let fields = Fields(value, "trace", keys: keys, problems: problems) else { return nil }
        let present = sources.filter { fields[$0] != nil }
        guard present.count == 1, let source = present.first else {
            let message = "trace names no arrivals, or two; expected \(Self.traceExpected)"
            problems.add("trace", at: value.place, message)
            return nil
        }
        let shape =
            switch source {
            case "file": traceFile(fields)
            case "counts": traceCounts(fields)
            default: packedTrace(fields)
            }
        let speed = optional(fields["speed"], .asRecorded, replaySpeed)
        guard let shape, let speed else { return nil }
        let once = ArrivalTrace(shape: shape, speed: speed)
        guard let again = fields["repeat"], again.text != "false" else {
            return checked(once, at: value.place)
        }
        return period(again, of: once).flatMap {
            checked(ArrivalTrace(shape: shape, speed: speed, period: $0), at: value.place)
        }
    }

    private func traceFile(_ fields: Fields) -> ArrivalTrace.Shape? {
        var words = TraceText.Words()
        guard let file = fields.required("file", "arrivals.csv"),
            let name = text(file, "file", expected: Self.traceExpected),
            isAlone("start", in: fields, of: "counts")
        else { return nil }
        if let value = fields["column"] {
            guard let name = text(value, "column", expected: "the name of a column") else { return nil }
            words.columns.time = name
        }
        if let value = fields["count"] {
            guard let name = text(value, "count", expected: "the name of a column") else { return nil }
            words.columns.count = name
        }
        if let value = fields["unit"] {
            guard let unit = word(value, "unit", of: ["s", "ms", "us", "ns"]) else { return nil }
            words.unit = Self.traceUnits[unit]
        }
        if let value = fields["every"] {
            guard let every = interval(value) else { return nil }
            words.every = every
        }
        return traceShape(of: name, words, at: file.place)
    }

    private func traceShape(of file: String, _ words: TraceText.Words, at place: Place) -> ArrivalTrace.Shape?
    {
        guard let bytes = outside.bytes(of: file) else {
            problems.add(
                "no-file",
                at: place,
                "\(quoted(file)) cannot be read; expected a file beside this one"
            )
            return nil
        }
        guard bytes.count <= OutsideFiles.limit, let text = String(validating: bytes, as: UTF8.self) else {
            let expected = "a text in UTF-8, at most \(OutsideFiles.limit >> 20) MiB"
            problems.add("trace", at: place, "\(quoted(file)) is no trace; expected \(expected)")
            return nil
        }
        do {
            return try TraceText(text, words).shape
        } catch {
            let line = error.line.map { ", line \($0)" } ?? ""
            problems.add("trace", at: place, "\(quoted(file))\(line): \(error.words)")
            return nil
        }
    }

    /// `counts: [10, 0, 25]`, or "10 0 25".
    private func traceCounts(_ fields: Fields) -> ArrivalTrace.Shape? {
        guard let value = fields["counts"], let every = fields.required("every", "1s").flatMap(interval)
        else {
            return nil
        }
        let start = optional(fields["start"], .zero) {
            duration($0, "start", from: .zero, to: ArrivalTrace.longest)
        }
        let words =
            value.list?.map { $0.text ?? "" } ?? value.text?.split(separator: " ").map(String.init) ?? []
        guard words.count <= TraceCounts.mostIntervals else {
            problems.add(
                "too-many",
                at: value.place,
                "counts has \(words.count) entries; expected at most \(TraceCounts.mostIntervals)"
            )
            return nil
        }
        var counts: [Double] = []
        for word in words {
            guard DecimalText(word) != nil, let count = Double(word) else {
                let expected = "numbers such as [10, 0, 25]"
                problems.add("trace", at: value.place, "\(quoted(word)) is no count; expected \(expected)")
                return nil
            }
            counts.append(count)
        }
        return start.map { .counts(TraceCounts(start: $0.nanoseconds, every: every, counts: counts)) }
    }

    private func packedTrace(_ fields: Fields) -> ArrivalTrace.Shape? {
        guard let value = fields["packed"], let text = text(value, "packed", expected: Self.traceExpected),
            isAlone("every", in: fields, of: "counts")
        else { return nil }
        do {
            return .instants(try PackedInstants(text: text).instants)
        } catch {
            problems.add("trace", at: value.place, error.words)
            return nil
        }
    }

    /// Reported otherwise: a key that another one's source has.
    private func isAlone(_ key: String, in fields: Fields, of source: String) -> Bool {
        guard fields[key] != nil else { return true }
        problems.add("trace", at: fields.place(of: key), "\(key) is of \(source), and there are none")
        return false
    }

    private func interval(_ value: Value) -> Duration? {
        duration(value, "every", from: .microseconds(1), to: .seconds(86_400))
    }

    private func replaySpeed(_ value: Value) -> ReplaySpeed? {
        let expected = "a number from 0.001 to 1000 with at most 3 decimals: 2 is twice as fast"
        guard let text = text(value, "speed", expected: expected) else { return nil }
        guard let thousandths = DecimalText(text)?.times(1000), (1...1_000_000).contains(thousandths) else {
            problems.add("out-of-range", at: value.place, "speed is \(quoted(text)); expected \(expected)")
            return nil
        }
        return ReplaySpeed(thousandths: Int64(thousandths))
    }

    /// `repeat: true`, or a duration of the trace's own time.
    private func period(_ value: Value, of trace: ArrivalTrace) -> Duration? {
        var least = trace.end
        if value.text == "true" {
            if case .instants(let instants) = trace.shape { least += ArrivalTrace.meanGap(instants) }
            guard least > 0 else {
                let expected = "how long the trace is, such as repeat: 60s"
                problems.add("trace", at: value.place, "all arrivals are at once; expected \(expected)")
                return nil
            }
            return Duration(nanoseconds: least)
        }
        return duration(
            value,
            "repeat",
            from: max(.microseconds(1), Duration(nanoseconds: least)),
            to: ArrivalTrace.longest
        )
    }

    /// Whether it can be sent and carried.
    private func checked(_ trace: ArrivalTrace, at place: Place) -> ArrivalProcess? {
        if case .instants(let instants) = trace.shape {
            let size = PackedInstants(instants).text.utf8.count
            guard size <= PackedInstants.most else {
                let message =
                    "the trace takes \(size >> 10) KiB packed; expected at most \(PackedInstants.most >> 10): it travels with "
                    + "the load. Stamps in microseconds take less"
                problems.add("too-large", at: place, message)
                return nil
            }
        } else {
            guard trace.count > 0, trace.end <= ArrivalTrace.longest.nanoseconds else {
                problems.add("trace", at: place, "the trace has no arrivals, or more than 366 days of them")
                return nil
            }
        }
        // At once is what a trace of instants may ask for; going on like that is not.
        guard trace.lastingPerSecond <= 200_000 else {
            problems.add("out-of-range", at: place, "more than 200000/s; expected fewer, or a lower speed")
            return nil
        }
        return .trace(trace)
    }
}
