import Impairments
import Measures
import Netlink
import TestSupport
import Testing

/// Requests for qdiscs, byte for byte. Those marked "tc" are what iproute2 6.1 sends, seen with strace.
@Suite("Qdisc requests")
struct NetemGoldenTests {
    private struct Row: CustomTestStringConvertible {
        let reason: String
        let spec: NetemSpec
        /// From the options on (tc_netem_qopt and what follows).
        let options: String
        var testDescription: String { reason }
    }

    /// The netem requests of this table hang below the root of link 1 as handle 1:.
    private static let rows: [Row] = [
        Row(
            reason: "tc: loss 0.05 % is 2147484 of 2^32 - 1",
            spec: NetemSpec(Impairment(loss: .random(share("0.05%"))), limit: 1000),
            options: """
                1c 00 02 00 00 00 00 00 e8 03 00 00 9c c4 20 00
                00 00 00 00 00 00 00 00 00 00 00 00
                """
        ),
        Row(
            reason: "tc: loss gemodel 1% 10% 75% 0.1%, where the kernel takes h and tc is told 1-h",
            spec: NetemSpec(
                Impairment(
                    loss: .gilbertElliott(
                        toBad: share("1%"),
                        toGood: share("10%"),
                        lossInBad: share("75%"),
                        lossInGood: share("0.1%")
                    )
                ),
                limit: 1000
            ),
            options: """
                34 00 02 00 00 00 00 00 e8 03 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 00 00 00 00 18 00 05 80
                14 00 02 00 29 5c 8f 02 9a 99 99 19 00 00 00 40
                37 89 41 00
                """
        ),
        Row(
            reason: "tc: loss state 1% 90% 20% 50% 2%, p14 before p23 on the wire",
            spec: NetemSpec(
                Impairment(
                    loss: .fourState(
                        p13: share("1%"),
                        p31: share("90%"),
                        p32: share("20%"),
                        p23: share("50%"),
                        p14: share("2%")
                    )
                ),
                limit: 1000
            ),
            options: """
                38 00 02 00 00 00 00 00 e8 03 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 00 00 00 00 1c 00 05 80
                18 00 01 00 29 5c 8f 02 66 66 66 e6 33 33 33 33
                52 b8 1e 05 00 00 00 80
                """
        ),
        Row(
            reason: "tc: rate 1mbit 20, in bytes a second",
            spec: NetemSpec(
                Impairment(rate: LineRate(bitsPerSecond: 1_000_000, packetOverhead: 20)),
                limit: 1000
            ),
            options: """
                30 00 02 00 00 00 00 00 e8 03 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 00 00 00 00 14 00 06 00
                48 e8 01 00 14 00 00 00 00 00 00 00 00 00 00 00
                """
        ),
        Row(
            reason: "tc: rate 100gbit, in 64 bits and the short one saturated",
            spec: NetemSpec(Impairment(rate: LineRate(bitsPerSecond: 100_000_000_000)), limit: 1000),
            options: """
                3c 00 02 00 00 00 00 00 e8 03 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 00 00 00 00 0c 00 08 00
                00 dd 0e e9 02 00 00 00 14 00 06 00 ff ff ff ff
                00 00 00 00 00 00 00 00 00 00 00 00
                """
        ),
        Row(
            reason: "999.5 kbit: in cells of 1 byte and 1 more, 249 875 bytes a second",
            spec: NetemSpec(Impairment(rate: LineRate(bitsPerSecond: 999_500)), limit: 1000),
            options: """
                30 00 02 00 00 00 00 00 e8 03 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 00 00 00 00 14 00 06 00
                13 d0 03 00 00 00 00 00 01 00 00 00 01 00 00 00
                """
        ),
        Row(
            reason:
                "1 bit a second: in cells of 1 byte and 7 more, 1 byte a second; the overhead comes before the cells",
            spec: NetemSpec(
                Impairment(rate: LineRate(bitsPerSecond: 1, packetOverhead: -4)),
                limit: 1000
            ),
            options: """
                30 00 02 00 00 00 00 00 e8 03 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 00 00 00 00 14 00 06 00
                01 00 00 00 fc ff ff ff 01 00 00 00 07 00 00 00
                """
        ),
        Row(
            reason: "tc: 10ms 1ms distribution of three entries, padded",
            spec: NetemSpec(
                Impairment(
                    latency: .milliseconds(10),
                    jitter: .milliseconds(1),
                    distribution: .entries([-2, 0, 8192])
                ),
                limit: 1000
            ),
            options: """
                40 00 02 00 5a 62 02 00 e8 03 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 09 3d 00 00 0c 00 0a 00
                80 96 98 00 00 00 00 00 0c 00 0b 00 40 42 0f 00
                00 00 00 00 0a 00 02 00 fe ff 00 00 00 20 00 00
                """
        ),
        Row(
            reason: "tc: 10ms reorder 25% 50% gap 5",
            spec: NetemSpec(
                Impairment(
                    latency: .milliseconds(10),
                    reordering: Reordering(share: share("25%"), correlation: share("50%"), gap: 5)
                ),
                limit: 1000
            ),
            options: """
                34 00 02 00 5a 62 02 00 e8 03 00 00 00 00 00 00
                05 00 00 00 00 00 00 00 00 00 00 00 0c 00 0a 00
                80 96 98 00 00 00 00 00 0c 00 03 00 00 00 00 40
                00 00 00 80
                """
        ),
        Row(
            reason: "a rate's own limit is netem's, without a delay that holds more",
            spec: NetemSpec(Impairment(rate: LineRate(bitsPerSecond: 8000, limit: 5))),
            options: """
                30 00 02 00 00 00 00 00 05 00 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 00 00 00 00 14 00 06 00
                e8 03 00 00 00 00 00 00 00 00 00 00 00 00 00 00
                """
        ),
        Row(
            reason: "tc: slot 800us 1000us packets 3 bytes 4000",
            spec: NetemSpec(
                Impairment(
                    slots: Slots(
                        minimum: .microseconds(800),
                        maximum: .microseconds(1000),
                        packets: 3,
                        bytes: 4000
                    )
                ),
                limit: 1000
            ),
            options: """
                48 00 02 00 00 00 00 00 e8 03 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 00 00 00 00 2c 00 0c 00
                00 35 0c 00 00 00 00 00 40 42 0f 00 00 00 00 00
                03 00 00 00 a0 0f 00 00 00 00 00 00 00 00 00 00
                00 00 00 00 00 00 00 00
                """
        ),
        Row(
            reason: "200 µs: 3125 ticks of 64 ns, and 200 000 ns in 64 bits",
            spec: NetemSpec(Impairment(latency: .microseconds(200)), limit: 1000),
            options: """
                28 00 02 00 35 0c 00 00 e8 03 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 00 00 00 00 0c 00 0a 00
                40 0d 03 00 00 00 00 00
                """
        ),
        Row(
            reason: "400 s do not fit the ticks, which saturate, and are exact in 64 bits",
            spec: NetemSpec(Impairment(latency: .seconds(400)), limit: 7),
            options: """
                28 00 02 00 ff ff ff ff 07 00 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 00 00 00 00 0c 00 0a 00
                00 a0 db 21 5d 00 00 00
                """
        ),
        Row(
            reason:
                "everything random at once: the values are tc's for 10ms 1ms 25% loss 1% 35% duplicate 1% 5%"
                + " corrupt 0.1% 2% reorder 25% 50%, and gap 1 is what lets packets overtake",
            spec: NetemSpec(
                Impairment(
                    latency: .milliseconds(10),
                    jitter: .milliseconds(1),
                    delayCorrelation: share("25%"),
                    reordering: Reordering(share: share("25%"), correlation: share("50%")),
                    loss: .random(share("1%"), correlation: share("35%")),
                    duplicate: Chance(share("1%"), correlation: share("5%")),
                    corrupt: Chance(share("0.1%"), correlation: share("2%"))
                ),
                seed: 0x0102_0304_0506_0708,
                limit: 1000
            ),
            options: """
                68 00 02 00 5a 62 02 00 e8 03 00 00 29 5c 8f 02
                01 00 00 00 29 5c 8f 02 09 3d 00 00 0c 00 0a 00
                80 96 98 00 00 00 00 00 0c 00 0b 00 40 42 0f 00
                00 00 00 00 10 00 01 00 00 00 00 40 99 99 99 59
                cd cc cc 0c 0c 00 03 00 00 00 00 40 00 00 00 80
                0c 00 04 00 37 89 41 00 52 b8 1e 05 0c 00 0e 00
                08 07 06 05 04 03 02 01
                """
        ),
    ]

