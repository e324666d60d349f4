/// A way round for some packets of one interface, over a pair of interfaces of our own: what is handed to the near end
/// passes the tree below it (see `DelayTree`), comes out at the far end and goes on where it was: out by the interface, past
/// its own qdiscs and filters, or in by it.
///
/// Nothing of the interface itself is touched. To change its root, or to give it a clsact, takes its queues out of service
/// for a moment (`qdisc_graft`, `dev_deactivate`), and everybody's packets are lost in it. What hands packets to the near
/// end are packet rules (`fwd` in the netdev family), which are gone with their owner; without them the detour does nothing.
package struct Detour: Sendable, Hashable {
    package enum Direction: String, Sendable, Hashable, CaseIterable {
        case leaving
        case arriving
    }

    package let interface: Link
    package let direction: Direction

    /// The interface has Ethernet headers, since those of a veth have.
    package init(of interface: Link, _ direction: Direction) {
        self.interface = interface
        self.direction = direction
    }

    /// By the name of the interface, which a plan knows and a new agent finds again: whatever is called so is Faultline's.
    package var nearName: String { (direction == .leaving ? "fl-e-" : "fl-i-") + stem }
    package var farName: String { (direction == .leaving ? "fl-f-" : "fl-j-") + stem }

    /// A name has at most 15 bytes (IFNAMSIZ): of a longer one there is a hash (FNV-1a, 32 bits), and a mark that it is one.
    private var stem: String {
        guard interface.name.utf8.count > 10 else { return interface.name }
        let hash = interface.name.utf8.reduce(UInt32(0x811c_9dc5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        return "~" + String(hash, radix: 16)
    }

    /// Larger than any packet: the interface's own limit has been kept already.
    static let mtu: UInt32 = 65_535
}

extension RouteSocket {
    /// Makes the pair and an empty tree below its near end; what an earlier agent left of it goes. Returns the tree.
    package func make(_ detour: Detour) throws(NetlinkError) -> DelayTree {
        try deleteLink(detour.nearName)
        let near = try addVeth(detour.nearName, peer: detour.farName)
        do throws(NetlinkError) {
            let far = try link(named: detour.farName)
            for end in [near, far] {
                try send(Request.setLink(end.index, mtu: Detour.mtu))
                do throws(NetlinkError) {
                    try send(.setLinkSilent(end.index))
                } catch {
                    guard error.kernelErrno == 97 else { throw error }
                }
            }
            // What arrives is for this host when it is for the far end's address.
            if detour.direction == .arriving {
                try send(.setLink(far.index, hardwareAddress: detour.interface.hardwareAddress))
            }
            let tree = DelayTree(link: near.index)
            try send(tree.rootRequest())
            try send(.qdisc(.add, .clsact, link: far.index, parent: .ingress, handle: Handle(0xffff)))
            let side: RedirectFilter.Side = detour.direction == .leaving ? .leaving : .arriving
            try send(RedirectFilter(link: far.index, target: detour.interface.index, side: side).addRequest)
            for end in [near, far] { try send(Request.setLink(end.index, up: true)) }
            return tree
        } catch {
            // The refusal is what the caller needs to hear of.
            _ = try? deleteLink(detour.nearName)
            throw error
        }
    }
}
