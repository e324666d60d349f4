import Faults
import Packetfilter

extension TrafficFilter {
    /// Of addresses as tests write them; what is none is left out, so that a slip shows as a fault without peers.
    init(peers: [String]) {
        self.init(peers: peers.compactMap { AddressPrefix($0) })
    }
}