    @Test("a netem request has exactly these bytes", arguments: rows)
    private func netem(row: Row) throws {
        let request = try Request.qdisc(.add, .netem(row.spec), link: 1, parent: .root, handle: Handle(1))
        let head = """
            24 00 05 06 00 00 00 00 00 00 00 00
            00 00 00 00 01 00 00 00 00 00 01 00 ff ff ff ff
            00 00 00 00 0a 00 01 00 6e 65 74 65 6d 00 00 00
            """
        let golden = try #require(bytes(hexadecimal: head + row.options))
        #expect(hexadecimal(request.bytes().dropFirst(4)) == hexadecimal(golden))
    }

    private static let refused: [(String, NetemSpec)] = [
        ("negative latency", NetemSpec(Impairment(latency: .milliseconds(-1)))),
        ("jitter beyond 31 bits", NetemSpec(Impairment(latency: .seconds(9), jitter: .milliseconds(2148)))),
        ("a table without entries", NetemSpec(Impairment(latency: .seconds(1), distribution: .entries([])))),
        (
            "a table of 16385 entries",
            NetemSpec(
                Impairment(latency: .seconds(1), distribution: .entries([Int16](repeating: 0, count: 16385)))
            )
        ),
        ("reordering without latency", NetemSpec(Impairment(reordering: Reordering(share: .one)))),
        ("no rate at all", NetemSpec(Impairment(rate: LineRate(bitsPerSecond: 0)))),
        (
            "slots that end before they begin",
            NetemSpec(Impairment(slots: Slots(minimum: .seconds(2), maximum: .seconds(1))))
        ),
        ("room for no packet", NetemSpec(limit: 0)),
    ]

    @Test("what the kernel cannot hold is refused, never cut", arguments: refused)
    func impossible(reason: String, spec: NetemSpec) {
        let error = #expect(throws: NetlinkError.self) {
            try Request.qdisc(.add, .netem(spec), link: 1, parent: .root, handle: Handle(1))
        }
        #expect(error?.exitCode == .badInput, "\(reason)")
    }

    /// A text that is no share becomes zero, which no golden bytes here have.
    private static func share(_ text: String) -> Share { Share(text) ?? .zero }
}
