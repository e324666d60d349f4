import Faults
import Impairments
import LinuxSystem
import Measures
import Packetfilter
import TestSupport

/// A fault that comes while others act and goes again: what it does to whom, and when.
struct VisitingFault: Sendable {
    let id: String
    /// nil: a drop.
    let asked: Impairment?
    let filter: TrafficFilter
    /// Whether packets that it concerns are under way all the time.
    let hasTraffic: Bool
    /// Nanoseconds after the beginning.
    let arming: Int64
    let start: Int64
    let end: Int64
    let healing: Int64

    /// In the calling thread's network namespace. Returns what the kernel said of it just before it was healed.
    func visit(_ faults: PacketFaults, beginning: Int64) throws -> ReadBack {
        Clocks.sleepUntil(monotonic: beginning + arming)
        let window = ActingWindow(start: beginning + start, end: beginning + end)
        let injection =
            if let asked {
                try faults.impair(id: id, asked, on: filter, window: window, leaseUntil: window.end)
            } else {
                try faults.drop(id: id, from: filter, window: window, leaseUntil: window.end)
            }
        Clocks.sleepUntil(monotonic: beginning + healing)
        let found = try injection.readBack()
        try injection.heal()
        return found
    }

    // MARK: Drawing

    /// The ports of a scene's flows.
    static let (slowPort, unusedPort) = (UInt16(7021), UInt16(7099))

    /// Twenty, the same for the same seed, within `length` nanoseconds: four with the very filter of the fault on `slow`
    /// that lasts, which only delay; four on its other packets, eight on what goes to or comes from `busy`, four on
    /// addresses that nobody has.
    static func twenty(seed: UInt64, length: Int64, slow: TestHost, busy: TestHost) -> [VisitingFault] {
        var draws = SeededGenerator(seed: seed, stream: "visits")
        return (0..<20).map { number in
            let way = directions[number % directions.count]
            var asked: Impairment? = kinds[number % kinds.count]
            var filter: TrafficFilter
            switch number {
            case 0..<4:
                asked = Impairment(latency: .milliseconds(Int64(10 * (number + 1))))
                filter = lasting(on: slow)
            case 4..<8:
                if number == 4 { asked = nil }
                filter = TrafficFilter(peers: [slow.address], direction: way)
                filter.ports = [unusedPort...unusedPort]
            case 8..<16:
                if number < 10 { asked = nil }
                filter = TrafficFilter(peers: [busy.address], direction: way)
            default:
                filter = TrafficFilter(peers: ["192.0.2.\(number)"], direction: way)
            }
            let arming = Int64.random(in: length / 10..<length * 7 / 10, using: &draws)
            let start = arming + Int64.random(in: 0..<length / 40, using: &draws)
            let healing = start + Int64.random(in: length / 10..<length / 4, using: &draws)
            // Every second one is over when it is healed, and the others act until then.
            let end = number.isMultiple(of: 2) ? healing - length / 40 : healing + length
            return VisitingFault(
                id: "visit#\(number)",
                asked: asked,
                filter: filter,
                hasTraffic: number < 4 || (8..<16).contains(number),
                arming: arming,
                start: start,
                end: end,
                healing: healing
            )
        }
    }

    /// The filter of the fault that lasts.
    static func lasting(on slow: TestHost) -> TrafficFilter {
        var filter = TrafficFilter(peers: [slow.address])
        filter.transport = .udp
        filter.ports = [slowPort...slowPort]
        return filter
    }

    private static let directions: [TrafficFilter.Direction] = [.egress, .ingress, .both]
    private static let half = Share("50%") ?? .one
    private static let kinds = [
        Impairment(latency: .milliseconds(20), jitter: .milliseconds(10)),
        Impairment(loss: .random(half)),
        Impairment(duplicate: Chance(half)),
        Impairment(latency: .milliseconds(15), loss: .random(half, correlation: half)),
        Impairment(corrupt: Chance(half)),
        Impairment(rate: LineRate(bitsPerSecond: 999_500)),
        Impairment(latency: .milliseconds(30), reordering: Reordering(share: half, gap: 3)),
    ]
}
