package import Measures

/// When a stretch of good requests ends an outage. Shorter stretches belong to it: flapping is one outage.
package struct SteadyRule: Sendable, Equatable {
    /// That many good requests in a row, at least …
    package let goodInARow: Int
    /// … and none that is bad for that long, from the first of them on.
    package let goodFor: Duration

    package init(goodInARow: Int = 10, goodFor: Duration) {
        self.goodInARow = goodInARow
        self.goodFor = goodFor
    }
}

/// Finds outages in marks that are added in order: from the first bad request to the first of the good stretch that is steady.
package struct OutageFinder: Sendable {
    private let rule: SteadyRule
    private var outages: [Outage] = []
    private var open: Open?

    private struct Open: Sendable {
        let start: Instant
        var bad: Int
        var due: Int
        /// The good stretch that may end it.
        var stretchStart: Instant?
        var stretchCount = 0
    }

    /// What was found by the end of the marks.
    package struct Found: Sendable, Equatable {
        package let outages: [Outage]
        /// First good request of a stretch that was not steady yet when the marks ended; nil when there is none, or no
        /// outage is open.
        package let unprovenGood: Instant?
    }

    package init(_ rule: SteadyRule) {
        self.rule = rule
    }

    package mutating func add(_ mark: Mark) {
        if mark.good {
            guard var current = open else { return }
            current.stretchStart = current.stretchStart ?? mark.at
            current.stretchCount += mark.count
            open = current
            closeIfSteady(until: mark.at)
        } else {
            closeIfSteady(until: mark.at)
            guard var current = open else {
                open = Open(start: mark.at, bad: mark.count, due: mark.count)
                return
            }
            current.bad += mark.count
            current.due += current.stretchCount + mark.count
            current.stretchStart = nil
            current.stretchCount = 0
            open = current
        }
    }

    /// - Parameter end: until when requests were due; a good stretch may become steady by it.
    package consuming func finish(at end: Instant) -> Found {
        var copy = self
        copy.closeIfSteady(until: end)
        guard let rest = copy.open else { return Found(outages: copy.outages, unprovenGood: nil) }
        let censored = Outage(start: rest.start, end: nil, bad: rest.bad, due: rest.due)
        return Found(outages: copy.outages + [censored], unprovenGood: rest.stretchStart)
    }

    private mutating func closeIfSteady(until instant: Instant) {
        guard let current = open, let good = current.stretchStart, current.stretchCount >= rule.goodInARow,
            instant - good >= rule.goodFor
        else { return }
        outages.append(Outage(start: current.start, end: good, bad: current.bad, due: current.due))
        open = nil
    }
}
