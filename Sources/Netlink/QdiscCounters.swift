/// What a qdisc counted since it was made. Like `tc -s qdisc`.
package struct QdiscCounters: Sendable, Hashable {
    package let kind: String
    package let link: Int32
    package let handle: Handle
    /// Sent on.
    package let packets: UInt64
    package let bytes: UInt64
    /// Lost on purpose or for want of room.
    package let drops: UInt64
    /// Held now, in packets.
    package let backlog: UInt64

    /// TCA_STATS2 (7): basic (1: bytes of 64 bits, packets of 32), queue (3: length, bytes, drops …), packets of 64 bits (8).
    package init?(_ answer: Answer) {
        guard let object = TrafficControlObject(answer), object.role == .qdisc,
            let counters = Attribute.decode(answer.payload.dropFirst(20)).first(where: { $0.type == 7 })?
                .nested
        else { return nil }
        let value = { (type: UInt16) in counters.first { $0.type == type }?.payload ?? [] }
        kind = object.kind
        link = object.link
        handle = object.handle
        bytes = value(1).integer(at: 0, as: UInt64.self)
        let short = UInt64(value(1).integer(at: 8, as: UInt32.self))
        packets = value(8).count >= 8 ? value(8).integer(at: 0, as: UInt64.self) : short
        backlog = UInt64(value(3).integer(at: 0, as: UInt32.self))
        drops = UInt64(value(3).integer(at: 8, as: UInt32.self))
    }
}

extension RouteSocket {
    package func counters(of link: Int32) throws(NetlinkError) -> [QdiscCounters] {
        var found: [QdiscCounters] = []
        for answer in try dump(.listQdiscs) {
            if let counters = QdiscCounters(answer), counters.link == link { found.append(counters) }
        }
        return found
    }
}
