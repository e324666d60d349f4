/// A queueing discipline to be made, as a value.
package enum Qdisc: Sendable, Hashable {
    /// Takes a packet to the class that its priority names, and drops what names none: nothing but what was sent here on
    /// purpose passes.
    case htb
    case netem(NetemSpec)
    case tokenBucket(TokenBucket)
    /// So many packets, in order.
    case packetQueue(limit: UInt32)
    /// Hooks for filters on both ways of an interface. Making or deleting it takes all queues of the interface out of
    /// service for a moment, and what is sent then is lost: only for interfaces of our own.
    case clsact
    /// Any other kind; its options as they go over the wire, nil for none.
    case other(kind: String, options: [UInt8]?)

    package var kind: String {
        switch self {
        case .htb: "htb"
        case .netem: "netem"
        case .tokenBucket: "tbf"
        case .packetQueue: "pfifo"
        case .clsact: "clsact"
        case .other(let kind, _): kind
        }
    }
}

/// A qdisc or class or filter that the kernel showed.
package struct TrafficControlObject: Sendable, Hashable {
    package enum Role: String, Sendable, Hashable { case qdisc, `class`, filter }

    package let role: Role
    package let kind: String
    package let link: Int32
    package let handle: Handle
    package let parent: Handle
    /// Of a class its leaf qdisc, of a filter priority and protocol; of a qdisc 0 (there it is a changing counter).
    package let info: UInt32
    /// What it is set to: every attribute but counters, in the kernel's order.
    package let attributes: [Attribute]

    package init(
        role: Role,
        kind: String,
        link: Int32,
        handle: Handle,
        parent: Handle,
        info: UInt32,
        attributes: [Attribute]
    ) {
        self.role = role
        self.kind = kind
        self.link = link
        self.handle = handle
        self.parent = parent
        self.info = info
        self.attributes = attributes
    }

    /// The bytes of TCA_OPTIONS, empty where there are none.
    package var options: [UInt8] { attributes.first { $0.type == 2 }?.payload ?? [] }

    /// The kernel made it because nobody asked for another: it comes back by itself when a root is deleted.
    package var isDefault: Bool { role == .qdisc && handle == .unspecified }
}
