package import Measures

/// Exchanges as text, in the order in which their answers came: a line each, `t1,t2,t3,t4` or `t1,t2,t3,t4,granularity`, in
/// nanoseconds; T1 and T4 of the local clock, T2 and T3 of the reference. Empty lines, lines that begin with "#" and a first
/// line that begins with a letter say nothing. Pure.
package struct ClockTrace: Sendable, Hashable {
    package private(set) var exchanges: [ClockExchange] = []

    /// `file`: for messages only.
    package init(_ text: String, file: String) throws(ClockTraceError) {
        // \r\n is one Character in Swift.
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let line = line.trimmed
            guard let first = line.first, first != "#" else { continue }
            if index == 0, first.isLetter { continue }
            let place = "\(file):\(index + 1)"
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == 4 || fields.count == 5 else {
                throw ClockTraceError(
                    "\(place): \(fields.count) fields; t1,t2,t3,t4 or t1,t2,t3,t4,granularity is expected"
                )
            }
            var numbers: [Int64] = []
            for field in fields {
                guard let number = Int64(field.trimmed) else {
                    throw ClockTraceError(
                        "\(place): \"\(field.trimmed.prefix(40))\" is no whole number of nanoseconds"
                    )
                }
                numbers.append(number)
            }
            exchanges.append(
                ClockExchange(
                    sent: numbers[0],
                    received: numbers[1],
                    answered: numbers[2],
                    returned: numbers[3],
                    granularity: numbers.count == 5 ? numbers[4] : 1
                )
            )
        }
        guard !exchanges.isEmpty else { throw ClockTraceError("\(file): no exchange in it") }
    }

    /// What the clock knew after each exchange, at the exchange's T4; after one that was rejected, at the T4 of the latest.
    package struct Step: Sendable, Hashable, Codable {
        package var t4: Int64
        /// Limits of reference − local, nanoseconds; their middle, and half their width.
        package var low: Int64
        package var high: Int64
        package var offset: Int64
        package var bound: Int64
        package var state: String
        package var epoch: Int
        /// What the exchange did.
        package var outcome: String
        /// The other tier; not a bound. Nil in the first two seconds of an epoch.
        package var estimate: SkewHull.Estimate?
    }

    /// An exchange of which nothing is believed before any was has no step.
    package func replay(driftPPM: Int64 = 200, limits: ClockLimits = ClockLimits()) -> [Step] {
        var clock = TwoTierClock(driftPPM: driftPPM)
        return exchanges.compactMap { exchange in
            let outcome = clock.add(exchange)
            // The stamps of one that is refused may be anything.
            let local = outcome == .rejected ? clock.interval.time : exchange.returned
            guard let estimate = clock.estimate(at: local, limits: limits),
                let interval = clock.interval.limits(at: local)
            else { return nil }
            return Step(
                t4: local,
                low: interval.lowerBound,
                high: interval.upperBound,
                offset: estimate.offset,
                bound: estimate.bound,
                state: estimate.state.rawValue,
                epoch: estimate.epoch,
                outcome: outcome.rawValue,
                estimate: estimate.guess
            )
        }
    }
}

/// A trace that cannot be read: where, and what was expected.
package struct ClockTraceError: ReadableError, Equatable {
    package let message: String
    package var code: String { "clock.bad-trace" }
    package var exitCode: ExitCode { .badInput }

    init(_ message: String) { self.message = message }
}
