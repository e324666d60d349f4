import Netlink
import Testing

@Suite("Snapshots of traffic control")
struct SnapshotTests {
    @Test("the order in which the kernel lists does not matter")
    func order() {
        let first = object(.qdisc, "htb", 0x1_0000, .root, options: [1])
        let second = object(.class, "htb", 0x1_0010, Handle(1), options: [2])
        #expect(TrafficControlSnapshot([first, second]) == TrafficControlSnapshot([second, first]))
    }

    @Test("a difference says what is gone, new or changed")
    func difference() {
        let root = object(.qdisc, "htb", 0x1_0000, .root, options: [1])
        let other = object(.qdisc, "htb", 0x1_0000, .root, options: [9])
        let leaf = object(.class, "htb", 0x1_0010, Handle(1), options: [2])
        let before = TrafficControlSnapshot([root, leaf])
        #expect(before.difference(to: before) == [])
        #expect(
            before.difference(to: TrafficControlSnapshot([root]))
                == ["gone: class htb 1:10 below 1: of link 4, 5 bytes of settings"]
        )
        #expect(
            TrafficControlSnapshot([root]).difference(to: before)
                == ["new: class htb 1:10 below 1: of link 4, 5 bytes of settings"]
        )
        let changed = before.difference(to: TrafficControlSnapshot([other, leaf]))
        #expect(changed.count == 1)
        #expect(changed.first?.hasPrefix("changed: qdisc htb 1: below root") == true)
    }

    @Test("counters and times do not make a difference, settings do")
    func counters() throws {
        // htb's glob: version, rate2quantum, default class, debug, and the counter direct_pkts.
        let htb = { (fallback: UInt32, direct: UInt32) in
            message(36, "htb", Attribute.encode([Attribute(2, words([3, 10, fallback, 0, direct]))]))
        }
        #expect(TrafficControlObject(htb(0x30, 1)) == TrafficControlObject(htb(0x30, 99)))
        #expect(TrafficControlObject(htb(0x30, 1)) != TrafficControlObject(htb(0x31, 1)))
        // u32 with a mirred action: hits (9), mark (10), the action's parameters, times (1) and statistics (4).
        let u32 = { (hits: UInt32, mark: UInt32, parameter: UInt32, time: UInt64, packets: UInt32) in
            let options = Attribute(2, nested: [Attribute(1, time), Attribute(2, parameter)])
            let action = Attribute(1, nested: [Attribute(1, text: "mirred"), options, Attribute(4, packets)])
            return message(
                44,
                "u32",
                Attribute.encode([
                    Attribute(1, UInt32(7)), Attribute(9, hits), Attribute(10, words([mark, 0xff, hits])),
                    Attribute(7, nested: [action]),
                ])
            )
        }
        let seen = TrafficControlObject(u32(1, 2, 3, 4, 5))
        #expect(seen != nil)
        #expect(seen == TrafficControlObject(u32(90, 2, 3, 91, 92)))
        #expect(seen != TrafficControlObject(u32(1, 3, 3, 4, 5)))
        #expect(seen != TrafficControlObject(u32(1, 2, 4, 4, 5)))
        // Statistics beside the options.
        let counted = Answer(
            type: 36,
            payload: message(36, "pfifo", [1]).payload + Attribute.encode([Attribute(7, UInt64(5))])
        )
        #expect(TrafficControlObject(counted) == TrafficControlObject(message(36, "pfifo", [1])))
    }

    private func words(_ values: [UInt32]) -> [UInt8] { values.flatMap { Attribute.bytes($0) } }

    /// A message about handle 1: of link 4, below the root.
    private func message(_ type: UInt16, _ kind: String, _ options: [UInt8]) -> Answer {
        Answer(
            type: type,
            payload: words([0, 4, 0x1_0000, 0xffff_ffff, 0])
                + Attribute.encode([Attribute(1, text: kind), Attribute(2, options)])
        )
    }

    private func object(
        _ role: TrafficControlObject.Role,
        _ kind: String,
        _ handle: UInt32,
        _ parent: Handle,
        options: [UInt8]
    ) -> TrafficControlObject {
        TrafficControlObject(
            role: role,
            kind: kind,
            link: 4,
            handle: Handle(number: handle),
            parent: parent,
            info: 0,
            attributes: [Attribute(1, text: kind), Attribute(2, options)]
        )
    }
}
