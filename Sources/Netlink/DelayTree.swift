import Measures

/// The tree that delays part of an interface's outgoing packets and leaves the rest alone.
///
/// A `prio` root of 16 bands whose priomap sends everything to band 1, the untouched one; netem below the bands 2 to 16 as
/// faults need them. Only packets whose priority a packet rule set to `priority(band:)` are delayed, so without those rules
/// the tree does nothing, whatever became of its maker.
///
/// A value: it names the tree on one interface and decides; `RouteSocket` carries out.
package struct DelayTree: Sendable, Hashable {
    /// Of the root. Not 1, which everybody uses: a tree of this handle is Faultline's, also after a crash.
    package static let handle = Handle(0xfa17)
    package static let bandCount = 16
    /// Those that a fault may have.
    package static let bands = 2...16

    package let link: Int32

    package init(link: Int32) {
        self.link = link
    }

    /// The class of a band, "fa17:2" for band 2; the first is 1.
    package static func classHandle(band: Int) -> Handle { Handle(handle.major, UInt16(clamping: band)) }

    /// What a packet rule sets (`meta priority set`) to steer into a band: prio takes the class from a priority whose upper
    /// half is its own handle.
    package static func priority(band: Int) -> UInt32 { classHandle(band: band).number }

    /// Of netem below a band: "fb02:" for band 2.
    package static func netemHandle(band: Int) -> Handle { Handle(0xfb00 + UInt16(clamping: band)) }

    /// What is to be made, or why not.
    package enum Decision: Sendable, Hashable {
        case install
        case alreadyThere
        /// A root that somebody set up on purpose.
        case foreign(TrafficControlObject)
    }

    /// A root that the kernel made by default (handle 0: noqueue, pfifo_fast, fq_codel, mq …) comes back by itself when
    /// ours is deleted; any other would be destroyed for good.
    package func decide(_ before: TrafficControlSnapshot) -> Decision {
        guard let root = before.qdiscs.first(where: { $0.link == link && $0.parent == .root }),
            !root.isDefault
        else {
            return .install
        }
        return isOwn(root) ? .alreadyThere : .foreign(root)
    }

    /// By handle, kind and parameters: `struct tc_prio_qopt` of 16 bands with every priority in the first.
    package func isOwn(_ root: TrafficControlObject) -> Bool {
        root.role == .qdisc && root.kind == "prio" && root.handle == Self.handle && root.parent == .root
            && root.options.starts(
                with: Attribute.bytes(Int32(Self.bandCount)) + [UInt8](repeating: 0, count: 16)
            )
    }

    package func installRequest() throws(NetlinkError) -> Request {
        let priomap = [UInt8](repeating: 0, count: 16)
        return try .qdisc(
            .add,
            .prio(bands: Self.bandCount, priomap: priomap),
            link: link,
            parent: .root,
            handle: Self.handle
        )
    }

    /// Puts netem below a band, or gives the one that is there other parameters: what it holds already leaves as before.
    package func bandRequest(_ band: Int, _ spec: NetemSpec) throws(NetlinkError) -> Request {
        guard Self.bands.contains(band) else {
            throw NetlinkError("delay band \(band) of link \(link)", refused: "bands go from 2 to 16")
        }
        return try .qdisc(
            .replace,
            .netem(spec),
            link: link,
            parent: Self.classHandle(band: band),
            handle: Self.netemHandle(band: band)
        )
    }

    /// The band goes back to a plain queue; packets that netem holds are dropped with it, so take the packet rule away
    /// first and wait as long as its longest delay.
    package func clearBandRequest(_ band: Int) -> Request {
        .deleteQdisc(
            link: link,
            parent: Self.classHandle(band: band),
            handle: Self.netemHandle(band: band),
            kind: "netem"
        )
    }

    package func removeRequest() -> Request {
        .deleteQdisc(link: link, parent: .root, handle: Self.handle, kind: "prio")
    }
}

extension RouteSocket {
    /// Makes the tree where it is not there; returns the state from before, for `remove` to compare with.
    /// Refuses where a root is that Faultline did not make.
    @discardableResult
    package func install(_ tree: DelayTree) throws(NetlinkError) -> TrafficControlSnapshot {
        let before = try trafficControl(of: tree.link)
        switch tree.decide(before) {
        case .install: try send(tree.installRequest())
        case .alreadyThere: break
        case .foreign(let root):
            throw NetlinkError(
                "delay packets of link \(tree.link)",
                refused: "it has a root qdisc that is not Faultline's: \(root.kind) \(root.handle)",
                remedy:
                    "Remove it (tc qdisc del dev … root), choose another interface, or use the queue backend"
            )
        }
        return before
    }

    package func setBand(_ band: Int, of tree: DelayTree, to spec: NetemSpec) throws(NetlinkError) {
        try send(tree.bandRequest(band, spec))
    }

    /// False when it was clear already.
    @discardableResult
    package func clearBand(_ band: Int, of tree: DelayTree) throws(NetlinkError) -> Bool {
        let request = tree.clearBandRequest(band)
        let (parent, handle) = (DelayTree.classHandle(band: band), DelayTree.netemHandle(band: band))
        return try deleteQdisc(request, link: tree.link, parent: parent, handle: handle)
    }

    /// Deletes the tree if it is ours and there; the lines that differ from the state `before`, empty when it is back.
    /// Twice is allowed.
    package func remove(_ tree: DelayTree, restoring before: TrafficControlSnapshot?) throws(NetlinkError)
        -> [String]
    {
        if case .alreadyThere = tree.decide(try trafficControl(of: tree.link)) {
            try deleteQdisc(tree.removeRequest(), link: tree.link, parent: .root, handle: DelayTree.handle)
        }
        guard let before else { return [] }
        return before.on(tree.link).difference(to: try trafficControl(of: tree.link))
    }
}
