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

        package let asked: Impairment
        package let order: Order
        /// Bytes that a link adds to an IP packet: netem counts them where it counts bytes. 14: Ethernet.
        package let linkHeader: UInt32

        package init(_ asked: Impairment, order: Order = .kept, linkHeader: UInt32 = 14) {
            self.asked = asked
            self.order = order
            self.linkHeader = linkHeader
        }

        package init(
            latency: Duration,
            jitter: Duration = .zero,
            distribution: DelayDistribution = .uniform,
            loss: Share = .zero,
            order: Order = .kept
        ) {
            let asked = Impairment(
                latency: latency,
                jitter: jitter,
                distribution: distribution,
                loss: loss == .zero ? .none : .random(loss)
            )
            self.init(asked, order: order)
        }

        /// No delay, only loss.
        package init(loss: Share) {
            self.init(latency: .zero, loss: loss)
        }
    }

    package enum Admission: Sendable, Hashable {
        /// At once: nothing is to be waited for.
        case pass
        /// At once, ahead of those that wait.
        case overtake
        case drop
        case hold(until: Int64)
        /// The packet and a copy of it come again, as `isOneOfTwo`.
        case duplicate
    }

    /// A packet as it arrives.
    package struct Arrival: Sendable, Hashable {
        package let identifier: UInt32
        /// Bytes of the IP packet; 0 where the line needs none.
        package let length: UInt32
        package let isOneOfTwo: Bool

        package init(_ identifier: UInt32, length: UInt32 = 0, isOneOfTwo: Bool = false) {
            self.identifier = identifier
            self.length = length
            self.isOneOfTwo = isOneOfTwo
        }
    }

    package struct Held: Sendable, Hashable {
        package let identifier: UInt32
        package let arrived: Int64
        package let release: Int64
        /// On the line.
        package let length: UInt32
        let number: UInt64
    }

    package let settings: Settings
    private let limit: Int
    private var fates: PacketFates
    private var pacer: LinePacer?
    private var gate: SlotGate?
    private var heap = ReleaseHeap()
    private var admitted: UInt64 = 0
    private var latestRelease = Int64.min
    private var latestIdentifier: UInt32?
    private var inOrder = true

    package init(_ settings: Settings, seed: UInt64) {
        self.settings = settings
        limit = settings.asked.packetLimit.map { Int($0) } ?? .max
        fates = PacketFates(settings.asked, seed: seed)
        pacer = settings.asked.rate.map { LinePacer($0) }
        gate = settings.asked.slots.map {
            SlotGate($0, SeededGenerator(seed: seed, stream: "impairment.slots"))
        }
    }

    package var count: Int { heap.count }
    /// When to look next.
    package var nextRelease: Int64? {
        heap.first.map { max($0.release, gate?.opensAt ?? .min) }
    }
    /// Whatever is due has lower identifiers than all that stays, so one verdict can stand for all that is due.
    package var releasesArePrefixes: Bool { inOrder }

    /// Decides about a packet that arrived at this instant; a held one comes back from `takeDue`.
    package mutating func admit(_ identifier: UInt32, at now: Int64) -> Admission {
        admit(Arrival(identifier), at: now).admission
    }

    /// With the bit of the packet that is to be flipped, if any.
    package mutating func admit(_ packet: Arrival, at now: Int64) -> (admission: Admission, flip: BitFlip?) {
        switch fates.next(isOneOfTwo: packet.isOneOfTwo) {
        case .lost: return (.drop, nil)
        case .duplicated: return (.duplicate, nil)
        case .delivered(let delivery):
            guard heap.count < limit else { return (.drop, nil) }
            guard let delay = delivery.delay else { return (.overtake, delivery.flip) }
            return (hold(packet, at: now, delay: delay), delivery.flip)
        }
    }

    private mutating func hold(_ packet: Arrival, at now: Int64, delay: Int64) -> Admission {
        let length = packet.length + settings.linkHeader
        var release = now + max(0, delay)
        if let through = pacer?.pass(length: length, at: release) { release = through }
        if settings.order == .kept { release = max(release, latestRelease) }
        guard release > now || gate != nil else { return .pass }
        if heap.count == 0 {
            inOrder = true
            latestIdentifier = nil
        } else if release < latestRelease {
            inOrder = false
        }
        latestRelease = max(latestRelease, release)
        // The counter goes around at 2^32: later means less than half a turn ahead.
        if let latest = latestIdentifier, packet.identifier &- latest > UInt32.max / 2 { inOrder = false }
        latestIdentifier = packet.identifier
        heap.push(
            Held(
                identifier: packet.identifier,
                arrived: now,
                release: release,
                length: length,
                number: admitted
            )
        )
        admitted += 1
        return .hold(until: release)
    }

    /// The next packet whose time has come, in the order of release; nil when there is none.
    package mutating func takeDue(at now: Int64) -> Held? {
        guard let first = heap.first else { return nil }
        if let opens = gate?.lets(dueAt: first.release, leaveAt: now) {
            guard opens else { return nil }
            gate?.take(length: first.length, at: now)
            return heap.pop()
        }
        return first.release <= now ? heap.pop() : nil
    }

    /// The next held packet, whether its time has come or not.
    package mutating func takeAny() -> Held? { heap.pop() }
}
