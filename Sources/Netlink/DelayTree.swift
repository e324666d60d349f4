/// The tree on the near end of a detour: an htb root, for each combination of faults a class, and below it the qdiscs of
/// these faults, one inside the other. A packet's priority names its class.
///
/// A value: it names the tree of one link and decides; `RouteSocket` carries out.
package struct DelayTree: Sendable, Hashable {
    /// Of the root. Not 1, which everybody uses; packet rules know by it whose priorities are ours.
    package static let handle = Handle(0xfa17)
    /// Of classes. Their minor numbers are these times 16: qdiscs that the packet meets later (pfifo_fast, prio) look at the
    /// lowest four bits of its priority, and find 0, which is what most packets have.
    package static let classes = 1...4095
    /// Qdiscs below one class, one inside the other.
    package static let mostQdiscs = 14

    package let link: Int32

    package init(link: Int32) {
        self.link = link
    }

    /// "fa17:20" for class 2.
    package static func classHandle(_ number: Int) -> Handle {
        Handle(handle.major, UInt16(clamping: number * 16))
    }

    /// What a packet rule sets (`meta priority set`) to steer into a class.
    package static func priority(_ number: Int) -> UInt32 { classHandle(number).number }

    /// Of the qdiscs below a class, from the outermost, 0, inwards; below fa17:, as 4095 · 14 is.
    package static func qdiscHandle(_ number: Int, depth: Int) -> Handle {
        Handle(UInt16(clamping: (number - 1) * mostQdiscs + depth + 1))
    }

    func rootRequest() throws(NetlinkError) -> Request {
        try .qdisc(.add, .htb, link: link, parent: .root, handle: Self.handle)
    }

    /// Makes a class and what is below it, from the outside inwards. Nobody is steered there yet.
    package func addRequests(_ number: Int, _ qdiscs: [Qdisc]) throws(NetlinkError) -> [Request] {
        let operation = "class \(number) of link \(link)"
        guard Self.classes.contains(number) else {
            throw NetlinkError(operation, refused: "classes go from 1 to \(Self.classes.upperBound)")
        }
        guard (1...Self.mostQdiscs).contains(qdiscs.count) else {
            throw NetlinkError(
                operation,
                refused: "a class has 1 to \(Self.mostQdiscs) qdiscs, not \(qdiscs.count)"
            )
        }
        var requests: [Request] = [.addClass(Self.classHandle(number), link: link)]
        var parent = Self.classHandle(number)
        for (depth, qdisc) in qdiscs.enumerated() {
            let handle = Self.qdiscHandle(number, depth: depth)
            requests.append(try .qdisc(.add, qdisc, link: link, parent: parent, handle: handle))
            // The one class that netem and tbf have.
            parent = Handle(handle.major, 1)
        }
        return requests
    }

    package func removeRequest(_ number: Int) -> Request {
        .deleteClass(Self.classHandle(number), link: link)
    }
}

extension RouteSocket {
    /// All of the class or, when the kernel refuses a part of it, nothing.
    package func addClass(_ number: Int, _ qdiscs: [Qdisc], to tree: DelayTree) throws(NetlinkError) {
        let requests = try tree.addRequests(number, qdiscs)
        // Made by somebody who died in between, or who is to be told: the kernel refuses the first request, if it is there.
        try send(requests[0])
        do throws(NetlinkError) {
            try send(Array(requests.dropFirst()))
        } catch {
            _ = try? sendDeletion(tree.removeRequest(number))
            throw error
        }
    }

    /// With the packets that it holds: take the packet rules away first, and wait as long as its longest delay. False when
    /// it was gone already.
    @discardableResult
    package func removeClass(_ number: Int, of tree: DelayTree) throws(NetlinkError) -> Bool {
        try sendDeletion(tree.removeRequest(number))
    }
}
