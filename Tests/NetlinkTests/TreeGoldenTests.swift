import Impairments
import Measures
import Netlink
import TestSupport
import Testing

/// Requests for the tree of a detour, byte for byte. Those marked "tc" are what iproute2 6.1 sends, seen with strace, but
/// for its rate tables, which kernels since 3.8 do not look at.
@Suite("Tree requests")
struct TreeGoldenTests {
    @Test("tc: the root is an htb without default, which drops what is of no class")
    func root() throws {
        let request = try Request.qdisc(.add, .htb, link: 2, parent: .root, handle: DelayTree.handle)
        #expect(
            hexadecimal(request.bytes()) == """
                50 00 00 00 24 00 05 06 00 00 00 00 00 00 00 00
                00 00 00 00 02 00 00 00 00 00 17 fa ff ff ff ff
                00 00 00 00 08 00 01 00 68 74 62 00 24 00 02 00
                18 00 02 00 03 00 00 00 0a 00 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 08 00 05 00 00 00 00 00
                """
        )
    }

    @Test("a class never waits for itself, and what is below it hangs one inside the other")
    func classes() throws {
        let inside = NetemSpec(Impairment(loss: .random(.one)), limit: 7)
        let requests = try DelayTree(link: 3).addRequests(
            2,
            [.netem(NetemSpec(limit: 9)), .netem(inside), .packetQueue(limit: 77)]
        )
        #expect(
            requests.map { hexadecimal($0.bytes()) } == [
                """
                78 00 00 00 28 00 05 06 00 00 00 00 00 00 00 00
                00 00 00 00 03 00 00 00 20 00 17 fa 00 00 17 fa
                00 00 00 00 08 00 01 00 68 74 62 00 4c 00 02 00
                0c 00 06 00 00 a2 94 1a 1d 00 00 00 0c 00 07 00
                00 a2 94 1a 1d 00 00 00 30 00 01 00 00 01 00 00
                00 00 00 00 ff ff ff ff 00 01 00 00 00 00 00 00
                ff ff ff ff 40 42 0f 00 40 42 0f 00 60 ea 00 00
                00 00 00 00 00 00 00 00
                """,
                """
                4c 00 00 00 24 00 05 06 00 00 00 00 00 00 00 00
                00 00 00 00 03 00 00 00 00 00 0f 00 20 00 17 fa
                00 00 00 00 0a 00 01 00 6e 65 74 65 6d 00 00 00
                1c 00 02 00 00 00 00 00 09 00 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 00 00 00 00
                """,
                """
                4c 00 00 00 24 00 05 06 00 00 00 00 00 00 00 00
                00 00 00 00 03 00 00 00 00 00 10 00 01 00 0f 00
                00 00 00 00 0a 00 01 00 6e 65 74 65 6d 00 00 00
                1c 00 02 00 00 00 00 00 07 00 00 00 ff ff ff ff
                00 00 00 00 00 00 00 00 00 00 00 00
                """,
                """
                38 00 00 00 24 00 05 06 00 00 00 00 00 00 00 00
                00 00 00 00 03 00 00 00 00 00 11 00 01 00 10 00
                00 00 00 00 0a 00 01 00 70 66 69 66 6f 00 00 00
                08 00 02 00 4d 00 00 00
                """,
            ]
        )
    }

    @Test("a token bucket has its rate in bytes, in 64 bits where 32 do not reach, and its burst in bytes")
    func bucket() throws {
        let request = { (bucket: TokenBucket) in
            try Request.qdisc(.add, .tokenBucket(bucket), link: 2, parent: .root, handle: Handle(5))
        }
        // tc: rate 1mbit burst 3000 overhead 4, but for limit and buffer.
        #expect(
            hexadecimal(try request(TokenBucket(bytesPerSecond: 125_000, burst: 3000, overhead: 4)).payload)
                == """
                00 00 00 00 02 00 00 00 00 00 05 00 ff ff ff ff
                00 00 00 00 08 00 01 00 74 62 66 00 34 00 02 00
                28 00 01 00 00 01 04 00 00 00 00 00 48 e8 01 00
                00 00 00 00 00 00 00 00 00 00 00 00 ff ff ff ff
                00 00 00 00 00 00 00 00 08 00 06 00 b8 0b 00 00
                """
        )
        let fast = try request(TokenBucket(bytesPerSecond: 12_500_000_000, burst: 3000)).payload
        #expect(hexadecimal(fast.suffix(12)) == "0c 00 04 00 00 dd 0e e9 02 00 00 00")
    }

    @Test(
        "a line with a burst is a token bucket with a queue of its own, below netem where more is asked for"
    )
    func lines() throws {
        let line = LineRate(bitsPerSecond: 1_000_000, burst: 3000, limit: 50)
        let bucket: [Qdisc] = [
            .tokenBucket(TokenBucket(bytesPerSecond: 125_000, burst: 3000)), .packetQueue(limit: 50),
        ]
        #expect(NetemSpec(Impairment(rate: line)).qdiscs == bucket)
        let slow = NetemSpec(Impairment(latency: .seconds(1), rate: line))
        #expect(slow.qdiscs == [.netem(NetemSpec(Impairment(latency: .seconds(1))))] + bucket)
        #expect(slow.inexactness(mtu: 1500) == nil)
        let without = LineRate(bitsPerSecond: 999_500)
        #expect(NetemSpec(Impairment(rate: without)).qdiscs == [.netem(NetemSpec(Impairment(rate: without)))])
        #expect(NetemSpec(Impairment(rate: without)).inexactness(mtu: 1500) == nil)
        for bad in [
            LineRate(bitsPerSecond: 999_500, burst: 3000), LineRate(bitsPerSecond: 8000, burst: 1513),
            LineRate(bitsPerSecond: 8000, burst: 3000, packetOverhead: -1),
        ] {
            #expect(NetemSpec(Impairment(rate: bad)).inexactness(mtu: 1500) != nil, "\(bad)")
        }
    }

    @Test("a deletion names class and kind, so that the kernel refuses to delete another's")
    func deletion() {
        #expect(
            hexadecimal(DelayTree(link: 3).removeRequest(4095).bytes()) == """
                2c 00 00 00 29 00 05 00 00 00 00 00 00 00 00 00
                00 00 00 00 03 00 00 00 f0 ff 17 fa 00 00 17 fa
                00 00 00 00 08 00 01 00 68 74 62 00
                """
        )
    }

    @Test("classes and depths beyond the tree's are refused", arguments: [-1, 0, 4096, 65536])
    func outside(number: Int) {
        #expect(throws: NetlinkError.self) { try DelayTree(link: 3).addRequests(number, [.htb]) }
        let deep = [Qdisc](repeating: .netem(NetemSpec()), count: DelayTree.mostQdiscs + 1)
        #expect(throws: NetlinkError.self) { try DelayTree(link: 3).addRequests(1, deep) }
        #expect(throws: NetlinkError.self) { try DelayTree(link: 3).addRequests(1, []) }
    }

    @Test("no two qdiscs of a tree have one handle, and none that of the root")
    func handles() {
        var seen: Set<Handle> = [DelayTree.handle]
        for number in DelayTree.classes {
            for depth in 0..<DelayTree.mostQdiscs {
                #expect(seen.insert(DelayTree.qdiscHandle(number, depth: depth)).inserted)
            }
        }
        #expect(DelayTree.priority(2) == 0xfa17_0020)
        #expect(DelayTree.classHandle(4095).description == "fa17:fff0")
    }
}
