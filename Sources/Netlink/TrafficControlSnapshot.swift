/// Everything that traffic control is set to on one interface, or on all of a namespace: to prove that healing brought
/// back what was there. Equal snapshots mean equal settings, byte for byte; counters and times are left out.
package struct TrafficControlSnapshot: Sendable, Hashable {
    /// In a fixed order, so that two snapshots compare by position.
    package let objects: [TrafficControlObject]

    package init(_ objects: [TrafficControlObject]) {
        self.objects = objects.sorted { Self.key($0).lexicographicallyPrecedes(Self.key($1)) }
    }

    package var qdiscs: [TrafficControlObject] { objects.filter { $0.role == .qdisc } }
    /// The one at the interface itself; of several links the first one's.
    package var root: TrafficControlObject? { qdiscs.first { $0.parent == .root } }

    /// The part about one interface.
    package func on(_ link: Int32) -> TrafficControlSnapshot {
        TrafficControlSnapshot(objects.filter { $0.link == link })
    }

    /// What differs, a line each; empty when nothing does. "gone: …", "new: …", "changed: …".
    package func difference(to later: TrafficControlSnapshot) -> [String] {
        var lines: [String] = []
        let before = Dictionary(grouping: objects, by: Identity.init)
        let after = Dictionary(grouping: later.objects, by: Identity.init)
        var seen: Set<Identity> = []
        for identity in objects.map(Identity.init) + later.objects.map(Identity.init)
        where seen.insert(identity).inserted {
            let old = before[identity] ?? []
            let new = after[identity] ?? []
            if old == new { continue }
            if new.isEmpty {
                lines += old.map { "gone: \($0.summary)" }
            } else if old.isEmpty {
                lines += new.map { "new: \($0.summary)" }
            } else {
                lines.append("changed: \(old.map(\.summary).joined()) → \(new.map(\.summary).joined())")
            }
        }
        return lines
    }

    private struct Identity: Hashable {
        let role: TrafficControlObject.Role
        let link: Int32
        let handle, parent: Handle
        let kind: String
        init(_ object: TrafficControlObject) {
            (role, link, kind) = (object.role, object.link, object.kind)
            (handle, parent) = (object.handle, object.parent)
        }
    }

    private static func key(_ object: TrafficControlObject) -> [UInt64] {
        let role: UInt64 = object.role == .qdisc ? 0 : object.role == .class ? 1 : 2
        return [
            UInt64(bitPattern: Int64(object.link)), role, UInt64(object.parent.number),
            UInt64(object.handle.number),
            UInt64(object.info),
        ]
    }
}

extension TrafficControlObject {
    /// "class htb 1:10 below 1: of link 4, 60 bytes of settings".
    package var summary: String {
        let settings = attributes.reduce(0) { $0 + $1.payload.count }
        return
            "\(role.rawValue) \(kind) \(handle) below \(parent) of link \(link), \(settings) bytes of settings"
    }

    /// From one RTM_NEWQDISC (36), RTM_NEWTCLASS (40) or RTM_NEWTFILTER (44) message: `struct tcmsg`, TCA_ attributes.
    package init?(_ answer: Answer) {
        guard let role: Role = [36: .qdisc, 40: .class, 44: .filter][answer.type], answer.payload.count >= 20
        else {
            return nil
        }
        let attributes = Attribute.decode(answer.payload.dropFirst(20))
        let kind: String = attributes.first { $0.type == 1 }?.text ?? ""
        self.init(
            role: role,
            kind: kind,
            link: answer.payload.integer(at: 4, as: Int32.self),
            handle: Handle(number: answer.payload.integer(at: 8, as: UInt32.self)),
            parent: Handle(number: answer.payload.integer(at: 12, as: UInt32.self)),
            info: role == .qdisc ? 0 : answer.payload.integer(at: 16, as: UInt32.self),
            attributes: VolatileAttributes.settings(attributes, role: role, kind: kind)
        )
    }
}

extension RouteSocket {
    /// Qdiscs of one interface, the kernel's default ones included; nil: of all.
    package func qdiscs(of link: Int32? = nil) throws(NetlinkError) -> [TrafficControlObject] {
        try objects(.listQdiscs).filter { link == nil || $0.link == link }
    }

    /// Sends a deletion; false when that qdisc was not there, which is no error, since healing twice is allowed.
    ///
    /// Where another hangs, a default one too, the kernel says EINVAL ("Invalid handle") instead of ENOENT; EINVAL can
    /// mean other things as well, so the list decides.
    @discardableResult
    package func deleteQdisc(
        _ request: Request,
        link: Int32,
        parent: Handle,
        handle: Handle
    ) throws(NetlinkError) -> Bool {
        do throws(NetlinkError) {
            try send(request)
            return true
        } catch {
            let isThere = try qdiscs(of: link).contains { $0.parent == parent && $0.handle == handle }
            if isThere || !error.isAbsent && error.kernelErrno != 22 { throw error }
            return false
        }
    }

    /// Qdiscs, classes and filters. `link` nil: of all interfaces of the namespace.
    package func trafficControl(of link: Int32? = nil) throws(NetlinkError) -> TrafficControlSnapshot {
        var found = try qdiscs(of: link)
        for link in Set(found.map(\.link)).sorted() {
            let classes = try objects(.listClasses(link: link))
            let qdiscs = found.filter { $0.link == link }
            found += classes
            var parents = (qdiscs + classes).map(\.handle)
            // The two sides of clsact, "ffff:fff2" and "ffff:fff3", list their filters apart.
            if qdiscs.contains(where: { $0.kind == "clsact" }) {
                parents += [Handle(0xffff, 0xfff2), Handle(0xffff, 0xfff3)]
            }
            for parent in Set(parents).subtracting([.unspecified]).sorted(by: { $0.number < $1.number }) {
                for filter in try objects(.listFilters(link: link, parent: parent))
                where !found.contains(filter) {
                    found.append(filter)
                }
            }
        }
        return TrafficControlSnapshot(found)
    }

    private func objects(_ request: Request) throws(NetlinkError) -> [TrafficControlObject] {
        var objects: [TrafficControlObject] = []
        for answer in try dump(request) {
            if let object = TrafficControlObject(answer) { objects.append(object) }
        }
        return objects
    }
}
