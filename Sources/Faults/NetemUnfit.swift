import Impairments
package import Measures
import Netlink

/// netem cannot do a fault exactly as asked, where it is asked for. Another backend may.
package struct NetemUnfit: ReadableError {
    package let reason: String

    package var code: String { "fault.netem-unfit" }
    package var exitCode: ExitCode { .badInput }
    package var message: String {
        "netem cannot do this exactly: \(reason). The queue backend can, where the kernel has it "
            + "(modprobe -a nfnetlink_queue nft_queue)"
    }

    package init(_ reason: String) {
        self.reason = reason
    }

    /// What speaks against one fault on an interface, whatever other faults there are; nil: nothing.
    static func check(_ spec: NetemSpec, on interface: Link) -> NetemUnfit? {
        guard interface.isEthernet else {
            return NetemUnfit("the packets of \(interface.name) have no Ethernet header")
        }
        return spec.inexactness(mtu: interface.mtu).map { NetemUnfit($0) }
    }

    /// What speaks against packets that arrive twice; nil: nothing.
    static func check(arrivingPast seen: TrafficControlSnapshot, _ interface: Link) -> NetemUnfit? {
        let sides: [Handle] = [Handle(0xffff), Handle(0xffff, 0xfff2)]
        let filter = seen.objects.first { $0.role == .filter && sides.contains($0.parent) }
        return filter.map {
            NetemUnfit(
                "what arrives at \(interface.name) would pass its filters twice (tc ingress, \($0.kind))"
            )
        }
    }

    /// What speaks against two faults that act on the same packets; nil: nothing. Each combination of faults has qdiscs of
    /// its own, so what one of them remembers is not known to the other.
    static func check(_ one: NetemCombinations.Fault, _ other: NetemCombinations.Fault) -> NetemUnfit? {
        let (first, second) = (one.spec.impairment, other.spec.impairment)
        let names = "\(one.id) and \(other.id) act on the same packets"
        if first.hasLine || second.hasLine {
            return NetemUnfit("\(names), and a line (rate, slots) cannot be shared by two queues")
        }
        if first.hasMemory || second.hasMemory, one.traffic != other.traffic {
            return NetemUnfit(
                "\(names) and on others besides, and a draw that leans on the one before would forget it"
            )
        }
        if first.duplicate != .never, second.duplicate != .never {
            return NetemUnfit("\(names), and a netem cannot duplicate below one that does")
        }
        return nil
    }
}

extension Impairment {
    /// Packets wait for each other.
    fileprivate var hasLine: Bool { rate != nil || slots != nil }

    /// What happens to a packet depends on what happened to those before it.
    fileprivate var hasMemory: Bool {
        switch loss {
        case .gilbertElliott, .fourState: return true
        case .random(_, let correlation) where correlation != .zero: return true
        case .none, .random: break
        }
        return delayCorrelation != .zero || duplicate.correlation != .zero || corrupt.correlation != .zero
            || reordering != nil
    }
}
