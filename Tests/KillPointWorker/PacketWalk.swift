import Faults
import Impairments
import Measures
import Packetfilter
import TestSupport

extension WorkerScene {
    func walkPackets() throws {
        let direction: TrafficFilter.Direction = path == .arrivingDelay ? .ingress : .egress
        let filter = TrafficFilter(peers: [AddressPrefix(peer)].compactMap { $0 }, direction: direction)
        if path == .reset {
            _ = try ResetFault(id: id, filter, seed: 1, sparesOwnProcess: false).strike()
            return
        }
        guard path != .partition else {
            return try carryThrough { window in
                var filter = filter
                filter.direction = .both
                return try packets.drop(
                    id: id,
                    from: filter,
                    window: window,
                    leaseUntil: window.end
                )
            }
        }
        try carryThrough { window in
            try packets.impair(
                id: id,
                impairment,
                on: filter,
                window: window,
                leaseUntil: window.end
            )
        }
    }

    private var impairment: Impairment {
        let third = Share("30%") ?? .one
        return switch path {
        case .loss: Impairment(loss: .random(third))
        case .duplicate: Impairment(duplicate: Chance(third))
        case .corrupt: Impairment(corrupt: Chance(third))
        case .rate: Impairment(rate: LineRate(bitsPerSecond: 200_000))
        default: Impairment(latency: .milliseconds(4), jitter: .milliseconds(1))
        }
    }
}
