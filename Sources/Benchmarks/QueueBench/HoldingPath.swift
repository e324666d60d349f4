import Faults
import Impairments
import LinuxSystem
import Measures
import Netlink
import Packetfilter

/// What packets pass on their way from near to far.
enum HoldingPath {
    case nothing
    /// NFQUEUE and Faultline's engine.
    case queue(Duration)
    /// netem on Faultline's detour.
    case netem(Duration)
    /// netem as the root of the interface, as `tc qdisc add dev v0 root netem delay …` makes it.
    case tc(Duration)

    /// Those of this kernel that hold packets.
    static func all(_ latency: Duration) -> [HoldingPath] {
        let hasNetem = Feature.delayTree.answer().isYes && Feature.packetDetours.answer().isYes
        let hasQueue = Feature.packetQueues.answer().isYes
        return (hasQueue ? [.queue(latency)] : []) + (hasNetem ? [.netem(latency), .tc(latency)] : [])
    }

    var name: String {
        switch self {
        case .nothing: "without a fault"
        case .queue(let latency): "queue, \(latency.text)"
        case .netem(let latency): "netem on a detour, \(latency.text)"
        case .tc(let latency): "netem by tc, \(latency.text)"
        }
    }
}
