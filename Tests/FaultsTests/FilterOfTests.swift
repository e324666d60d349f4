import Faults
import Packetfilter

extension TrafficFilter {
    /// Of addresses as tests write them.
    init(peers: [String], direction: Direction = .egress) {
        let prefixes = peers.map { peer in
            guard let prefix = AddressPrefix(peer) else { preconditionFailure("\(peer) is no address") }
            return prefix
        }
        self.init(peers: prefixes, direction: direction)
    }
}
