import Measures

/// A trace's file. One instant a line, in any order: seconds from the load's start ("12.5"), durations ("200ms"), or stamps,
/// the earliest of which is the load's start: since 1970 (10^8 and more: seconds; 10^11 and more: milliseconds; 10^14:
/// microseconds; 10^17: nanoseconds) or dates (RFC 3339). Or a table of counts: time,count below a header.
struct TraceText {
    let shape: ArrivalTrace.Shape

    /// What a file does not say of itself.
    struct Words: Equatable {
        var columns = TraceTable.Columns()
        /// Of bare numbers, nanoseconds; nil: seconds, and of stamps what their size says.
        var unit: Int64?
        /// Of counts: how long an interval is; nil: as the closest two rows are apart.
        var every: Duration?
    }

    init(_ text: String, _ words: Words) throws(TraceProblem) {
        let table = try TraceTable(text, words.columns)
        let isCounts = table.rows[0].count != nil
        guard isCounts || table.rows.count <= ArrivalTrace.mostInstants else {
            throw TraceProblem(
                line: table.rows[ArrivalTrace.mostInstants].line,
                "more than \(ArrivalTrace.mostInstants) arrivals; expected fewer, or a table of counts (time,count)"
            )
        }
        guard isCounts || words.every == nil else {
            throw TraceProblem("every is of counts, and there is no column of them; expected time,count")
        }
        let times = try TraceTimes(table.rows, unit: words.unit)
        if isCounts {
            shape = .counts(try TraceCounts(times, table.rows, every: words.every))
        } else {
            shape = .instants(times.values.sorted())
        }
    }
}

/// The times of a trace's rows, nanoseconds from its start, in the order of the rows.
struct TraceTimes {
    let values: [Int64]

    /// From here on a number is a stamp since 1970 and not time since the load's start: three years, seconds.
    private static let leastStamp: Int64 = 100_000_000

    private enum Kind {
        case numbers(unit: Int64)
        case offsets
        case dates
    }

    init(_ rows: [TraceTable.Row], unit: Int64?) throws(TraceProblem) {
        var kind: Kind?
        var values: [Int64] = []
        values.reserveCapacity(rows.count)
        for row in rows {
            guard let stamp = TraceStamp(row.time) else {
                let expected =
                    "seconds such as 12.5, a duration such as 200ms, or a stamp such as 2026-11-23T10:15:04Z"
                throw TraceProblem(line: row.line, "\(quoted(String(row.time))); expected \(expected)")
            }
            let known = kind ?? Self.kind(of: stamp, unit: unit)
            kind = known
            values.append(try Self.value(of: stamp, known, row))
        }
        guard var least = values.min(), let most = values.max() else {
            throw TraceProblem("it holds no arrivals")
        }
        // Offsets keep the pause before the first of them.
        if case .dates? = kind {} else if least < Self.leastStamp * 1_000_000_000 { least = 0 }
        guard most - least <= ArrivalTrace.longest.nanoseconds else {
            let line = zip(values, rows).first { $0.0 - least > ArrivalTrace.longest.nanoseconds }?.1.line
            throw TraceProblem(line: line, "more than 366 days after the trace's start; expected less")
        }
        self.values = values.map { $0 - least }
    }

    private static func kind(of stamp: TraceStamp, unit: Int64?) -> Kind {
        switch stamp {
        case .date: return .dates
        case .offset: return .offsets
        case .number(let significand, let places):
            if let unit { return .numbers(unit: unit) }
            let size = significand / DecimalText.power(places)
            let units: [(from: Int128, unit: Int64)] = [
                (100_000_000_000_000_000, 1), (100_000_000_000_000, 1_000), (100_000_000_000, 1_000_000),
            ]
            return .numbers(unit: units.first { size >= $0.from }?.unit ?? 1_000_000_000)
        }
    }

    private static func value(of stamp: TraceStamp, _ kind: Kind, _ row: TraceTable.Row) throws(TraceProblem)
        -> Int64
    {
        switch (stamp, kind) {
        case (.number(let significand, let places), .numbers(let unit)):
            guard let value = TraceStamp.nanoseconds(significand, places, unit: unit) else { break }
            return value
        case (.offset(let value), .offsets), (.date(let value), .dates): return value
        default:
            throw TraceProblem(
                line: row.line,
                "\(quoted(String(row.time))) is written in another way than the lines before; expected one way in a file"
            )
        }
        throw TraceProblem(
            line: row.line,
            "\(quoted(String(row.time))) is too large; expected seconds or a stamp"
        )
    }
}

extension TraceCounts {
    /// Rows at the same time add up; intervals that no row names are empty.
    fileprivate init(_ times: TraceTimes, _ rows: [TraceTable.Row], every: Duration?) throws(TraceProblem) {
        let sorted = times.values.sorted()
        let gap = zip(sorted.dropFirst(), sorted).map { $0 - $1 }.filter { $0 > 0 }.min()
        let width = every?.nanoseconds ?? gap ?? 1_000_000_000
        let start = sorted[0]
        let span = (sorted[sorted.count - 1] - start) / width + 1
        guard span <= Int64(Self.mostIntervals) else {
            throw TraceProblem(
                "\(span) intervals of \(Duration(nanoseconds: width).text); expected at most \(Self.mostIntervals)"
            )
        }
        var counts = [Double](repeating: 0, count: Int(span))
        for (time, row) in zip(times.values, rows) {
            let (index, rest) = (time - start).quotientAndRemainder(dividingBy: width)
            guard rest == 0 else {
                throw TraceProblem(
                    line: row.line,
                    "\(quoted(String(row.time))) is no whole number of intervals of "
                        + "\(Duration(nanoseconds: width).text) after the first; expected even rows, or every: 1s"
                )
            }
            counts[Int(index)] += try Self.count(row)
        }
        self.init(start: start, every: Duration(nanoseconds: width), counts: counts)
    }

    private static func count(_ row: TraceTable.Row) throws(TraceProblem) -> Double {
        guard let field = row.count, case .number? = TraceStamp(field), let count = Double(field) else {
            throw TraceProblem(
                line: row.line,
                "the count is \(quoted(String(row.count ?? ""))); expected a number such as 12"
            )
        }
        return count
    }
}
