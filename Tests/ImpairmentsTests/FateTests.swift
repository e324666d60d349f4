import Impairments
import Measures
import Testing

@Suite("What becomes of packets")
struct FateTests {
    private static let half = Share("50%") ?? .zero
    private static let fifth = Share("20%") ?? .zero

    private static func fates(_ asked: Impairment, seed: UInt64 = 1) -> [PacketFates.Fate] {
        var fates = PacketFates(asked, seed: seed)
        return (0..<2000).map { _ in fates.next() }
    }

    private static let whole = Impairment(
        latency: .milliseconds(50),
        jitter: .milliseconds(10),
        reordering: Reordering(share: fifth),
        loss: .random(fifth),
        corrupt: Chance(fifth)
    )

    @Test("the same seed, the same fates; another seed, others")
    func seeds() {
        #expect(Self.fates(Self.whole) == Self.fates(Self.whole))
        #expect(Self.fates(Self.whole) != Self.fates(Self.whole, seed: 2))
    }

    private static func delivery(_ fate: PacketFates.Fate) -> PacketFates.Delivery? {
        if case .delivered(let delivery) = fate { return delivery }
        return nil
    }

    @Test("without one part, all the others stay as they were for every packet that it did not concern")
    func streams() {
        let all = Self.fates(Self.whole).map(Self.delivery)
        var without = Self.whole
        without.loss = .none
        let spared = Self.fates(without).map(Self.delivery)
        #expect(spared.allSatisfy { $0 != nil } && all.contains { $0 == nil })
        #expect(
            zip(all, spared).allSatisfy { $0?.delay == nil || $1?.delay == nil || $0?.delay == $1?.delay }
        )
        #expect(
            zip(all, spared).allSatisfy {
                guard let before = $0 else { return true }
                return before.flip == $1?.flip
            }
        )
        without = Self.whole
        without.corrupt = .never
        let sound = Self.fates(without).map(Self.delivery)
        #expect(zip(all, sound).allSatisfy { $0?.delay == $1?.delay && ($0 == nil) == ($1 == nil) })
        without = Self.whole
        without.reordering = nil
        let behind = Self.fates(without).map(Self.delivery)
        #expect(
            zip(all, behind).allSatisfy {
                $0?.flip == $1?.flip && ($0?.delay == nil || $0?.delay == $1?.delay)
            }
        )
    }

    @Test(
        "a copy may get lost like any packet, its original is spared; both come again and make no more copies"
    )
    func duplicates() {
        var fates = PacketFates(
            Impairment(loss: .random(Self.half), duplicate: Chance(.one)),
            seed: 3
        )
        var (pairs, single, lostCopies) = (0, 0, 0)
        for _ in 0..<4000 {
            switch fates.next() {
            case .duplicated:
                pairs += 1
                let two = [fates.next(isOneOfTwo: true), fates.next(isOneOfTwo: true)]
                #expect(!two.contains(.duplicated) && two[1] != .lost)
                if two[0] == .lost { lostCopies += 1 }
            case .delivered: single += 1
            case .lost: Issue.record("what is lost and duplicated is there once")
            }
        }
        // 2000, standard deviation 32.
        #expect(abs(pairs - 2000) < 160 && pairs + single == 4000)
        #expect(abs(lostCopies - pairs / 2) < 120)
    }

    @Test("every byte and every bit of a packet may be the one that is flipped")
    func flips() {
        var generator = SeededGenerator(seed: 4)
        var counts: [Int: Int] = [:]
        for _ in 0..<16_000 {
            let flip = BitFlip(&generator)
            counts[flip.byte(of: 10) * 8 + Int(flip.bit), default: 0] += 1
        }
        // 200 each, standard deviation 14.
        #expect(counts.count == 80 && counts.values.allSatisfy { abs($0 - 200) < 75 })
    }

    @Test("the limit is the one asked for, or what the line takes in the longest delay and 1000 more")
    func limit() {
        var asked = Impairment(
            latency: .milliseconds(100),
            rate: LineRate(bitsPerSecond: 5_120_000, limit: 7)
        )
        #expect(asked.packetLimit == 7)
        asked.rate?.limit = nil
        #expect(asked.packetLimit == 2000)
        asked.rate = nil
        #expect(asked.packetLimit == nil)
    }
}
