package import Measures
package import Plan

/// When the requests of one load, or of one sender's share of it, are due: from time zero, never decreasing, all before the run's end. A pure function of
/// its arguments; takes no memory per arrival, whatever the rate. (Anchor: vegeta's pacers, lib/pacer.go.)
///
///     k   number of the arrival, from 0          t   time since time zero, s
///     T   end of the run, s                      λ   rate, arrivals/s
///
/// Constant:  t(k) = k / λ. From k and not by adding gaps, so that no error builds up.
///
/// Poisson:   t(k) = t(k−1) + g,  t(−1) = 0,  g = −ln(1 − U) / λ,  U uniform in [0, 1): gaps are exponential with mean
///            1/λ, so the number of arrivals in any stretch of length d is Poisson with mean λ·d.
///
/// Ramp:      λ(t) = a + (b − a)·t/T  for 0 ≤ t < T, from a to b. Its integral counts the arrivals due by t:
///                N(t) = a·t + (b − a)·t²/(2T)
///            and the k-th is due when N(t) = k. The root of that quadratic, in the form that does not subtract nearly
///            equal numbers:
///                t(k) = 2k / (a + √(a² + 2k·(b − a)/T)),   t(0) = 0
///            Below zero under the root: N never reaches k.
///
/// Steps:     λ(t) = λᵢ from tᵢ on. Arrivals of one step are evenly spaced; a gap that a step's end falls into goes on at
///            the next rate. With N(tᵢ) arrivals, fractions kept, before a step: t(k) = tᵢ + (k − N(tᵢ)) / λᵢ.
///
/// Sine:      λ(t) = m + a·sin(2πt/P), a ≤ m; the k-th is due when (see `SineArrivals`)
///                N(t) = m·t + a·P/(2π)·(1 − cos(2πt/P)) = k
///
/// Trace:     t(k) as it was recorded, divided by the speed (see `TraceArrivals`).
package struct ArrivalSequence: Sequence, IteratorProtocol, Sendable {
    private let process: ArrivalProcess
    private let end: Instant
    private var generator: SeededGenerator
    private var trace: TraceArrivals?
    /// k of the next arrival.
    private var number: Int64 = 0
    /// Of a process in steps: the present one, when it began (s), and the arrivals before it, fractions kept.
    private var step = 0
    private var stepStart = 0.0
    private var stepCount = 0.0
    /// The last arrival, in nanoseconds; fractions are kept, or Poisson's would be lost at each step.
    private var last = 0.0
    /// Of a load that several hosts send: whose turn it is, whose turns these are, and the next one.
    private let turns: [Int]?
    private let place: Int
    private var turn = 0

    /// Each load draws from its own stream of the seed: another load in the file does not move it. Every sender of a load
    /// draws the whole load's, and gives out those that are its own.
    package init(
        process: ArrivalProcess,
        end: Instant,
        seed: UInt64,
        load: String,
        share: LoadShare = .whole
    ) {
        turns = share.isWhole ? nil : share.turns
        place = share.place
        self.process = process
        self.end = end
        self.generator = SeededGenerator(seed: seed, stream: "arrivals/\(load)")
        if case .trace(let trace) = process { self.trace = TraceArrivals(trace) }
    }

    /// Mean number of the whole load's arrivals in the run; all but Poisson come within one of it.
    package var expectedCount: Double { process.expectedCount(until: end, of: end) }

    package mutating func next() -> Instant? {
        guard let turns else { return nextOfAll() }
        while let due = nextOfAll() {
            let isOwn = turns[turn] == place
            turn = turn + 1 == turns.count ? 0 : turn + 1
            if isOwn { return due }
        }
        return nil
    }

    private mutating func nextOfAll() -> Instant? {
        let due: Double
        switch process {
        case .constant(let rate):
            due = Double(number) * (1e9 / rate)
        case .poisson(let rate):
            due = last - naturalLogarithm(1 - generator.unit()) * (1e9 / rate)
        case .ramp(let from, let to):
            due = rampTime(Double(number), from: from, to: to) * 1e9
        case .steps(let steps):
            due = stepTime(Double(number), steps) * 1e9
        case .sine(let sine):
            due = SineArrivals(sine).time(of: Double(number), after: last / 1e9) * 1e9
        case .trace:
            guard last < .infinity, let due = trace?.next(before: end.nanoseconds) else { return finish() }
            return Instant(nanoseconds: due)
        // See `ClosedModel`: nothing is due before there are outcomes.
        case .closed: return finish()
        }
        // False for NaN as well: a rate of zero has no next arrival.
        guard due < Double(end.nanoseconds), last < .infinity else { return finish() }
        last = Swift.max(last, due)
        let instant = Instant(nanoseconds: Int64(last.rounded()))
        guard instant < end else { return finish() }
        number += 1
        return instant
    }

    /// Once over, over for good: Poisson's next gap could be shorter.
    private mutating func finish() -> Instant? {
        last = .infinity
        return nil
    }

    /// The step that holds the next arrival is only ever a later one.
    private mutating func stepTime(_ k: Double, _ steps: [RateStep]) -> Double {
        while step < steps.count {
            let (rate, length) = (steps[step].perSecond, steps[step].lasting.seconds)
            let isLast = step == steps.count - 1
            let due = rate > 0 ? stepStart + (k - stepCount) / rate : .infinity
            if isLast || due < stepStart + length { return due }
            stepCount += rate * length
            stepStart += length
            step += 1
        }
        return .infinity
    }

    private func rampTime(_ k: Double, from a: Double, to b: Double) -> Double {
        let square = a * a + 2 * k * (b - a) / end.seconds
        guard square >= 0 else { return .infinity }
        return k == 0 ? 0 : 2 * k / (a + square.squareRoot())
    }
}

extension ArrivalSequence {
    /// The arrivals of one load of a schedule.
    package init(_ load: LoadPlan, schedule: Schedule) {
        self.init(
            process: load.arrivals,
            end: schedule.end,
            seed: schedule.seed,
            load: load.name,
            share: load.share
        )
    }
}
