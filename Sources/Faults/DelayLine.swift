package import Impairments
package import Measures

/// Which packet leaves when: the deciding half of the queue backend. It holds no packets and no clock, only identifiers and
/// instants (nanoseconds of any one clock); the same seed and arrivals give the same decisions.
package struct DelayLine: Sendable {
    package struct Settings: Sendable, Hashable {
        package enum Order: Sendable, Hashable {
            /// A packet never overtakes another: it leaves no earlier than the one before it. So with jitter and packets
            /// closer than the jitter, delays are longer than drawn, as in a real queue.
            case kept
            /// Each packet has the delay that was drawn for it, and may overtake. Like netem.
            case free
        }

        package let latency: Duration
        package let jitter: Duration
        package let distribution: DelayDistribution
        package let loss: Share
        package let order: Order

        package init(
            latency: Duration,
            jitter: Duration = .zero,
            distribution: DelayDistribution = .uniform,
            loss: Share = .zero,
            order: Order = .kept
        ) {
            self.latency = latency
            self.jitter = jitter
            self.distribution = distribution
            self.loss = loss
            self.order = order
        }

        package init(_ asked: Impairment, order: Order = .kept) {
            var loss = Share.zero
            if case .random(let share, _) = asked.loss { loss = share }
            self.init(
                latency: asked.latency,
                jitter: asked.jitter,
                distribution: asked.distribution,
                loss: loss,
                order: order
            )
        }

        /// No delay, only loss.
        package init(loss: Share) {
            self.init(latency: .zero, loss: loss)
        }
    }

    package enum Admission: Sendable, Hashable {
        /// At once: nothing is to be waited for.
        case pass
        case drop
        case hold(until: Int64)
    }

    package struct Held: Sendable, Hashable {
        package let identifier: UInt32
        package let arrived: Int64
        package let release: Int64
        fileprivate let number: UInt64
    }

    package let settings: Settings
    private var jitterDraws: SeededGenerator
    private var lossDraws: SeededGenerator
    private var heap: [Held] = []
    private var admitted: UInt64 = 0
    private var latestRelease = Int64.min
    private var latestIdentifier: UInt32?
    private var inOrder = true

    /// Loss and jitter are drawn from streams of their own, so that changing one leaves the other as it was.
    package init(_ settings: Settings, seed: UInt64) {
        self.settings = settings
        jitterDraws = SeededGenerator(seed: seed, stream: "delay-line.jitter")
        lossDraws = SeededGenerator(seed: seed, stream: "delay-line.loss")
    }

    package var count: Int { heap.count }
    package var nextRelease: Int64? { heap.first?.release }
    /// Whatever is due has lower identifiers than all that stays, so one verdict can stand for all that is due.
    package var releasesArePrefixes: Bool { settings.order == .kept && inOrder }

    /// Decides about a packet that arrived at this instant; a held one comes back from `takeDue`.
    package mutating func admit(_ identifier: UInt32, at now: Int64) -> Admission {
        // Both are drawn for each packet, so that what happens to one does not depend on the fate of another.
        let delay = drawDelay()
        let isLost = drawLoss()
        if heap.isEmpty { inOrder = true }
        // The counter goes around at 2^32: later means less than half a turn ahead.
        if let latest = latestIdentifier, identifier &- latest > UInt32.max / 2 { inOrder = false }
        latestIdentifier = identifier
        if isLost { return .drop }
        var release = now + delay
        if settings.order == .kept {
            release = max(release, latestRelease)
            latestRelease = release
        }
        guard release > now else { return .pass }
        push(Held(identifier: identifier, arrived: now, release: release, number: admitted))
        admitted += 1
        return .hold(until: release)
    }

    /// The next packet whose time has come, in the order of release; nil when there is none.
    package mutating func takeDue(at now: Int64) -> Held? {
        guard let first = heap.first, first.release <= now else { return nil }
        return pop()
    }

    /// The next held packet, whether its time has come or not.
    package mutating func takeAny() -> Held? { heap.isEmpty ? nil : pop() }

    // MARK: Draws

    private mutating func drawDelay() -> Int64 {
        let latency = settings.latency.nanoseconds
        let jitter = settings.jitter.nanoseconds
        guard jitter > 0 else { return max(0, latency) }
        let deviation =
            switch settings.distribution {
            case .uniform: jitterDraws.unit() * 2 - 1
            default: jitterDraws.standardNormal()
            }
        return max(0, latency + Int64(deviation * Double(jitter)))
    }

    /// Exact: P = floor(2^64 × share) / 2^64 for shares in units of 10^-18.
    private mutating func drawLoss() -> Bool {
        let (whole, _) = lossDraws.next().multipliedFullWidth(by: Share.one.attos)
        return whole < settings.loss.attos
    }

    // MARK: Binary heap, earliest release first, arrivals at one instant in their order

    private mutating func push(_ held: Held) {
        heap.append(held)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func pop() -> Held {
        heap.swapAt(0, heap.count - 1)
        let first = heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].isBefore(heap[least]) { least = child }
            }
            guard least != parent else { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}

extension DelayLine.Held {
    @inline(__always)
    fileprivate func isBefore(_ other: DelayLine.Held) -> Bool {
        release != other.release ? release < other.release : number < other.number
    }
}

extension SeededGenerator {
    /// Mean 0, standard deviation 1, by the polar method (Marsaglia and Bray, "A convenient method for generating normal
    /// variables", SIAM Review 6, 1964): for (u, v) uniform in the unit disc and s = u² + v², u √(-2 ln s / s).
    package mutating func standardNormal() -> Double {
        while true {
            let u = unit() * 2 - 1
            let v = unit() * 2 - 1
            let s = u * u + v * v
            if s > 0, s < 1 { return u * (-2 * Self.naturalLogarithm(s) / s).squareRoot() }
        }
    }

    /// x = m · 2^e with m in [√½, √2]; ln x = e ln 2 + 2 artanh((m - 1) / (m + 1)), whose series converges as 0.03^n.
    /// Here because this target calls no C.
    package static func naturalLogarithm(_ x: Double) -> Double {
        var exponent = Double(x.exponent)
        var significand = x.significand
        if significand > 1.4142135623730951 {
            significand /= 2
            exponent += 1
        }
        let z = (significand - 1) / (significand + 1)
        let square = z * z
        var sum = 0.0
        for odd in stride(from: 21.0, through: 1.0, by: -2.0) { sum = sum * square + 1 / odd }
        return exponent * 0.6931471805599453 + 2 * z * sum
    }
}
